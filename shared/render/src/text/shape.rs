//! Shaping: words to placed glyphs, with kerning, joined forms, marks, tabular figures and fallback faces.
//!
//! A glyph is interned together with the text it stands for, so that a painter can say in the file what each glyph
//! reads as even where two characters share an outline. A character that no face has becomes a box with its code point
//! in it, still reads as itself, and is counted. Words are shaped once per document: reports repeat themselves.
//!
//! Words keep their glyphs in reading order, also those written from right to left; `line` puts lines in the order of
//! the page.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use rustybuzz::ttf_parser::{GlyphId, Tag};
use rustybuzz::{
    BufferClusterLevel, BufferFlags, Direction, Feature, GlyphBuffer, Language, Script, ShapePlan,
    UnicodeBuffer,
};

use super::breaks::{Cut, cut_after, cut_between};
use super::fallback::{is_ignorable, split_by_face};
use super::fonts::{BOXES, Weight, faces};
use super::han::Han;

/// A glyph of a face and the text it stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GlyphDef {
    /// Index in [`faces`].
    pub(crate) face: usize,
    /// Glyph in the face.
    pub(crate) glyph: GlyphId,
    /// What it reads as: its part of the text of its cluster, or nothing. The parts in reading order are the text.
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
    /// Where a line may end after this glyph, in reading order.
    pub(crate) cut: Cut,
    /// Embedding level of UAX #9: odd is written from right to left.
    pub(crate) level: u8,
}

/// A shaped word, in reading order; lengths in em.
#[derive(Debug)]
pub(crate) struct Word {
    pub(crate) glyphs: Vec<PlacedGlyph>,
    pub(crate) width: f32,
    /// Width of the widest part that a line keeps together.
    pub(crate) widest_part: f32,
}

impl Word {
    pub(super) fn new(glyphs: Vec<PlacedGlyph>) -> Self {
        let width = glyphs.iter().map(|g| g.advance).sum();
        let widest_part = parts(&glyphs).map(|part| part.iter().map(|g| g.advance).sum()).fold(0.0, f32::max);
        Self { glyphs, width, widest_part }
    }
}

/// The parts of a word between the places where a line may end as well as at a space.
pub(super) fn parts(glyphs: &[PlacedGlyph]) -> impl Iterator<Item = &[PlacedGlyph]> {
    glyphs.split_inclusive(|g| g.cut == Cut::Free)
}

/// What decides how a word is shaped, besides its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct WordStyle {
    pub(super) weight: Weight,
    pub(super) level: u8,
    pub(super) han: Han,
}

/// Shapes the words of one document.
pub(crate) struct Shaper {
    defs: Vec<GlyphDef>,
    index: HashMap<GlyphDef, u32>,
    words: HashMap<WordStyle, HashMap<Box<str>, Rc<Word>>>,
    plans: HashMap<(usize, Script, bool, Han), ShapePlan>,
    buffer: Option<UnicodeBuffer>,
    missing: BTreeSet<char>,
    han: Han,
}

impl Shaper {
    /// A shaper for a document in that language (BCP 47), which decides how ideographs look that write several.
    pub(crate) fn for_language(language: &str) -> Self {
        Self { han: Han::of_language(language), ..Self::new() }
    }

    pub(crate) fn new() -> Self {
        Self {
            defs: Vec::new(),
            index: HashMap::new(),
            words: HashMap::new(),
            plans: HashMap::new(),
            buffer: None,
            missing: BTreeSet::new(),
            han: Han::Simplified,
        }
    }

    /// Every glyph used so far, in order of first use.
    pub(crate) fn glyphs(&self) -> &[GlyphDef] {
        &self.defs
    }

    /// The characters met so far that no face has.
    pub(crate) fn missing(&self) -> &BTreeSet<char> {
        &self.missing
    }

    /// How ideographs look in this document where the text itself does not tell.
    pub(super) fn han(&self) -> Han {
        self.han
    }

    /// Shapes a text without white space (or a single space), all of it written in one direction.
    pub(super) fn word(&mut self, text: &str, style: WordStyle) -> Rc<Word> {
        if let Some(word) = self.words.get(&style).and_then(|words| words.get(text)) {
            return Rc::clone(word);
        }
        let word = Rc::new(self.shape_word(text, style));
        self.words.entry(style).or_default().insert(text.into(), Rc::clone(&word));
        word
    }

    fn shape_word(&mut self, text: &str, style: WordStyle) -> Word {
        let mut glyphs = Vec::with_capacity(text.len());
        for (face, run) in split_by_face(text, style.weight) {
            match face {
                Some(face) => self.shape_run(face, run, style, &mut glyphs),
                None => run
                    .chars()
                    .filter(|c| !is_ignorable(*c))
                    .for_each(|c| self.draw_box(c, style.level, &mut glyphs)),
            }
        }
        self.mark_cuts(&mut glyphs);
        Word::new(glyphs)
    }

