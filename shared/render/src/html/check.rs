//! Structural check of our HTML: complete, balanced, and with nothing that runs or reaches outside.

/// Elements that our files are made of.
#[rustfmt::skip]
const ELEMENTS: [&str; 46] = [
    "a", "b", "bdi", "body", "br", "caption", "colgroup", "dd", "details", "div", "dl", "dt", "figcaption",
    "figure", "footer", "h1", "h2", "h3", "h4", "head", "header", "html", "img", "li", "main", "meta",
    "nav", "p", "path", "pattern", "section", "small", "span", "style", "summary", "svg", "table", "tbody",
    "td", "text", "tfoot", "th", "thead", "title", "tr", "ul",
];

/// Attributes that they have.
#[rustfmt::skip]
const ATTRIBUTES: [&str; 36] = [
    "alt", "aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "charset", "class",
    "colspan", "content", "d", "dir", "fill", "height", "href", "http-equiv", "id", "lang", "name",
    "patterntransform", "patternunits", "role", "scope", "span", "src", "stroke-dasharray", "stroke-width",
    "tabindex", "title", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2",
];

/// Elements without an end tag.
const VOID: [&str; 3] = ["br", "img", "meta"];

/// Checks the markup.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn check(html: &str) -> Result<(), String> {
    let Some(mut rest) = html.strip_prefix("<!doctype html>") else {
        return Err("it has no doctype".to_owned());
    };
    let mut open: Vec<&str> = Vec::new();
    while let Some(at) = rest.find('<') {
        let (tag, after) = split_tag(&rest[at + 1..]).ok_or("a tag does not end")?;
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Err(format!("</{name}> closes nothing"));
            }
            continue;
        }
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name = check_tag(tag)?;
        if !closed && !VOID.contains(&name) {
            open.push(name);
        }
        if name == "style" {
            rest = &rest[rest.find("</style>").ok_or("the style does not end")?..];
        }
    }
    match open.pop() {
        Some(name) => Err(format!("<{name}> is not closed")),
        None if rest.trim().is_empty() => Ok(()),
        None => Err("there is text after the end".to_owned()),
    }
}

/// A tag up to its `>`, which may stand in quotes before, and what follows.
fn split_tag(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = text.bytes().position(|b| {
        quoted ^= b == b'"';
        b == b'>' && !quoted
    })?;
    Some((&text[..end], &text[end + 1..]))
}

/// The name of a tag, whose element and attributes are all ours.
fn check_tag(tag: &str) -> Result<&str, String> {
    let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
    if !ELEMENTS.contains(&name) {
        return Err(format!("<{name}> has no place in it"));
    }
    while !attributes.trim_start().is_empty() {
        let (attribute, value) =
            attributes.trim_start().split_once("=\"").ok_or("an attribute has no value")?;
        if !ATTRIBUTES.contains(&attribute.to_ascii_lowercase().as_str()) {
            return Err(format!("the attribute {attribute} has no place in it"));
        }
        let (value, after) = value.split_once('"').ok_or("an attribute does not end")?;
        check_reference(attribute, value)?;
        attributes = after;
    }
    Ok(name)
}

/// References stay within the page.
fn check_reference(attribute: &str, value: &str) -> Result<(), String> {
    let within = match attribute {
        "href" => value.starts_with('#'),
        "src" => value.starts_with("data:image/png;base64,"),
        _ => true,
    };
    if within { Ok(()) } else { Err(format!("{attribute} leads out of the page")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_complete_markup_of_ours_passes() {
        let page = |body: &str| format!("<!doctype html><html lang=\"en\"><body>{body}</body></html>\n");
        for (markup, ok) in [
            (page("<p class=\"a\">href=&quot;x&quot; &lt;script&gt;</p><br>"), true),
            (page("<p aria-label=\"a > b\">x</p>"), true),
            (page("<svg viewBox=\"0 0 1 1\"><path d=\"M0 0\"/></svg>"), true),
            (page("<script>1</script>"), false),
            (page("<p onclick=\"x\">y</p>"), false),
            (page("<a href=\"#x\">y</a>"), true),
            (page("<a href=\"x\">y</a>"), false),
            (page("<img src=\"data:image/png;base64,AA==\" alt=\"\">"), true),
            (page("<img src=\"data:image/svg+xml,x\" alt=\"\">"), false),
            (page("<img src=\"https://x\" alt=\"\">"), false),
            (page("<p>"), false),
            (page("<p></div></p>"), false),
            (page("<p style=\"x\"></p>"), false),
            ("<html></html>".to_owned(), false),
            (page("") + "more", false),
        ] {
            assert_eq!(check(&markup).is_ok(), ok, "{markup}: {:?}", check(&markup));
        }
    }
}
