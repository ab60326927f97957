//! Untrusted text made safe to show: nothing invisible acts on what surrounds it.
//!
//! Control characters, bidirectional overrides and isolates, tags and non-characters become U+FFFD, so that a reader
//! sees that something was there. Formats add their own escaping on top; JSON escapes instead, to keep the data whole.

use std::borrow::Cow;

/// What stands where an unsafe character was.
pub(crate) const REPLACEMENT: char = '\u{FFFD}';

/// Whether a character must not be shown as it is. Line feed and tab count as white space, not as control characters.
pub(crate) fn is_unsafe(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        // Bidirectional overrides and isolates.
        '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}'
        // Byte order mark, annotations, tags, non-characters.
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}'
        | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => c.is_control() || (c as u32) & 0xFFFE == 0xFFFE,
    }
}

/// The text on as many lines as it has; tabs and other line breaks are normalised.
pub(crate) fn clean_text(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c != '\t' && !is_break(c) && !is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(normalise(text, '\n'))
}

/// The text on one line: line breaks and tabs become spaces.
pub(crate) fn clean_line(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| c != '\n' && c != '\t' && !is_break(c) && !is_unsafe(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(normalise(text, ' '))
}

fn is_break(c: char) -> bool {
    matches!(c, '\r' | '\u{0085}' | '\u{2028}' | '\u{2029}')
}

fn normalise(text: &str, line_break: char) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\n' => line_break,
            '\t' => ' ',
            _ if is_break(c) => line_break,
            _ if is_unsafe(c) => REPLACEMENT,
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_characters_become_visible_and_the_rest_is_kept() {
        for (text, block, line) in [
            ("plain ünïcode Ω Ж", "plain ünïcode Ω Ж", "plain ünïcode Ω Ж"),
            ("a\0b\u{1b}[31m", "a\u{FFFD}b\u{FFFD}[31m", "a\u{FFFD}b\u{FFFD}[31m"),
            ("a\r\nb\tc\rd\u{2028}e", "a\nb c\nd\ne", "a b c d e"),
            ("\u{202E}gpj.exe", "\u{FFFD}gpj.exe", "\u{FFFD}gpj.exe"),
            (
                "\u{2066}x\u{2069}\u{FEFF}\u{FFFE}\u{E0041}",
                "\u{FFFD}x\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
                "\u{FFFD}x\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
            ),
        ] {
            assert_eq!(clean_text(text), block, "{text:?}");
            assert_eq!(clean_line(text), line, "{text:?}");
        }
    }
}
