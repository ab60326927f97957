//! The faces shipped with the program, parsed once per process.
//!
//! A style is a chain of faces: what the first lacks, the next may have. The files are subsets made ahead of time; see
//! `fonts/README.md`.

use std::sync::OnceLock;

use rustybuzz::Face;
use rustybuzz::ttf_parser::GlyphId;

/// Weight of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

impl Weight {
    /// Indices of the faces to try, in order.
    pub(crate) const fn chain(self) -> [usize; 3] {
        match self {
            Self::Regular => [0, 2, 3],
            Self::Bold => [1, 2, 3],
        }
    }
}

/// One face: its file and what was parsed from it.
pub(crate) struct FontFace {
    /// PostScript name.
    pub(crate) name: &'static str,
    /// The font file.
    pub(crate) bytes: &'static [u8],
    /// The parsed face.
    pub(crate) face: Face<'static>,
}

impl FontFace {
    fn load(name: &'static str, bytes: &'static [u8]) -> Self {
        let face = Face::from_slice(bytes, 0).expect("the shipped font files are well formed");
        Self { name, bytes, face }
    }

    /// The glyph of a character, if the face has one.
    pub(crate) fn glyph(&self, c: char) -> Option<GlyphId> {
        self.face.glyph_index(c)
    }

    /// A length of the font in em.
    pub(crate) fn em(&self, units: i32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "font units stay below 2^24")]
        let units = units as f32;
        units / f32::from(u16::try_from(self.face.units_per_em()).unwrap_or(1_000))
    }

    /// Width of a glyph before kerning, in em.
    pub(crate) fn width(&self, glyph: GlyphId) -> f32 {
        self.em(i32::from(self.face.glyph_hor_advance(glyph).unwrap_or(0)))
    }
}

/// Every face, by the indices of [`Weight::chain`].
pub(crate) fn faces() -> &'static [FontFace] {
    static FACES: OnceLock<[FontFace; 4]> = OnceLock::new();
    FACES.get_or_init(|| {
        [
            FontFace::load("Inter-Regular", include_bytes!("../../fonts/Inter-Regular.ttf")),
            FontFace::load("Inter-SemiBold", include_bytes!("../../fonts/Inter-SemiBold.ttf")),
            FontFace::load("NotoSans-Regular", include_bytes!("../../fonts/NotoSans-Regular.ttf")),
            FontFace::load(
                "NotoSansSymbols2-Regular",
                include_bytes!("../../fonts/NotoSansSymbols2-Regular.ttf"),
            ),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_have_latin_greek_and_cyrillic_in_their_first_face() {
        for weight in [Weight::Regular, Weight::Bold] {
            let first = &faces()[weight.chain()[0]];
            for c in "AZaz09 ÄßŁőñ ΑΩαωάΐ АЯаяЁїЖ –—…€≤≥−□".chars() {
                assert!(first.glyph(c).is_some(), "{} lacks {c}", first.name);
            }
        }
    }
}
