//! Shaping: words to placed glyphs, with kerning, tabular figures and fallback faces.
//!
//! A glyph is interned together with the text it stands for, so that a painter can say in the file what each glyph
//! reads as even where two characters share an outline. A character that no face has becomes □, and still reads as
//! itself. Words are shaped once per document: reports repeat themselves.

use std::collections::HashMap;
use std::rc::Rc;

use rustybuzz::ttf_parser::{GlyphId, Tag};
use rustybuzz::{Direction, Feature, GlyphBuffer, Script, ShapePlan, UnicodeBuffer};

use super::fonts::{Weight, faces};

/// A glyph of a face and the text it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GlyphDef {
    /// Index in [`faces`].
    pub(crate) face: usize,
    /// Glyph in the face.
    pub(crate) glyph: GlyphId,
    /// What it reads as; empty for the further glyphs of a cluster.
    pub(crate) text: String,
}

/// A glyph in a run; lengths in em.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlacedGlyph {
    /// Index in [`Shaper::glyphs`].
    pub(crate) def: u32,
    /// How far the pen moves, kerning included.
    pub(crate) advance: f32,
    /// How far the outline is moved to the right.
    pub(crate) dx: f32,
    /// How far the outline is moved up.
    pub(crate) dy: f32,
    /// Where a line may end after this glyph.
    pub(crate) cut: Cut,
}

/// How good a place is to end a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Inside a cluster.
    Never,
    /// Between two letters of a word: only when nothing else helps.
    Emergency,
    /// After punctuation inside a long token, such as a path.
    Soft,
}

/// A shaped word; its width in em.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) glyphs: Vec<PlacedGlyph>,
    pub(crate) width: f32,
}

/// Shapes the words of one document.
pub(crate) struct Shaper {
    defs: Vec<GlyphDef>,
    index: HashMap<GlyphDef, u32>,
    words: HashMap<Weight, HashMap<Box<str>, Rc<Word>>>,
    plans: HashMap<(usize, Script), ShapePlan>,
    buffer: Option<UnicodeBuffer>,
    missing: usize,
}

impl Shaper {
    pub(crate) fn new() -> Self {
        Self {
            defs: Vec::new(),
            index: HashMap::new(),
            words: HashMap::new(),
            plans: HashMap::new(),
            buffer: None,
            missing: 0,
        }
    }

    /// Every glyph used so far, in order of first use.
    pub(crate) fn glyphs(&self) -> &[GlyphDef] {
        &self.defs
    }

    /// How many different words hold a character that no face has.
    pub(crate) fn missing(&self) -> usize {
        self.missing
    }

    /// Shapes a text without white space (or a single space).
    pub(crate) fn word(&mut self, text: &str, weight: Weight) -> Rc<Word> {
        if let Some(word) = self.words.get(&weight).and_then(|words| words.get(text)) {
            return Rc::clone(word);
        }
        let word = Rc::new(self.shape_word(text, weight));
        self.words.entry(weight).or_default().insert(text.into(), Rc::clone(&word));
        word
    }

    fn shape_word(&mut self, text: &str, weight: Weight) -> Word {
        let mut glyphs = Vec::with_capacity(text.len());
        let mut missing = false;
        for (face, run) in split_by_face(text, weight) {
            match face {
                Some(face) => self.shape_run(face, run, &mut glyphs),
                None => {
                    missing = true;
                    self.box_run(run, weight, &mut glyphs);
                }
            }
        }
        self.missing += usize::from(missing);
        let width = glyphs.iter().map(|g| g.advance).sum();
        Word { glyphs, width }
    }

    fn shape_run(&mut self, face: usize, run: &str, out: &mut Vec<PlacedGlyph>) {
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.push_str(run);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let font = &faces()[face];
        let script = buffer.script();
        let plan = self.plans.entry((face, script)).or_insert_with(|| {
            let features = [Feature::new(Tag::from_bytes(b"tnum"), 1, ..)];
            ShapePlan::new(&font.face, Direction::LeftToRight, Some(script), None, &features)
        });
        let shaped = rustybuzz::shape_with_plan(&font.face, plan, buffer);
        self.place(face, run, &shaped, out);
        self.buffer = Some(shaped.clear());
    }

