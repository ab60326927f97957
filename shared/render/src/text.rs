//! Text as glyphs: faces, shaping, the order of mixed directions, breaking into lines. Knows neither pages nor painters.
//!
//! A painter gets lines of [`shape::PlacedGlyph`] in the order of the page, left to right. For each it needs from
//! [`shape::GlyphDef`] the face, the glyph, and the text: the first glyph of a cluster (in reading order) carries the
//! whole text of it, the others none, so the texts of a line put together in reading order are the line. That order is
//! what [`bidi::to_reading_order`] gives.

pub(crate) mod bidi;
pub(crate) mod breaks;
mod fallback;
pub(crate) mod fonts;
mod han;
mod paragraph;
pub(crate) mod shape;
pub(crate) mod wrap;
