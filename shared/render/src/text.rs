//! Text as glyphs: faces, shaping, breaking into lines. Knows neither pages nor painters.

pub(crate) mod fonts;
pub(crate) mod shape;
pub(crate) mod wrap;
