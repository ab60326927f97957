//! Text as glyphs: faces, shaping, the order of mixed directions, breaking into lines. Knows neither pages nor painters.
//!
//! A painter gets lines of [`shape::PlacedGlyph`] in the order of the page, left to right. For each it needs from
//! [`shape::GlyphDef`] the face, the glyph and the text. The text of a cluster is spread over its glyphs; some have none,
//! some have a text and no outline. Put together in reading order the texts of a line are the line, so the range of a
//! glyph in the source text is that of its own text there. Reversing, from level 1 up to the highest, each run of glyphs
//! at that level or above gives that order (`bidi::to_page_order` does the same downwards); where nothing
//! runs from right to left it is the order of the page. Clusters end where [`shape::PlacedGlyph::cut`] is not `Never`.

pub(crate) mod bidi;
pub(crate) mod breaks;
mod fallback;
pub(crate) mod fonts;
mod han;
mod paragraph;
pub(crate) mod shape;
pub(crate) mod wrap;

#[cfg(test)]
mod tests;
