//! Breaking text into lines of a given width.
//!
//! Lines break at spaces and where the script allows it as well as there, then after punctuation inside a token that is
//! longer than a line, then anywhere between two clusters: no text is ever wider than asked for, whatever it is. Breaks
//! are found in the order of reading; a finished line is in the order of the page.

use super::bidi::to_page_order;
use super::breaks::Cut;
use super::fonts::Weight;
use super::paragraph::Paragraph;
use super::shape::{PlacedGlyph, Shaper, parts};

/// What measuring may be off by, in em: rounding must not split what was measured to fit.
const SLACK: f32 = 0.001;

/// A line of glyphs in the order of the page, left to right; lengths in em.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) glyphs: Vec<PlacedGlyph>,
    pub(crate) width: f32,
    /// Whether its paragraph runs from right to left.
    pub(crate) rtl: bool,
    /// How far from the left edge of its place it begins: what is read from the right stands at the right.
    pub(crate) indent: f32,
    /// Whether it ends inside a word, which the next line goes on with; else a space was left out at its end.
    pub(crate) goes_on: bool,
}

impl Line {
    /// The line at the side of a place of that width (em) where its reader begins.
    pub(crate) fn aligned(mut self, width: f32) -> Self {
        self.indent = if self.rtl { (width - self.width).max(0.0) } else { 0.0 };
        self
    }

    fn push(&mut self, glyphs: &[PlacedGlyph], width: f32) {
        self.glyphs.extend_from_slice(glyphs);
        self.width += width;
    }

    /// A line whose glyphs were put together in reading order.
    fn finished(mut self, rtl: bool) -> Self {
        to_page_order(&mut self.glyphs);
        Self { rtl, ..self }
    }
}

impl Shaper {
    /// The text on one line, however wide. White space collapses.
    pub(crate) fn line(&mut self, text: &str, weight: Weight) -> Line {
        let paragraph = self.paragraph(text, weight);
        unbroken(&paragraph).finished(paragraph.is_rtl())
    }

    /// Width of the text on one line, in em.
    pub(crate) fn width(&mut self, text: &str, weight: Weight) -> f32 {
        self.paragraph(text, weight).width()
    }

    /// Width of the widest part that no line break divides, in em.
    pub(crate) fn widest_word(&mut self, text: &str, weight: Weight) -> f32 {
        self.paragraph(text, weight).tokens.iter().map(|token| token.word.widest_part).fold(0.0, f32::max)
    }

    /// Width of the widest part that is not even divided where a long word may be, in em.
    pub(crate) fn widest_stem(&mut self, text: &str, weight: Weight) -> f32 {
        let stem = |stem: &[PlacedGlyph]| stem.iter().map(|glyph| glyph.advance).sum::<f32>();
        let tokens = self.paragraph(text, weight).tokens;
        let stems = tokens
            .iter()
            .flat_map(|token| token.word.glyphs.split_inclusive(|g| g.cut >= Cut::Soft).map(stem));
        stems.fold(0.0, f32::max)
    }

    /// The text on one line no wider than `width` em, ended by "…" where it had to be cut.
    pub(crate) fn fit(&mut self, text: &str, weight: Weight, width: f32) -> Line {
        let paragraph = self.paragraph(text, weight);
        let mut line = unbroken(&paragraph);
        if line.width > width {
            let dots = self.word("…", paragraph.style);
            self.shorten(&mut line, width - dots.width);
            line.push(&dots.glyphs, dots.width);
        }
        line.finished(paragraph.is_rtl())
    }

    /// Takes clusters off the end until what is left is no wider than `width` and does not end with a space.
    fn shorten(&self, line: &mut Line, width: f32) {
        let text = |glyph: &PlacedGlyph| self.glyphs()[glyph.def as usize].text.as_str();
        while line.width > width || line.glyphs.last().is_some_and(|last| text(last) == " ") {
            let Some(glyph) = line.glyphs.pop() else { break };
            line.width -= glyph.advance;
            while line.glyphs.last().is_some_and(|last| last.cut == Cut::Never) {
                line.width -= line.glyphs.pop().map_or(0.0, |glyph| glyph.advance);
            }
        }
    }

    /// The text in lines no wider than `width` em, each at the side where its reader begins; at least one line.
    pub(crate) fn wrap(&mut self, text: &str, weight: Weight, width: f32) -> Vec<Line> {
        let mut lines = Vec::new();
        for text in text.split('\n') {
            let paragraph = self.paragraph(text, weight);
            Filler { width, rtl: paragraph.is_rtl(), line: Line::default(), lines: &mut lines }
                .fill(&paragraph);
        }
        while lines.len() > 1 && lines.last().is_some_and(|line| line.glyphs.is_empty()) {
            lines.pop();
        }
        lines
    }
}

