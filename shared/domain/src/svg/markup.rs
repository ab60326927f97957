//! The markup of a drawing: which elements it may have, and that it names nothing outside of itself.
//!
//! Elements come from a list, because what is not drawn would be missing without a word. Copies (`use`) are counted
//! where they are asked for: a copy of copies doubles with each line, so there are none.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node, ParsingOptions};

use super::SvgError;
use super::size::Size;

/// Elements that are drawn, or say how.
const ELEMENTS: [&str; 21] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "switch",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "style",
    "title",
    "desc",
    "metadata",
];
const NAMESPACE: &str = "http://www.w3.org/2000/svg";
/// Most elements within each other: readers of SVG call themselves for each.
const MAX_DEPTH: usize = 64;
/// Most clipping paths: they can clip one another, and readers call themselves for each.
const MAX_CLIPS: usize = 32;
/// Most bytes of rules, each of which is tried on each element.
const MAX_STYLE: usize = 16 * 1_024;

/// The document, when all of it can be drawn.
pub(super) fn read(svg: &str) -> Result<Document<'_>, SvgError> {
    // Before the declaration XML allows nothing; editors leave marks and lines there.
    let svg = svg.trim_start_matches('\u{feff}').trim_start();
    // Texts between elements, and what other programs keep there, are nodes too.
    let options = ParsingOptions { allow_dtd: true, nodes_limit: 20_000, ..ParsingOptions::default() };
    let document = Document::parse_with_options(svg, options)
        .map_err(|error| SvgError::Unreadable(error.to_string()))?;
    check_nesting(&document)?;
    let drawn = || document.descendants().filter(|node| node.tag_name().namespace() == Some(NAMESPACE));
    drawn().try_for_each(check_element)?;
    if drawn().filter(|node| node.tag_name().name() == "clipPath").count() > MAX_CLIPS {
        return Err(SvgError::TooMuch("clipping paths"));
    }
    check_copies(&document)?;
    Ok(document)
}

fn check_nesting(document: &Document<'_>) -> Result<(), SvgError> {
    let mut depths = HashMap::new();
    for node in document.descendants().filter(Node::is_element) {
        let depth = node.parent().and_then(|parent| depths.get(&parent)).map_or(0, |depth| depth + 1);
        if depth > MAX_DEPTH {
            return Err(SvgError::TooMuch("groups within groups"));
        }
        depths.insert(node, depth);
    }
    Ok(())
}

fn check_element(node: Node<'_, '_>) -> Result<(), SvgError> {
    let name = node.tag_name().name();
    if !ELEMENTS.contains(&name) {
        let remedy = match name {
            "text" | "tspan" => "convert texts to paths",
            "image" => "draw it with paths, or save the whole logo as PNG",
            _ => "save it as plain SVG with effects expanded, or as PNG",
        };
        return Err(SvgError::Element { name: shorten(name), remedy });
    }
    for attribute in node.attributes() {
        let value = attribute.value().trim();
        if attribute.name() == "href" && !value.starts_with('#') {
            return Err(SvgError::Outside(shorten(value)));
        }
        check_style(value)?;
    }
    if name == "style" {
        node.children().filter_map(|text| text.text()).try_for_each(check_rules)
    } else {
        Ok(())
    }
}

fn check_rules(rules: &str) -> Result<(), SvgError> {
    if rules.len() > MAX_STYLE { Err(SvgError::TooMuch("rules of style")) } else { check_style(rules) }
}

/// Refuses addresses other than those of the file's own elements.
fn check_style(style: &str) -> Result<(), SvgError> {
    if let Some((_, address)) = style.split_once("@import") {
        return Err(SvgError::Outside(shorten(address.trim())));
    }
    for address in style.split("url(").skip(1) {
        let address = address.trim_start_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        if !address.starts_with('#') {
            return Err(SvgError::Outside(shorten(address)));
        }
    }
    Ok(())
}

/// Refuses copies of copies, and more elements or numbers than may be drawn, each copy counted.
///
/// Which element a reader takes for a name that several have, or that is written oddly, is its own affair: all count.
fn check_copies(document: &Document<'_>) -> Result<(), SvgError> {
    let is_copy = |node: &Node<'_, '_>| node.tag_name().name() == "use";
    let mut targets: HashMap<String, Vec<Node<'_, '_>>> = HashMap::new();
    for node in document.descendants() {
        let names = node.attributes().filter(|attribute| attribute.name() == "id");
        names.for_each(|id| targets.entry(plain_name(id.value())).or_default().push(node));
    }
    let mut size = Size::default();
    size.add(document.root())?;
    for copy in document.descendants().filter(is_copy) {
        let names = copy.attributes().filter(|attribute| attribute.name() == "href");
        for target in names.filter_map(|name| targets.get(&plain_name(name.value()))).flatten() {
            size.add(*target)?;
            if target.descendants().any(|node| is_copy(&node)) {
                return Err(SvgError::TooMuch("copies of copies"));
            }
        }
    }
    Ok(())
}

/// A name without what readers may skip before, in or after it.
fn plain_name(name: &str) -> String {
    name.chars().filter(|c| *c != '#' && !c.is_whitespace()).collect()
}

/// The start of a text that somebody sent, for a message.
fn shorten(text: &str) -> String {
    text.chars().take_while(|c| !c.is_control()).take(60).collect()
}
