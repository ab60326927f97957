//! Text in pages: nothing that somebody wrote becomes markup.

use std::fmt::Write as _;

/// The text with every character that means something in HTML written as a reference.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' | '>' | '&' | '"' | '\'' => {
                write!(escaped, "&#{};", u32::from(c)).expect("a string takes all");
            }
            c => escaped.push(c),
        }
    }
    escaped
}
