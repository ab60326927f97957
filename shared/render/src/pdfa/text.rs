//! Lines of text: glyphs with the texts that they stand for, run by run of one face.
//!
//! Both standards want to know what every glyph reads as, so none goes without a text.

use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{GlyphId, KrillaGlyph};

use super::fonts::font;
use super::paint::round;
use crate::text::fonts::{Weight, faces};
use crate::text::shape::{GlyphDef, PlacedGlyph};

/// What a run of glyphs without any text reads as.
const NOTHING: &str = "\u{FFFD}";

/// Draws a line whose baseline begins at that point; `spaced` adds a space that nobody sees.
pub(super) fn draw_line(
    defs: &[GlyphDef],
    glyphs: &[PlacedGlyph],
    (mut x, y): (f32, f32),
    size: f32,
    spaced: bool,
    surface: &mut Surface<'_>,
) {
    let face = |glyph: &PlacedGlyph| defs[glyph.def as usize].face;
    let mut draw = |x: f32, face: usize, placed: &[KrillaGlyph], text: &str| {
        let start = Point::from_xy(round(x), round(y));
        surface.draw_glyphs(start, placed, font(face), text, size, false);
    };
    let alike = |a: &PlacedGlyph, b: &PlacedGlyph| face(a) == face(b) && is_rtl(a) == is_rtl(b);
    let mut runs = glyphs.chunk_by(alike).peekable();
    while let Some(run) = runs.next() {
        let mut text = String::with_capacity(run.len() + 1);
        let mut placed = place(defs, run, &mut text);
        let (own, width) = (face(&run[0]), run.iter().map(|glyph| glyph.advance).sum::<f32>() * size);
        let mut missing = spaced && runs.peek().is_none();
        if missing && let Some(space) = space(own, &mut text) {
            placed.push(space);
            missing = false;
        }
        draw(x, own, &placed, &text);
        x += width;
        if missing {
            let (face, mut text) = (Weight::Regular.chain()[0], String::new());
            let space = space(face, &mut text).expect("the first faces have the space");
            draw(x, face, &[space], &text);
        }
    }
}

/// Whether it stands in a run that is read from right to left.
const fn is_rtl(glyph: &PlacedGlyph) -> bool {
    glyph.level % 2 == 1
}

/// The glyphs of a run in the order of the page, with their texts in the order of reading.
fn place(defs: &[GlyphDef], run: &[PlacedGlyph], text: &mut String) -> Vec<KrillaGlyph> {
    if !run.first().is_some_and(is_rtl) {
        return place_as_read(defs, run, text);
    }
    let read: Vec<PlacedGlyph> = run.iter().rev().copied().collect();
    let mut placed = place_as_read(defs, &read, text);
    placed.reverse();
    placed
}

/// Glyphs in the order of reading with their texts. One without a text of its own is read as part of the glyph before it, or
/// after it at the start.
fn place_as_read(defs: &[GlyphDef], run: &[PlacedGlyph], text: &mut String) -> Vec<KrillaGlyph> {
    let own = |glyph: &PlacedGlyph| defs[glyph.def as usize].text.as_str();
    let first = run.iter().map(own).find(|text| !text.is_empty()).unwrap_or(NOTHING);
    let mut range = 0..first.len();
    text.push_str(first);
    let mut begun = false;
    let glyph = |glyph: &PlacedGlyph| {
        let own = own(glyph);
        if !own.is_empty() && std::mem::replace(&mut begun, true) {
            range = text.len()..text.len() + own.len();
            text.push_str(own);
        }
        KrillaGlyph {
            glyph_id: GlyphId::new(u32::from(defs[glyph.def as usize].glyph.0)),
            text_range: range.clone(),
            x_advance: glyph.advance,
            x_offset: glyph.dx,
            y_offset: glyph.dy,
            y_advance: 0.0,
            location: None,
        }
    };
    run.iter().map(glyph).collect()
}

/// A space of that face, if it has one.
fn space(face: usize, text: &mut String) -> Option<KrillaGlyph> {
    let face = &faces()[face];
    let glyph = face.glyph(' ')?;
    let start = text.len();
    text.push(' ');
    Some(KrillaGlyph {
        glyph_id: GlyphId::new(u32::from(glyph.0)),
        text_range: start..text.len(),
        x_advance: face.width(glyph),
        x_offset: 0.0,
        y_offset: 0.0,
        y_advance: 0.0,
        location: None,
    })
}

#[cfg(test)]
mod tests {
    use rustybuzz::ttf_parser;

    use super::*;
    use crate::text::shape::Shaper;

    /// The text of a run with these texts from left to right, and which part of it each glyph reads as.
    fn place_texts(texts: &[&str], level: u8) -> (String, Vec<std::ops::Range<usize>>) {
        let plain = Shaper::new().line("a", Weight::Regular).glyphs[0];
        let def = |text: &&str| GlyphDef { face: 0, glyph: ttf_parser::GlyphId(1), text: (*text).to_owned() };
        let defs: Vec<GlyphDef> = texts.iter().map(def).collect();
        let run: Vec<PlacedGlyph> =
            (0..).take(texts.len()).map(|def| PlacedGlyph { def, level, ..plain }).collect();
        let mut text = String::new();
        let placed = place(&defs, &run, &mut text);
        (text, placed.into_iter().map(|glyph| glyph.text_range).collect())
    }

    #[test]
    fn every_glyph_reads_as_something_and_clusters_as_one() {
        for (texts, whole, ranges) in [
            (vec!["a", "b"], "ab", vec![0..1, 1..2]),
            (vec!["ab", "", "c"], "abc", vec![0..2, 0..2, 2..3]),
            (vec!["", "a", "b"], "ab", vec![0..1, 0..1, 1..2]),
            (vec!["", ""], NOTHING, vec![0..3, 0..3]),
        ] {
            assert_eq!(place_texts(&texts, 0), (whole.to_owned(), ranges), "{texts:?}");
        }
    }

    #[test]
    fn a_run_from_right_to_left_reads_from_its_right_end_and_keeps_its_clusters() {
        for (texts, whole, ranges) in [
            (vec!["ם", "ו", "ש"], "שום", vec![4..6, 2..4, 0..2]),
            // Reading goes on at the left: the mark without a text belongs to the letter on its right.
            (vec!["ג", "", "אב"], "אבג", vec![4..6, 0..4, 0..4]),
        ] {
            assert_eq!(place_texts(&texts, 1), (whole.to_owned(), ranges), "{texts:?}");
        }
    }
}