    fn shape_run(&mut self, face: usize, run: &str, style: WordStyle, out: &mut Vec<PlacedGlyph>) {
        let font = &faces()[face];
        let backwards = style.level % 2 == 1;
        let direction = if backwards { Direction::RightToLeft } else { Direction::LeftToRight };
        let language: Option<Language> = style.han.language();
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.push_str(run);
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        buffer.set_cluster_level(BufferClusterLevel::MonotoneCharacters);
        buffer.guess_segment_properties();
        buffer.set_direction(direction);
        if let Some(language) = language.clone() {
            buffer.set_language(language);
        }
        let script = buffer.script();
        let plan = self.plans.entry((face, script, backwards, style.han)).or_insert_with(|| {
            let features = [Feature::new(Tag::from_bytes(b"tnum"), 1, ..)];
            ShapePlan::new(font.face(), direction, Some(script), language.as_ref(), &features)
        });
        let shaped = rustybuzz::shape_with_plan(font.face(), plan, buffer);
        self.place(face, run, &shaped, style.level, out);
        self.buffer = Some(shaped.clear());
    }

    /// Takes over what was shaped, in reading order: the shaper gives the order of the page.
    fn place(&mut self, face: usize, run: &str, shaped: &GlyphBuffer, level: u8, out: &mut Vec<PlacedGlyph>) {
        let infos = shaped.glyph_infos();
        let mut order: Vec<usize> = (0..infos.len()).collect();
        if level % 2 == 1 {
            order.reverse();
        }
        let start = |i: usize| infos[i].cluster as usize;
        let mut clusters = order.chunk_by(|a, b| start(*a) == start(*b)).peekable();
        while let Some(cluster) = clusters.next() {
            let end = clusters.peek().map_or(run.len(), |next| start(next[0]));
            self.place_cluster(face, &run[start(cluster[0])..end], shaped, cluster, level, out);
        }
    }

    /// Spreads the text of a cluster over its glyphs, so that put together in reading order they read as it, and
    /// readers of a file find no gap inside it. From right to left a glyph reads as one character at most, because
    /// readers turn the characters of such a line around: the rest goes to glyphs without a look.
    fn place_cluster(
        &mut self,
        face: usize,
        text: &str,
        shaped: &GlyphBuffer,
        cluster: &[usize],
        level: u8,
        out: &mut Vec<PlacedGlyph>,
    ) {
        let font = &faces()[face];
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        let wide: Vec<bool> = cluster.iter().map(|i| positions[*i].x_advance != 0).collect();
        let silent = font.glyph('\u{200C}').filter(|_| level % 2 == 1);
        for (i, text) in cluster.iter().zip(spread(text, &wide)) {
            let glyph = GlyphId(u16::try_from(infos[*i].glyph_id).unwrap_or(0));
            let own = match silent {
                None => text.len(),
                // A mark that readers would take for as wide as its outline, and so for out of order.
                Some(_) if positions[*i].x_advance == 0 && font.width(glyph) != 0.0 => 0,
                Some(_) => text.chars().next().map_or(0, char::len_utf8),
            };
            out.push(PlacedGlyph {
                def: self.intern(face, glyph, &text[..own]),
                advance: font.em(positions[*i].x_advance),
                dx: font.em(positions[*i].x_offset),
                dy: font.em(positions[*i].y_offset),
                cut: Cut::Never,
                level,
            });
            for (silent, c) in silent.iter().flat_map(|silent| text[own..].chars().map(move |c| (*silent, c)))
            {
                let def = self.intern(face, silent, c.encode_utf8(&mut [0; 4]));
                out.push(PlacedGlyph { def, advance: 0.0, dx: 0.0, dy: 0.0, cut: Cut::Never, level });
            }
        }
        end_cluster(out);
    }

