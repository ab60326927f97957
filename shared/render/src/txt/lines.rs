//! Lines of at most so many columns, by display width: a wide character takes two, a combining mark none.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a line.
pub(crate) const WIDTH: usize = 80;

/// Columns that a text takes.
///
/// The larger of the width of the whole and the sum of its characters: terminals differ in how they join emoji.
pub(crate) fn width(text: &str) -> usize {
    text.width().max(text.chars().map(char_width).sum())
}

fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The text in lines of at most `most` columns; at least one. A token longer than a line is broken.
pub(crate) fn wrap(text: &str, most: usize) -> Vec<String> {
    let most = most.max(2);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && width(&line) + 1 + width(word) <= most {
                line.push(' ');
                line.push_str(word);
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            line = break_word(word, most, &mut lines);
        }
        lines.push(line);
    }
    while lines.len() > 1 && lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// Pushes all but the last piece of a word as lines, and returns the last.
fn break_word(word: &str, most: usize, lines: &mut Vec<String>) -> String {
    let (mut piece, mut used) = (String::new(), 0);
    for c in word.chars() {
        let wide = char_width(c);
        // A piece stays short in bytes too: marks of no width could go on for ever.
        if used + wide > most || piece.len() >= most * 8 {
            lines.push(std::mem::take(&mut piece));
            used = 0;
        }
        piece.push(c);
        used += wide;
    }
    piece
}

/// The text filled up with spaces to that width, on the right or (for numbers) on the left.
pub(crate) fn pad(text: &str, to: usize, right: bool) -> String {
    let fill = " ".repeat(to.saturating_sub(width(text)));
    if right { format!("{fill}{text}") } else { format!("{text}{fill}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_never_wider_than_asked_for_and_lose_nothing() {
        let long = "x".repeat(10_000);
        for text in ["", "one two three", &long, "漢字漢字漢字漢字漢字漢字", "a\u{301}\u{301} b", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦"]
        {
            let lines = wrap(text, 10);
            assert!(lines.iter().all(|line| width(line) <= 10), "{lines:?}");
            let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(squeeze(&lines.concat()), squeeze(text));
        }
    }

    #[test]
    fn padding_counts_columns_not_characters() {
        assert_eq!(pad("漢字", 6, false), "漢字  ");
        assert_eq!(pad("12", 4, true), "  12");
    }
}