    fn place(&mut self, face: usize, run: &str, shaped: &GlyphBuffer, out: &mut Vec<PlacedGlyph>) {
        let font = &faces()[face];
        let infos = shaped.glyph_infos();
        for (i, (info, position)) in infos.iter().zip(shaped.glyph_positions()).enumerate() {
            let next = infos.get(i + 1).map_or(run.len(), |n| n.cluster as usize);
            let first = i == 0 || infos[i - 1].cluster != info.cluster;
            let end = infos[i..].iter().map(|n| n.cluster as usize).find(|c| *c != info.cluster as usize);
            let text = if first { &run[info.cluster as usize..end.unwrap_or(run.len())] } else { "" };
            let glyph = GlyphId(u16::try_from(info.glyph_id).unwrap_or(0));
            let cut = if next == info.cluster as usize { Cut::Never } else { cut_after(text) };
            out.push(PlacedGlyph {
                def: self.intern(face, glyph, text),
                advance: font.em(position.x_advance),
                dx: font.em(position.x_offset),
                dy: font.em(position.y_offset),
                cut,
            });
        }
    }

    /// One □ per character that no face has.
    fn box_run(&mut self, run: &str, weight: Weight, out: &mut Vec<PlacedGlyph>) {
        let face = weight.chain()[0];
        let font = &faces()[face];
        let glyph = font.glyph('□').expect("the first faces have the box");
        for c in run.chars() {
            let def = self.intern(face, glyph, c.encode_utf8(&mut [0; 4]));
            out.push(PlacedGlyph { def, advance: font.width(glyph), dx: 0.0, dy: 0.0, cut: Cut::Emergency });
        }
    }

    fn intern(&mut self, face: usize, glyph: GlyphId, text: &str) -> u32 {
        let def = GlyphDef { face, glyph, text: text.to_owned() };
        if let Some(id) = self.index.get(&def) {
            return *id;
        }
        let id = u32::try_from(self.defs.len()).expect("a document has fewer than 2^32 different glyphs");
        self.defs.push(def.clone());
        self.index.insert(def, id);
        id
    }
}

/// Cuts a word into runs of one face each; `None` where no face has the character.
fn split_by_face(text: &str, weight: Weight) -> Vec<(Option<usize>, &str)> {
    let chain = weight.chain();
    let mut runs: Vec<(Option<usize>, usize, usize)> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| !is_ignorable(*c)) {
        let has = |face: usize| faces()[face].glyph(c).is_some();
        let last = runs.last().and_then(|run| run.0);
        // A combining mark stays with its base if that face can draw it.
        let face = match last {
            Some(face) if is_mark(c) && has(face) => Some(face),
            _ => chain.into_iter().find(|face| has(*face)),
        };
        let end = at + c.len_utf8();
        match runs.last_mut() {
            Some(run) if run.0 == face && run.2 == at => run.2 = end,
            _ => runs.push((face, at, end)),
        }
    }
    runs.into_iter().map(|(face, start, end)| (face, &text[start..end])).collect()
}

/// Characters without a look of their own: joiners, direction marks, variation selectors, soft hyphen.
fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}')
}

fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
}

fn cut_after(text: &str) -> Cut {
    match text.chars().last() {
        Some('-' | '/' | '\\' | '_' | '.' | ',' | ';' | ':' | '@' | '&' | '=' | '?' | '|' | '–' | '—') => {
            Cut::Soft
        }
        _ => Cut::Emergency,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(shaper: &Shaper, word: &Word) -> String {
        word.glyphs.iter().map(|g| shaper.glyphs()[g.def as usize].text.as_str()).collect()
    }

    #[test]
    fn every_script_reads_back_as_it_was_written() {
        let mut shaper = Shaper::new();
        for text in
            ["Incident", "Αθήνα", "Москва", "naïve", "e\u{301}te\u{301}", "ﬁ", "中文", "🎉", "A中B", "ȩ̃"]
        {
            let word = shaper.word(text, Weight::Bold);
            assert_eq!(read(&shaper, &word), text);
        }
    }

    #[test]
    fn latin_and_cyrillic_letters_of_one_shape_stay_apart() {
        let mut shaper = Shaper::new();
        let (latin, cyrillic) = (shaper.word("A", Weight::Regular), shaper.word("А", Weight::Regular));
        assert_ne!(latin.glyphs[0].def, cyrillic.glyphs[0].def);
    }

    #[test]
    fn figures_are_tabular_and_pairs_are_kerned() {
        let mut shaper = Shaper::new();
        assert_eq!(shaper.word("1111", Weight::Regular).width, shaper.word("8888", Weight::Regular).width);
        let apart = shaper.word("A", Weight::Regular).width + shaper.word("V", Weight::Regular).width;
        assert!(shaper.word("AV", Weight::Regular).width < apart);
    }

    #[test]
    fn a_character_that_no_face_has_prints_as_a_box_and_is_counted() {
        let mut shaper = Shaper::new();
        let word = shaper.word("中", Weight::Regular);
        let shown = shaper.glyphs()[word.glyphs[0].def as usize].glyph;
        assert_eq!(Some(shown), faces()[0].glyph('□'));
        assert_eq!(shaper.missing(), 1);
        assert!(word.width > 0.3);
    }
}