/// All of a paragraph as one line, in reading order.
fn unbroken(paragraph: &Paragraph) -> Line {
    let mut line = Line::default();
    for token in &paragraph.tokens {
        if !line.glyphs.is_empty() {
            line.push(&[token.space], token.space.advance);
        }
        line.push(&token.word.glyphs, token.word.width);
    }
    line
}

/// Fills lines with the tokens of a paragraph.
struct Filler<'a> {
    width: f32,
    rtl: bool,
    line: Line,
    lines: &'a mut Vec<Line>,
}

impl Filler<'_> {
    fn fill(mut self, paragraph: &Paragraph) {
        for token in &paragraph.tokens {
            let word = &token.word;
            if self.fits(token.space.advance + word.width) {
                self.add_after(Some(token.space), &word.glyphs, word.width);
                continue;
            }
            let mut space = Some(token.space);
            for part in parts(&word.glyphs) {
                self.add_part(space.take(), part);
            }
        }
        self.end_line();
    }

    fn fits(&self, more: f32) -> bool {
        self.line.width + more <= self.width + SLACK
    }

    /// Adds what no line should divide: on this line, else on the next, else divided after all.
    fn add_part(&mut self, space: Option<PlacedGlyph>, part: &[PlacedGlyph]) {
        let width = part.iter().map(|glyph| glyph.advance).sum();
        if self.fits(space.map_or(0.0, |space| space.advance) + width) {
            return self.add_after(space, part, width);
        }
        let mut goes_on = space.is_none();
        let mut rest = part;
        while !rest.is_empty() {
            if !self.line.glyphs.is_empty() {
                self.line.goes_on = goes_on;
                self.end_line();
            }
            goes_on = true;
            let (head, tail) = rest.split_at(find_cut(rest, self.width));
            self.line.push(head, head.iter().map(|glyph| glyph.advance).sum());
            rest = tail;
        }
    }

    fn add_after(&mut self, space: Option<PlacedGlyph>, glyphs: &[PlacedGlyph], width: f32) {
        if let Some(space) = space.filter(|_| !self.line.glyphs.is_empty()) {
            self.line.push(&[space], space.advance);
        }
        self.line.push(glyphs, width);
    }

    fn end_line(&mut self) {
        self.lines.push(std::mem::take(&mut self.line).finished(self.rtl).aligned(self.width));
    }
}

