//! Names above the columns of a heat map: written out, thinned out on a scale, or numbered with a key below.

use super::labels::{Labels, Slots, fits_whole};
use super::scale::is_scale;
use super::{Anchor, Mark, Ruler, count};
use crate::palette::Ink;

/// Columns of a scale narrower than this have no room for figures, so that the other way round reads better.
const NARROWEST: f32 = 15.0;
/// Columns narrower than this have no room for a number either.
const NARROWEST_NUMBERED: f32 = 11.0;
/// From one row of the key to the next.
const ROW: f32 = 10.5;

/// How columns are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    Names,
    Numbers,
}

impl Header {
    /// Numbers, unless the columns are too narrow for them, or places on a scale that can be thinned out.
    pub(super) fn fallback(names: &[String], slots: Slots) -> Self {
        if slots.slot < NARROWEST_NUMBERED || is_scale(names) { Self::Names } else { Self::Numbers }
    }
}

/// The header of the columns.
pub(super) struct Columns {
    labels: Labels,
    key: Vec<String>,
}

impl Columns {
    /// Whether every name can be read whole, or the columns are wide enough places on a scale.
    pub(super) fn have_room(names: &[String], slots: Slots, ruler: &mut Ruler<'_>) -> bool {
        if is_scale(names) {
            return slots.slot >= NARROWEST;
        }
        names.iter().all(|name| fits_whole(name, slots.slot - 4.0, 3, ruler))
    }

    pub(super) fn place(header: Header, names: &[String], slots: Slots, ruler: &mut Ruler<'_>) -> Self {
        if header == Header::Names {
            return Self { labels: Labels::place(names, slots, ruler), key: Vec::new() };
        }
        let numbers: Vec<String> = (1..=names.len()).map(|n| n.to_string()).collect();
        let key = numbers.iter().zip(names).map(|(n, name)| ruler.fit(&format!("{n} {name}"), 150.0));
        let key = key.collect();
        Self { labels: Labels::place(&numbers, slots, ruler), key }
    }

    pub(super) fn height(&self) -> f32 {
        self.labels.height() - 3.0
    }

    /// Draws the labels in the height they take below `top`.
    pub(super) fn draw_above(&self, top: f32, slots: Slots, ruler: &mut Ruler<'_>, marks: &mut Vec<Mark>) {
        self.labels.draw(top - 4.0, slots, ruler, marks);
    }

    /// Draws what the numbers stand for below `top` and returns the bottom.
    pub(super) fn draw_key(&self, top: f32, width: f32, ruler: &mut Ruler<'_>, marks: &mut Vec<Mark>) -> f32 {
        if self.key.is_empty() {
            return top;
        }
        let (mut x, mut row) = (0.0, 0);
        for text in &self.key {
            let entry = ruler.width(text);
            if x > 0.0 && x + entry > width {
                x = 0.0;
                row += 1;
            }
            let y = top + 12.0 + ROW * count(row);
            marks.push(Mark::label(x, y, Anchor::Start, text.clone(), Ink::Muted));
            x += entry + 12.0;
        }
        top + 15.0 + ROW * count(row)
    }
}
