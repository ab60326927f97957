//! Breaking text into lines of a given width.
//!
//! Lines break at spaces, then after punctuation inside a token that is longer than a line, then anywhere between two
//! clusters: no text is ever wider than asked for, whatever it is.

use super::fonts::Weight;
use super::shape::{Cut, PlacedGlyph, Shaper};

/// A line of glyphs; its width in em.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    pub(crate) glyphs: Vec<PlacedGlyph>,
    pub(crate) width: f32,
    /// Whether it ends inside a word, which the next line goes on with; else a space was left out at its end.
    pub(crate) goes_on: bool,
}

impl Line {
    fn push(&mut self, glyphs: &[PlacedGlyph], width: f32) {
        self.glyphs.extend_from_slice(glyphs);
        self.width += width;
    }
}

impl Shaper {
    /// The text on one line, however wide. White space collapses.
    pub(crate) fn line(&mut self, text: &str, weight: Weight) -> Line {
        let mut line = Line::default();
        for word in text.split_whitespace() {
            if !line.glyphs.is_empty() {
                let space = self.word(" ", weight);
                line.push(&space.glyphs, space.width);
            }
            let word = self.word(word, weight);
            line.push(&word.glyphs, word.width);
        }
        line
    }

    /// Width of the text on one line, in em.
    pub(crate) fn width(&mut self, text: &str, weight: Weight) -> f32 {
        let space = self.word(" ", weight).width;
        text.split_whitespace()
            .enumerate()
            .map(|(i, word)| self.word(word, weight).width + if i > 0 { space } else { 0.0 })
            .sum()
    }

    /// Width of the widest word, in em.
    pub(crate) fn widest_word(&mut self, text: &str, weight: Weight) -> f32 {
        text.split_whitespace().map(|word| self.word(word, weight).width).fold(0.0, f32::max)
    }

    /// The text on one line no wider than `width` em, ended by "…" where it had to be cut.
    pub(crate) fn fit(&mut self, text: &str, weight: Weight, width: f32) -> Line {
        let mut line = self.line(text, weight);
        if line.width <= width {
            return line;
        }
        let dots = self.word("…", weight);
        while line.width + dots.width > width {
            let Some(glyph) = line.glyphs.pop() else { break };
            line.width -= glyph.advance;
        }
        while line.glyphs.last().is_some_and(|g| self.glyphs()[g.def as usize].text == " ") {
            line.width -= line.glyphs.pop().map_or(0.0, |g| g.advance);
        }
        line.push(&dots.glyphs, dots.width);
        line
    }

    /// The text in lines no wider than `width` em; at least one line.
    pub(crate) fn wrap(&mut self, text: &str, weight: Weight, width: f32) -> Vec<Line> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = Line::default();
            for word in paragraph.split_whitespace() {
                self.append(word, weight, width, &mut line, &mut lines);
            }
            lines.push(line);
        }
        while lines.len() > 1 && lines.last().is_some_and(|line| line.glyphs.is_empty()) {
            lines.pop();
        }
        lines
    }

    fn append(&mut self, word: &str, weight: Weight, width: f32, line: &mut Line, lines: &mut Vec<Line>) {
        let space = self.word(" ", weight);
        let word = self.word(word, weight);
        if !line.glyphs.is_empty() {
            if line.width + space.width + word.width <= width {
                line.push(&space.glyphs, space.width);
                line.push(&word.glyphs, word.width);
                return;
            }
            lines.push(std::mem::take(line));
        }
        let mut rest = word.glyphs.as_slice();
        while !rest.is_empty() {
            let cut = find_cut(rest, width);
            let (head, tail) = rest.split_at(cut);
            if !line.glyphs.is_empty() {
                line.goes_on = true;
                lines.push(std::mem::take(line));
            }
            line.push(head, head.iter().map(|g| g.advance).sum());
            rest = tail;
        }
    }
}

/// How many glyphs go on the line: all if they fit, else up to the best place to cut; at least one cluster.
fn find_cut(glyphs: &[PlacedGlyph], width: f32) -> usize {
    let mut used = 0.0;
    let (mut soft, mut emergency) = (0, 0);
    for (i, glyph) in glyphs.iter().enumerate() {
        used += glyph.advance;
        // A cluster wider than the line stays whole; rounding must not split what was measured to fit.
        if used > width + 0.001 && emergency > 0 {
            return if soft > 0 { soft } else { emergency };
        }
        match glyph.cut {
            Cut::Soft => (soft, emergency) = (i + 1, i + 1),
            Cut::Emergency => emergency = i + 1,
            Cut::Never => {}
        }
    }
    glyphs.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(shaper: &Shaper, lines: &[Line]) -> Vec<String> {
        let text =
            |line: &Line| line.glyphs.iter().map(|g| shaper.glyphs()[g.def as usize].text.as_str()).collect();
        lines.iter().map(text).collect()
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
            assert_eq!(read(&shaper, &lines), expected, "{text:?} at {width}");
        }
    }

    #[test]
    fn a_word_of_ten_thousand_letters_fits_and_loses_nothing() {
        let mut shaper = Shaper::new();
        let word = "aWi".repeat(3_334);
        let lines = shaper.wrap(&word, Weight::Regular, 12.0);
        assert!(lines.iter().all(|line| line.width <= 12.001));
        let (last, others) = lines.split_last().unwrap();
        assert!(others.iter().all(|line| line.goes_on) && !last.goes_on);
        assert_eq!(read(&shaper, &lines).concat(), word);
    }

    #[test]
    fn a_line_that_is_too_long_ends_with_dots() {
        let mut shaper = Shaper::new();
        let line = shaper.fit("a rather long label", Weight::Regular, 5.0);
        assert!(line.width <= 5.0);
        assert!(read(&shaper, &[line])[0].ends_with('…'));
    }
}
