//! The faces shipped with the program, each parsed when first needed and once per process.
//!
//! A style is a chain of faces: what the first lacks, a later one may have. A face says for which characters it may be
//! asked at all, so that a Latin report never touches the millions of bytes of the Han face. The files are subsets made
//! ahead of time; see `fonts/README.md`.

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
    /// Indices of the faces to try, in order. Han, emoji and symbols have one weight.
    pub(super) const fn chain(self) -> [usize; 10] {
        match self {
            Self::Regular => [0, 2, 3, 5, 7, 9, 11, EMOJI, 13, 14],
            Self::Bold => [1, 2, 4, 6, 8, 10, 11, EMOJI, 13, 14],
        }
    }
}

/// Index of the face that is tried first for what is to look like an emoji.
pub(super) const EMOJI: usize = 12;
/// Index of the face of boxes and small digits, which stands in no chain.
pub(super) const BOXES: usize = 15;

/// One face: its file, and what was parsed from it.
pub(crate) struct FontFace {
    /// PostScript name.
    pub(crate) name: &'static str,
    /// The font file.
    pub(crate) bytes: &'static [u8],
    /// First and last of the characters that the face is asked for.
    covers: &'static [(char, char)],
    parsed: OnceLock<Face<'static>>,
}

impl FontFace {
    const fn new(name: &'static str, bytes: &'static [u8], covers: &'static [(char, char)]) -> Self {
        Self { name, bytes, covers, parsed: OnceLock::new() }
    }

    /// The parsed face.
    pub(crate) fn face(&self) -> &Face<'static> {
        self.parsed
            .get_or_init(|| Face::from_slice(self.bytes, 0).expect("the shipped font files are well formed"))
    }

    /// Whether anything has needed the face so far in this process.
    #[cfg(test)]
    fn is_parsed(&self) -> bool {
        self.parsed.get().is_some()
    }

    /// The glyph of a character, if the face has one.
    pub(crate) fn glyph(&self, c: char) -> Option<GlyphId> {
        let asked = self.covers.iter().any(|(first, last)| (*first..=*last).contains(&c));
        if asked { self.face().glyph_index(c) } else { None }
    }

    /// A length of the font in em.
    pub(crate) fn em(&self, units: i32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "font units stay below 2^24")]
        let units = units as f32;
        units / f32::from(u16::try_from(self.face().units_per_em()).unwrap_or(1_000))
    }

    /// Width of a glyph before kerning, in em.
    pub(crate) fn width(&self, glyph: GlyphId) -> f32 {
        self.em(i32::from(self.face().glyph_hor_advance(glyph).unwrap_or(0)))
    }
}

/// Every face, by the indices of [`Weight::chain`].
pub(crate) fn faces() -> &'static [FontFace] {
    &FACES
}

const ALL: &[(char, char)] = &[('\0', char::MAX)];
const ARABIC: &[(char, char)] = &[('\u{600}', '\u{8FF}'), ('\u{200C}', '\u{200F}'), ('\u{FB50}', '\u{FEFE}')];
const HEBREW: &[(char, char)] = &[('\u{590}', '\u{5FF}'), ('\u{200C}', '\u{200F}'), ('\u{FB1D}', '\u{FB4F}')];
const DEVANAGARI: &[(char, char)] =
    &[('\u{900}', '\u{97F}'), ('\u{1CD0}', '\u{1CFF}'), ('\u{A8E0}', '\u{A8FF}')];
const THAI: &[(char, char)] = &[('\u{E00}', '\u{E7F}')];
const HAN: &[(char, char)] = &[
    ('\u{1100}', '\u{11FF}'),
    ('\u{2E80}', '\u{9FFF}'),
    ('\u{AC00}', '\u{D7A3}'),
    ('\u{F900}', '\u{FAFF}'),
    ('\u{FE30}', '\u{FE4F}'),
    ('\u{FF01}', '\u{FFEE}'),
];
/// Besides emoji what they are joined of: digits of keycaps, and the signs that are both.
const EMOJIS: &[(char, char)] =
    &[('#', '#'), ('*', '*'), ('0', '9'), ('©', '®'), ('\u{203C}', '\u{3299}'), ('\u{1F000}', '\u{1FAFF}')];