    /// A box for a character that no face has: a frame around the digits of its code point, in two rows.
    fn draw_box(&mut self, c: char, level: u8, out: &mut Vec<PlacedGlyph>) {
        self.missing.insert(c);
        let font = &faces()[BOXES];
        let code = c as u32;
        let (frame, digits) =
            if code > 0xFFFF { ('▭', format!("{code:06X}")) } else { ('□', format!("{code:04X}")) };
        let frame = font.glyph(frame).expect("the boxes have both frames");
        let width = font.width(frame);
        let mut push = |text: &str, glyph, advance, (dx, dy)| {
            let def = self.intern(BOXES, glyph, text);
            out.push(PlacedGlyph { def, advance, dx, dy, cut: Cut::Never, level });
        };
        push(c.encode_utf8(&mut [0; 4]), frame, width, (0.0, 0.0));
        // Where the pen stands for the digits: on the page the frame comes before them, or after where it is mirrored.
        let pen = if level.is_multiple_of(2) { width } else { 0.0 };
        for (i, digit) in digits.chars().enumerate() {
            let glyph = font.glyph(digit).expect("the boxes have every digit");
            let (x, y) = digit_place(i, digits.len() / 2);
            push("", glyph, 0.0, (width / 2.0 + x - pen, y));
        }
        end_cluster(out);
    }

