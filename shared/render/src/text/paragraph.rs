//! A paragraph as shaped tokens: what stands between white space, each with the level of the space before it.

use std::ops::Range;
use std::rc::Rc;

use super::bidi::{Levels, find_levels};
use super::fonts::Weight;
use super::han::Han;
use super::shape::{PlacedGlyph, Shaper, Word, WordStyle};

/// What stands between white space.
pub(super) struct Token {
    pub(super) word: Rc<Word>,
    /// The space before it, which also says at which level it is written.
    pub(super) space: PlacedGlyph,
}

/// A text without line breaks, in reading order.
pub(super) struct Paragraph {
    pub(super) tokens: Vec<Token>,
    /// How its words are shaped where nothing in them says otherwise.
    pub(super) style: WordStyle,
}

impl Paragraph {
    /// Whether it runs from right to left.
    pub(super) fn is_rtl(&self) -> bool {
        self.style.level % 2 == 1
    }

    /// Width on one line, in em.
    pub(super) fn width(&self) -> f32 {
        let spaces: f32 = self.tokens.iter().skip(1).map(|token| token.space.advance).sum();
        spaces + self.tokens.iter().map(|token| token.word.width).sum::<f32>()
    }
}

impl Shaper {
    /// Shapes a text without line breaks. White space collapses.
    pub(super) fn paragraph(&mut self, text: &str, weight: Weight) -> Paragraph {
        let han = Han::of_text(text, self.han());
        let levels = find_levels(text);
        let style = WordStyle { weight, level: levels.as_ref().map_or(0, |levels| levels.base), han };
        let tokens = match levels {
            None => {
                let space = self.space(style);
                text.split_whitespace().map(|token| Token { word: self.word(token, style), space }).collect()
            }
            Some(levels) => {
                token_ranges(text).map(|range| self.mixed_token(text, range, style, &levels)).collect()
            }
        };
        Paragraph { tokens, style }
    }

    fn space(&mut self, style: WordStyle) -> PlacedGlyph {
        self.word(" ", style).glyphs[0]
    }

    fn mixed_token(&mut self, text: &str, range: Range<usize>, style: WordStyle, levels: &Levels) -> Token {
        let space = self.space(WordStyle { level: levels.of_bytes[range.start.saturating_sub(1)], ..style });
        let mut pieces: Vec<Rc<Word>> = Vec::new();
        let mut start = range.start;
        for run in levels.of_bytes[range].chunk_by(|a, b| a == b) {
            let end = start + run.len();
            pieces.push(self.word(&text[start..end], WordStyle { level: run[0], ..style }));
            start = end;
        }
        let word = match pieces.as_slice() {
            [whole] => Rc::clone(whole),
            _ => {
                let mut glyphs: Vec<PlacedGlyph> =
                    pieces.iter().flat_map(|piece| piece.glyphs.clone()).collect();
                self.mark_cuts(&mut glyphs);
                Rc::new(Word::new(glyphs))
            }
        };
        Token { word, space }
    }
}

/// Where the tokens of a text are, in bytes.
fn token_ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    text.split_whitespace().map(move |token| {
        let start = from + text[from..].find(token).expect("a token is part of its text");
        from = start + token.len();
        start..from
    })
}
