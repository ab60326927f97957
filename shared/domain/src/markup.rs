//! Text within markup: nothing that somebody wrote becomes a tag, an attribute or a reference.
//!
//! What control characters and marks of direction become depends on the page, and is left to whoever writes it.

/// The text with every character that means something in HTML or XML written as a reference.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_into(text, &mut escaped);
    escaped
}

/// Adds the text as [`escape`] writes it.
pub fn escape_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        for (text, expected) in [
            ("</script><b>", "&lt;/script&gt;&lt;b&gt;"),
            ("\" onload='x'", "&quot; onload=&#39;x&#39;"),
            ("&lt;", "&amp;lt;"),
            ("日本 العربية", "日本 العربية"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }
}
