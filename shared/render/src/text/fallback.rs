//! Which face draws what: a text cut into runs of one face each.
//!
//! A cluster (a letter with its marks, an emoji with its joiners) is drawn by one face wherever one has all of it, for
//! shaping does not reach from face to face. What no face has is told apart, never dropped.

use unicode_segmentation::UnicodeSegmentation;

use super::fonts::{EMOJI, Weight, faces};

/// The faces for a text: each run with the index of its face, or `None` where no face has its characters.
pub(super) fn split_by_face(text: &str, weight: Weight) -> Vec<(Option<usize>, &str)> {
    let chain = weight.chain();
    if text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        return vec![(Some(chain[0]), text)];
    }
    let mut runs = Runs { text, ends: Vec::new() };
    for (at, cluster) in text.grapheme_indices(true) {
        let emoji = wants_emoji(cluster).then_some(EMOJI);
        match emoji.into_iter().chain(chain).find(|face| has_all(*face, cluster)) {
            _ if cluster.chars().all(is_ignorable) => runs.extend(at + cluster.len(), chain[0]),
            Some(face) => runs.push(Some(face), at + cluster.len()),
            None => runs.push_apart(at, cluster, &chain),
        }
    }
    runs.finish()
}

/// Runs of a text by where they end.
struct Runs<'a> {
    text: &'a str,
    ends: Vec<(Option<usize>, usize)>,
}

impl<'a> Runs<'a> {
    fn push(&mut self, face: Option<usize>, end: usize) {
        match self.ends.last_mut() {
            Some(last) if last.0 == face => last.1 = end,
            _ => self.ends.push((face, end)),
        }
    }

    /// What is never drawn stays with the run before, where it may say how letters join.
    fn extend(&mut self, end: usize, otherwise: usize) {
        let face = self.ends.last().map_or(Some(otherwise), |last| last.0);
        self.push(face, end);
    }

    /// A cluster that no face has as a whole, character by character.
    fn push_apart(&mut self, at: usize, cluster: &str, chain: &[usize]) {
        for (i, c) in cluster.char_indices() {
            let end = at + i + c.len_utf8();
            if is_ignorable(c) {
                self.extend(end, chain[0]);
            } else {
                self.push(chain.iter().copied().find(|face| faces()[*face].glyph(c).is_some()), end);
            }
        }
    }

    fn finish(self) -> Vec<(Option<usize>, &'a str)> {
        let mut start = 0;
        let cut =
            |(face, end): (Option<usize>, usize)| (face, &self.text[std::mem::replace(&mut start, end)..end]);
        self.ends.into_iter().map(cut).collect()
    }
}

fn has_all(face: usize, cluster: &str) -> bool {
    cluster.chars().filter(|c| !is_ignorable(*c)).all(|c| faces()[face].glyph(c).is_some())
}

/// Whether a cluster asks for its picture rather than its sign.
fn wants_emoji(cluster: &str) -> bool {
    cluster.starts_with(|c| c >= '\u{1F000}') || cluster.contains('\u{FE0F}')
}

/// Characters without a look of their own, as shaping takes them: joiners, direction marks, variation selectors, the
/// soft hyphen.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_drawn_by_one_face_where_one_has_them_all() {
        let name = |face: Option<usize>| face.map_or("none", |face| faces()[face].name);
        for (text, expected) in [
            ("plain", vec![("Inter-Regular", "plain")]),
            ("e\u{301}x", vec![("Inter-Regular", "e\u{301}x")]),
            ("a中b", vec![("Inter-Regular", "a"), ("NotoSansCJK-Regular", "中"), ("Inter-Regular", "b")]),
            ("क्षि।", vec![("NotoSansDevanagari-Regular", "क्षि।")]),
            ("می\u{200C}خواهم", vec![("NotoSansArabic-Regular", "می\u{200C}خواهم")]),
            ("👩\u{200D}💻", vec![("NotoEmoji-Regular", "👩\u{200D}💻")]),
            ("1\u{FE0F}\u{20E3}1", vec![("NotoEmoji-Regular", "1\u{FE0F}\u{20E3}"), ("Inter-Regular", "1")]),
            ("\u{200B}", vec![("Inter-Regular", "\u{200B}")]),
            ("a\u{1000}b", vec![("Inter-Regular", "a"), ("none", "\u{1000}"), ("Inter-Regular", "b")]),
        ] {
            let runs: Vec<_> = split_by_face(text, Weight::Regular)
                .into_iter()
                .map(|(face, run)| (name(face), run))
                .collect();
            assert_eq!(runs, expected, "{text:?}");
        }
    }
}
