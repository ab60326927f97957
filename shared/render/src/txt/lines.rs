//! Lines of at most so many columns, by display width: a wide character takes two, a combining mark none.
//!
//! Lines end where those of a page would: at spaces, between ideographs, and inside a token only when it is too long.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::bidi::has_rtl;
use crate::text::breaks::{Cut, cut_between};

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
            let mut space = if line.is_empty() { "" } else { " " };
            if width(&line) + space.len() + width(word) <= most {
                line.push_str(space);
                line.push_str(word);
                continue;
            }
            for part in parts(word) {
                if width(&line) + space.len() + width(part) <= most {
                    line.push_str(space);
                    line.push_str(part);
                } else {
                    if !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                    }
                    line = break_word(part, most, &mut lines);
                }
                space = "";
            }
        }
        lines.push(line);
    }
    while lines.len() > 1 && lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

/// The parts of a word between the places where a line may end as well as at a space.
fn parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for ((_, before), (at, after)) in word.char_indices().zip(word.char_indices().skip(1)) {
        if cut_between(before, after) == Cut::Free {
            parts.push(&word[start..at]);
            start = at;
        }
    }
    parts.push(&word[start..]);
    parts
}

/// Pushes all but the last piece of a word as lines, and returns the last. Clusters stay whole where they fit.
fn break_word(word: &str, most: usize, lines: &mut Vec<String>) -> String {
    let mut piece = String::new();
    for cluster in word.graphemes(true) {
        let pieces: Vec<&str> = if width(cluster) <= most && cluster.len() <= most * 8 {
            vec![cluster]
        } else {
            cluster.split("").collect()
        };
        for part in pieces {
            // A piece stays short in bytes too: marks of no width could go on for ever.
            if width(&piece) + width(part) > most || piece.len() + part.len() > most * 8 {
                lines.push(std::mem::take(&mut piece));
            }
            piece.push_str(part);
        }
    }
    piece
}

/// A cell that keeps its place: without the marks of direction around it a reader's program would swap neighbouring
/// cells that are written from right to left, or turn the whole line around.
pub(crate) fn fixed(cell: &str) -> String {
    if has_rtl(cell) { format!("\u{200E}{cell}\u{200E}") } else { cell.to_owned() }
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
    fn lines_end_between_ideographs_and_clusters_stay_whole() {
        for (text, expected) in [
            ("in 安全事件報告", vec!["in 安全事", "件報告"]),
            ("安全事件「報告」", vec!["安全事件", "「報告」"]),
            ("क्षक्षक्षक्षक्षक्षक्षक्षक्षक्षक्ष", vec!["क्षक्षक्षक्षक्ष", "क्षक्षक्षक्षक्ष", "क्ष"]),
        ] {
            assert_eq!(wrap(text, 10), expected, "{text}");
        }
    }

    #[test]
    fn padding_counts_columns_not_characters() {
        assert_eq!(pad("漢字", 6, false), "漢字  ");
        assert_eq!(pad("12", 4, true), "  12");
    }
}