    /// Sets how good the places between clusters are, by the characters on both sides of them.
    pub(super) fn mark_cuts(&self, glyphs: &mut [PlacedGlyph]) {
        let text = |glyph: &PlacedGlyph| self.defs[glyph.def as usize].text.as_str();
        let mut last = ' ';
        for i in 0..glyphs.len() {
            last = text(&glyphs[i]).chars().next_back().unwrap_or(last);
            if glyphs[i].cut != Cut::Never {
                let first = glyphs[i + 1..].iter().find_map(|next| text(next).chars().next());
                glyphs[i].cut = first.map_or_else(|| cut_after(last), |first| cut_between(last, first));
            }
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

/// Lets a line end after the last glyph.
fn end_cluster(glyphs: &mut [PlacedGlyph]) {
    if let Some(last) = glyphs.last_mut() {
        last.cut = Cut::Emergency;
    }
}

/// Cuts the text of a cluster into one piece per glyph: a character to each that takes up width, the rest to the last.
fn spread<'a>(text: &'a str, wide: &[bool]) -> Vec<&'a str> {
    let none_is_wide = !wide.contains(&true);
    let last = wide.iter().rposition(|wide| *wide).unwrap_or(0);
    let mut rest = text;
    let piece = |(i, wide): (usize, &bool)| {
        let length = match rest.chars().next() {
            _ if i == last => rest.len(),
            Some(c) if *wide && !none_is_wide => c.len_utf8(),
            _ => 0,
        };
        let (piece, more) = rest.split_at(length);
        rest = more;
        piece
    };
    wide.iter().enumerate().map(piece).collect()
}

/// Where the `i`th digit of a box stands, from the middle of the box and from the baseline, in em.
#[expect(clippy::cast_precision_loss, reason = "at most six digits")]
fn digit_place(i: usize, columns: usize) -> (f32, f32) {
    let (row, column) = (i / columns, i % columns);
    let x = (column as f32 - (columns as f32 - 1.0) / 2.0) * 0.25;
    (x, if row == 0 { 0.385 } else { 0.01 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(weight: Weight, level: u8) -> WordStyle {
        WordStyle { weight, level, han: Han::Simplified }
    }

    fn read(shaper: &Shaper, word: &Word) -> String {
        word.glyphs.iter().map(|g| shaper.glyphs()[g.def as usize].text.as_str()).collect()
    }

    fn shape(shaper: &mut Shaper, text: &str) -> Rc<Word> {
        shaper.word(text, style(Weight::Regular, 0))
    }

    #[test]
    fn every_script_reads_back_as_it_was_written_and_lacks_nothing() {
        let mut shaper = Shaper::new();
        for (text, level) in [
            ("Incident", 0),
            ("Αθήνα", 0),
            ("Москва", 0),
            ("naïve", 0),
            ("e\u{301}te\u{301}", 0),
            ("ﬁ", 0),
            ("ȩ̃", 0),
            ("A中B", 0),
            ("安全事件報告", 0),
            ("セキュリティ", 0),
            ("보안사고", 0),
            ("हिन्दी", 0),
            ("क्षत्रिय", 0),
            ("ความปลอดภัย", 0),
            ("السلام", 1),
            ("مُحَمَّد", 1),
            ("می\u{200C}خواهم", 1),
            ("שָׁלוֹם", 1),
            ("🎉", 0),
            ("👨\u{200D}👩\u{200D}👧\u{200D}👦", 0),
            ("👍🏽", 0),
            ("🇩🇪", 0),
            ("1\u{FE0F}\u{20E3}", 0),
        ] {
            for weight in [Weight::Regular, Weight::Bold] {
                let word = shaper.word(text, style(weight, level));
                assert_eq!(read(&shaper, &word), text);
                assert!(word.width > 0.3, "{text}");
                let drawn = word.glyphs.iter().map(|g| &shaper.glyphs()[g.def as usize]);
                assert!(drawn.filter(|def| def.glyph.0 == 0).count() == 0, "{text}");
            }
        }
        assert!(shaper.missing().is_empty(), "{:?}", shaper.missing());
    }

    #[test]
    fn letters_join_and_clusters_form_as_their_readers_expect() {
        let mut shaper = Shaper::new();
        // Glyphs of the word; of the Arabic ligature the second only carries its letter.
        for (text, level, glyphs) in [
            ("لا", 1, 2),
            ("👨\u{200D}👩\u{200D}👧\u{200D}👦", 0, 1),
            ("👍🏽", 0, 1),
            ("🇩🇪", 0, 1),
            ("क्ष", 0, 1),
            ("कि", 0, 2),
        ] {
            let word = shaper.word(text, style(Weight::Regular, level));
            assert_eq!(word.glyphs.len(), glyphs, "{text}");
        }
        let glyph =
            |shaper: &Shaper, word: &Word, i: usize| shaper.glyphs()[word.glyphs[i].def as usize].glyph;
        let (alone, joined) = (shape(&mut shaper, "ب"), shaper.word("ببب", style(Weight::Regular, 1)));
        let forms: BTreeSet<u16> = (0..3).map(|i| glyph(&shaper, &joined, i).0).collect();
        assert_eq!(forms.len(), 3, "initial, medial, final");
        assert!(!forms.contains(&glyph(&shaper, &alone, 0).0));
        // The vowel sign of "ki" is written before its consonant.
        let (ki, ka) = (shape(&mut shaper, "कि"), shape(&mut shaper, "क"));
        assert_eq!(glyph(&shaper, &ki, 1), glyph(&shaper, &ka, 0));
    }

    #[test]
    fn the_text_of_a_cluster_is_spread_over_the_glyphs_that_take_up_width() {
        for (text, wide, expected) in [
            ("a", vec![true], vec!["a"]),
            ("abc", vec![true, true], vec!["a", "bc"]),
            ("a", vec![false, true], vec!["", "a"]),
            ("ab", vec![true, false], vec!["ab", ""]),
            ("ab", vec![true, true, true], vec!["a", "b", ""]),
            ("a", vec![false], vec!["a"]),
            ("ab", vec![false, false], vec!["ab", ""]),
        ] {
            assert_eq!(spread(text, &wide), expected, "{text} {wide:?}");
        }
    }

    #[test]
    fn japanese_and_traditional_ideographs_have_their_own_forms() {
        let mut shaper = Shaper::new();
        let mut forms = BTreeSet::new();
        for han in [Han::Simplified, Han::Traditional, Han::Japanese] {
            let word = shaper.word("骨", WordStyle { han, ..style(Weight::Regular, 0) });
            forms.insert(shaper.glyphs()[word.glyphs[0].def as usize].glyph.0);
        }
        assert!(forms.len() >= 2, "{forms:?}");
    }

    #[test]
    fn brackets_are_mirrored_from_right_to_left() {
        let mut shaper = Shaper::new();
        let forwards = shaper.word(")", style(Weight::Regular, 0));
        let backwards = shaper.word("(", style(Weight::Regular, 1));
        let glyph = |word: &Word| shaper.glyphs()[word.glyphs[0].def as usize].glyph;
        assert_eq!(glyph(&forwards), glyph(&backwards));
    }

    #[test]
    fn latin_and_cyrillic_letters_of_one_shape_stay_apart() {
        let mut shaper = Shaper::new();
        let (latin, cyrillic) = (shape(&mut shaper, "A"), shape(&mut shaper, "А"));
        assert_ne!(latin.glyphs[0].def, cyrillic.glyphs[0].def);
    }

    #[test]
    fn figures_are_tabular_and_pairs_are_kerned() {
        let mut shaper = Shaper::new();
        assert_eq!(shape(&mut shaper, "1111").width, shape(&mut shaper, "8888").width);
        let apart = shape(&mut shaper, "A").width + shape(&mut shaper, "V").width;
        assert!(shape(&mut shaper, "AV").width < apart);
    }

    #[test]
    fn a_character_that_no_face_has_prints_as_a_box_with_its_code_and_is_counted() {
        let mut shaper = Shaper::new();
        for (text, digits) in [("\u{1000}", 4), ("\u{10400}", 6)] {
            for level in [0, 1] {
                let word = shaper.word(text, style(Weight::Regular, level));
                assert_eq!(word.glyphs.len(), 1 + digits);
                assert!(word.glyphs.iter().all(|g| shaper.glyphs()[g.def as usize].face == BOXES));
                assert_eq!(read(&shaper, &word), text);
                assert!(word.width > 0.6);
            }
        }
        assert_eq!(shaper.missing().iter().copied().collect::<String>(), "\u{1000}\u{10400}");
    }
}