/// How many glyphs go on the line: all if they fit, else up to the best place to cut; at least one cluster.
fn find_cut(glyphs: &[PlacedGlyph], width: f32) -> usize {
    let mut used = 0.0;
    let (mut soft, mut emergency) = (0, 0);
    for (i, glyph) in glyphs.iter().enumerate() {
        used += glyph.advance;
        // A cluster wider than the line stays whole.
        if used > width + SLACK && emergency > 0 {
            return if soft > 0 { soft } else { emergency };
        }
        match glyph.cut {
            Cut::Soft | Cut::Free => (soft, emergency) = (i + 1, i + 1),
            Cut::Emergency => emergency = i + 1,
            Cut::Never => {}
        }
    }
    glyphs.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::bidi::to_reading_order;

    /// The line as it is read.
    fn read(shaper: &Shaper, line: &Line) -> String {
        let mut glyphs = line.glyphs.clone();
        to_reading_order(&mut glyphs);
        glyphs.iter().map(|g| shaper.glyphs()[g.def as usize].text.as_str()).collect()
    }

    fn read_all(shaper: &Shaper, lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| read(shaper, line)).collect()
    }

    /// The line as it stands on the page, cluster by cluster from the left.
    fn look_at(shaper: &Shaper, line: &Line) -> String {
        line.glyphs.iter().map(|g| shaper.glyphs()[g.def as usize].text.as_str()).collect()
    }

    #[test]
    fn lines_break_at_spaces_then_punctuation_then_anywhere() {
        let mut shaper = Shaper::new();
        for (text, width, expected) in [
            ("two words", 99.0, vec!["two words"]),
            ("two words", 3.5, vec!["two", "words"]),
            ("one\ntwo", 99.0, vec!["one", "two"]),
            ("", 9.0, vec![""]),
            ("srv/www/data", 5.0, vec!["srv/www/", "data"]),
            ("mmmm", 2.0, vec!["mm", "mm"]),
            ("m", 0.1, vec!["m"]),
        ] {
            let lines = shaper.wrap(text, Weight::Regular, width);
            assert_eq!(read_all(&shaper, &lines), expected, "{text:?} at {width}");
        }
    }

    #[test]
    fn lines_of_scripts_without_spaces_fill_and_keep_their_punctuation() {
        let mut shaper = Shaper::new();
        for (text, width, expected) in [
            ("安全事件報告", 3.0, vec!["安全事", "件報告"]),
            ("安全事。件報告", 3.0, vec!["安全", "事。件", "報告"]),
            ("中「文字」字", 2.0, vec!["中", "「文", "字」", "字"]),
            ("in 安全事件", 3.2, vec!["in 安全", "事件"]),
            ("データ", 2.0, vec!["デー", "タ"]),
            ("보안 사고", 2.5, vec!["보안", "사고"]),
        ] {
            let lines = shaper.wrap(text, Weight::Regular, width);
            assert_eq!(read_all(&shaper, &lines), expected, "{text:?} at {width}");
        }
    }

    /// Capitals stand for Hebrew letters, as in the examples of UAX #9. Brackets are given as they are written: from
    /// right to left they are drawn mirrored.
    #[test]
    fn mixed_directions_stand_on_the_page_as_uax_9_has_them() {
        let hebrew = |text: &str| -> String {
            let letter = |c: char| char::from_u32(0x5D0 + c as u32 - 'A' as u32).expect("a Hebrew letter");
            text.chars().map(|c| if c.is_ascii_uppercase() { letter(c) } else { c }).collect()
        };
        let mut shaper = Shaper::new();
        for (text, page, rtl) in [
            ("car means CAR.", "car means RAC.", false),
            ("CAR MEANS car.", ".car SNAEM RAC", true),
            ("he said “CAR MEANS CAR.”", "he said “RAC SNAEM RAC.”", false),
            ("ABC 123 DEF", "FED 123 CBA", true),
            ("ABC 1-2", "1-2 CBA", true),
            ("abc ABC 10.5 x", "abc 10.5 CBA x", false),
            ("ABC (abc) D", "D )abc( CBA", true),
            ("abc/ABC/def", "abc/CBA/def", false),
            ("\u{2068}ABC\u{2069} · \u{2068}DEF\u{2069}", "CBA · FED", false),
            ("123 abc", "123 abc", false),
        ] {
            let line = shaper.line(&hebrew(text), Weight::Regular);
            assert_eq!((look_at(&shaper, &line), line.rtl), (hebrew(page), rtl), "{text}");
        }
    }

    #[test]
    fn what_is_read_from_the_right_stands_at_the_right() {
        let mut shaper = Shaper::new();
        for line in shaper.wrap("תקרית אבטחה חמורה בשרת", Weight::Regular, 7.0) {
            assert!((line.indent + line.width - 7.0).abs() < 0.01 && line.indent > 0.0);
        }
        assert_eq!(shaper.wrap("left", Weight::Regular, 7.0)[0].indent, 0.0);
        let mixed = shaper.wrap("אבטחה\nleft", Weight::Regular, 7.0);
        assert_eq!((mixed[0].rtl, mixed[1].rtl), (true, false), "each paragraph has its own direction");
    }

    #[test]
    fn a_word_of_ten_thousand_letters_fits_and_loses_nothing() {
        let mut shaper = Shaper::new();
        for part in ["aWi", "中", "ب", "अ", "a\u{301}", "\u{1000}", "👩\u{200D}💻", "שa"] {
            let word = part.repeat(10_000 / part.chars().count());
            let lines = shaper.wrap(&word, Weight::Regular, 12.0);
            assert!(lines.iter().all(|line| line.width <= 12.01), "{part}");
            let (last, others) = lines.split_last().unwrap();
            assert!(others.iter().all(|line| line.goes_on) && !last.goes_on, "{part}");
            assert_eq!(read_all(&shaper, &lines).concat(), word, "{part}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_ends_with_dots() {
        let mut shaper = Shaper::new();
        for text in ["a rather long label", "תווית ארוכה למדי", "とても長いラベルです"]
        {
            let line = shaper.fit(text, Weight::Regular, 5.0);
            assert!(line.width <= 5.0);
            assert!(read(&shaper, &line).ends_with('…'), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn wrapping_loses_nothing_and_keeps_to_the_width(
            text in "([a-z]{1,12}|[א-ת]{1,9}|[ء-ي]{1,9}|[क-ह]िं?|[一-丿]{1,9}|[あ-ん]{1,5}|[ก-ฮ]{1,9}|[가-갛]{1,4}|[0-9]{1,4}|[ .,()/「」。]){1,24}",
            width in 3.0f32..20.0,
        ) {
            let mut shaper = Shaper::new();
            let lines = shaper.wrap(&text, Weight::Regular, width);
            for line in &lines {
                prop_assert!(line.width <= width + 0.01, "{} > {width}", line.width);
            }
            let squeeze = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(squeeze(&read_all(&shaper, &lines).concat()), squeeze(&text));
        }
    }
}
