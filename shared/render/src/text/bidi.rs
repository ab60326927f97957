//! Mixed directions: the levels of UAX #9, and from the order of reading to the order of the page and back.
//!
//! Every paragraph stands for itself: its base direction is that of its first strong character, and nothing in it
//! reaches outside. Overrides and isolates of untrusted text are gone before (`clean`); [`isolate`] puts such text into
//! a sentence of ours.

use unicode_bidi::BidiInfo;

use super::shape::PlacedGlyph;

/// Levels of a paragraph.
pub(super) struct Levels {
    /// Level of the paragraph itself: odd where it runs from right to left.
    pub(super) base: u8,
    /// Level of each byte of its text.
    pub(super) of_bytes: Vec<u8>,
}

/// The levels of a paragraph; `None` where all of it runs from left to right.
pub(super) fn find_levels(paragraph: &str) -> Option<Levels> {
    if !has_rtl(paragraph) {
        return None;
    }
    let info = BidiInfo::new(paragraph, None);
    let base = info.paragraphs.first().map_or(0, |first| first.level.number());
    Some(Levels { base, of_bytes: info.levels.iter().map(unicode_bidi::Level::number).collect() })
}

/// Whether a text has anything that is written from right to left.
pub(crate) fn has_rtl(text: &str) -> bool {
    // The first such character is U+0590, whose first byte in UTF-8 is 0xD6.
    text.bytes().any(|b| b >= 0xD6) && text.chars().any(is_rtl)
}

/// Letters, marks and digits of the scripts from right to left, and the characters that command that direction.
fn is_rtl(c: char) -> bool {
    matches!(
        c,
        '\u{590}'..='\u{8FF}'
            | '\u{200F}'
            | '\u{202B}'
            | '\u{202E}'
            | '\u{2067}'
            | '\u{FB1D}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
            | '\u{10800}'..='\u{10FFF}'
            | '\u{1E800}'..='\u{1EFFF}'
    )
}

/// A text that keeps its own direction inside a sentence: nothing in it moves what stands around. The text must be
/// clean, and the result is for shaping only: as it is no file may show it.
pub(crate) fn isolate(clean: &str) -> String {
    if has_rtl(clean) { format!("\u{2068}{clean}\u{2069}") } else { clean.to_owned() }
}

/// Puts the glyphs of a line into the order of the page (rule L2).
pub(super) fn to_page_order(glyphs: &mut [PlacedGlyph]) {
    for level in (1..=highest_level(glyphs)).rev() {
        reverse_runs(glyphs, level);
    }
}

/// Puts the glyphs of a line back into the order in which they are read.
#[cfg(test)]
pub(crate) fn to_reading_order(glyphs: &mut [PlacedGlyph]) {
    for level in 1..=highest_level(glyphs) {
        reverse_runs(glyphs, level);
    }
}

fn highest_level(glyphs: &[PlacedGlyph]) -> u8 {
    glyphs.iter().map(|glyph| glyph.level).max().unwrap_or(0)
}

fn reverse_runs(glyphs: &mut [PlacedGlyph], level: u8) {
    for run in glyphs.chunk_by_mut(|a, b| (a.level >= level) == (b.level >= level)) {
        if run[0].level >= level {
            run.reverse();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::breaks::Cut;

    fn glyphs(levels: &[u8]) -> Vec<PlacedGlyph> {
        let glyph = |(i, level): (usize, &u8)| PlacedGlyph {
            def: u32::try_from(i).expect("a few glyphs"),
            advance: 1.0,
            dx: 0.0,
            dy: 0.0,
            cut: Cut::Emergency,
            level: *level,
        };
        levels.iter().enumerate().map(glyph).collect()
    }

    #[test]
    fn the_order_of_the_page_leads_back_to_that_of_reading() {
        for (levels, page) in [
            (vec![0, 0, 0], vec![0, 1, 2]),
            (vec![1, 1, 1], vec![2, 1, 0]),
            (vec![0, 1, 1, 0], vec![0, 2, 1, 3]),
            (vec![1, 2, 2, 1], vec![3, 1, 2, 0]),
            (vec![2, 2], vec![0, 1]),
            (vec![0, 1, 2, 3, 2, 1, 0], vec![0, 5, 2, 3, 4, 1, 6]),
        ] {
            let mut line = glyphs(&levels);
            to_page_order(&mut line);
            assert_eq!(line.iter().map(|g| g.def).collect::<Vec<_>>(), page, "{levels:?}");
            to_reading_order(&mut line);
            assert_eq!(line, glyphs(&levels), "{levels:?}");
        }
    }

    #[test]
    fn only_text_from_right_to_left_needs_levels() {
        for (text, expected) in [
            ("plain", None),
            ("日本語 Ω – …", None),
            ("שלום", Some(1)),
            ("a שלום", Some(0)),
            ("\u{202E}x", Some(0)),
        ] {
            assert_eq!(find_levels(text).map(|levels| levels.base), expected, "{text:?}");
        }
        assert_eq!(isolate("left"), "left");
        assert_eq!(isolate("ש"), "\u{2068}ש\u{2069}");
    }
}