const MATHS: &[(char, char)] = &[('\u{2200}', '\u{2AFF}'), ('\u{1D400}', '\u{1D7FF}')];
const SYMBOLS: &[(char, char)] = &[('\u{2100}', '\u{2BFF}'), ('\u{1F000}', '\u{1FBFF}')];

/// One face of the registry, from the file of its name.
macro_rules! face {
    ($name:literal, $covers:expr) => {
        FontFace::new($name, include_bytes!(concat!("../../fonts/", $name, ".ttf")), $covers)
    };
}

static FACES: [FontFace; 16] = [
    face!("Inter-Regular", ALL),
    face!("Inter-SemiBold", ALL),
    face!("NotoSans-Regular", ALL),
    face!("NotoSansArabic-Regular", ARABIC),
    face!("NotoSansArabic-SemiBold", ARABIC),
    face!("NotoSansHebrew-Regular", HEBREW),
    face!("NotoSansHebrew-SemiBold", HEBREW),
    face!("NotoSansDevanagari-Regular", DEVANAGARI),
    face!("NotoSansDevanagari-SemiBold", DEVANAGARI),
    face!("NotoSansThai-Regular", THAI),
    face!("NotoSansThai-SemiBold", THAI),
    face!("NotoSansCJK-Regular", HAN),
    face!("NotoEmoji-Regular", EMOJIS),
    face!("NotoSansMath-Regular", MATHS),
    face!("NotoSansSymbols2-Regular", SYMBOLS),
    face!("SitrepBoxes-Regular", ALL),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// What the font files may weigh together, in bytes: in the repository, and in the program that links them.
    const BUDGET: usize = 10_000_000;

    fn covered(weight: Weight, c: char) -> bool {
        weight.chain().into_iter().any(|face| faces()[face].glyph(c).is_some())
    }

    #[test]
    fn the_font_files_stay_within_their_budget() {
        let total: usize = faces().iter().map(|face| face.bytes.len()).sum();
        assert!((1_000_000..=BUDGET).contains(&total), "{total} bytes");
    }

    #[test]
    fn both_weights_have_latin_greek_and_cyrillic_in_their_first_face() {
        for weight in [Weight::Regular, Weight::Bold] {
            let first = &faces()[weight.chain()[0]];
            for c in "AZaz09 ÄßŁőñ ΑΩαωάΐ АЯаяЁїЖ –—…€≤≥−□".chars() {
                assert!(first.glyph(c).is_some(), "{} lacks {c}", first.name);
            }
        }
    }

    #[test]
    fn every_script_of_the_requirements_is_covered_in_both_weights() {
        for text in [
            "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئة،؛؟٠١٢٣٤٥٦٧٨٩پچژگک",
            "אבגדהוזחטיכךלמםנןסעפףצץקרשת׳״",
            "अआइईउऊऋएऐओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहक़ंःँ्ािीुूृेैोौ।०१२३४५६७८९",
            "一丁上下不世中京体侵入全列务发国安报数时机析检统网资骨直漢字體國報資驗簡繁檢測聲學",
            "あいうえおんァアイウエオンヴー「」、。・々〆",
            "가각한국어보안힝",
            "กขคงจฉชซไใโเแะาำิีึืุูๅๆ่้๊๋",
            "😀🎉🔥🚀👍👨👩👧👦🏽🇩🇪✅❌⚠️",
            "𝕋𝐀∀∑★♻",
            "\u{FFFD}",
        ] {
            for c in text.chars().filter(|c| *c != '\u{FE0F}') {
                for weight in [Weight::Regular, Weight::Bold] {
                    assert!(covered(weight, c), "no {weight:?} face has {c} U+{:04X}", c as u32);
                }
            }
        }
    }

    #[test]
    fn a_face_is_not_parsed_for_characters_that_it_cannot_have() {
        let face = FontFace::new("NotoSansCJK-Regular", faces()[11].bytes, HAN);
        assert!("Latin, Ω, Ж, ع, न".chars().all(|c| face.glyph(c).is_none()));
        assert!(!face.is_parsed());
        assert!(face.glyph('中').is_some() && face.is_parsed());
    }

    #[test]
    fn the_boxes_have_both_frames_and_every_hexadecimal_digit() {
        assert!("0123456789ABCDEF□▭".chars().all(|c| faces()[BOXES].glyph(c).is_some()));
    }
}
