//! The scale of a heat map: classes between round bounds, each with a shade, and its legend.

use sitrep_domain::document::Unit;

use super::axis::Axis;
use super::heat::draw_nothing;
use super::{Anchor, LABEL_SIZE, Mark, Ruler, count};
use crate::palette::Ink;

/// Most classes between bounds; zero has a shade of its own besides.
const MOST: usize = 8;
const BOX: f32 = 9.0;

/// Classes of values.
pub(super) struct Shades {
    /// Bounds of the classes, ascending, with their labels.
    bounds: Vec<(f64, String)>,
    /// Whether zero has a shade of its own.
    zero: bool,
    /// Whether cells have no value.
    gaps: bool,
}

impl Shades {
    /// Classes for those values.
    pub(super) fn of(values: &[Option<f64>], unit: Unit) -> Self {
        let known = || values.iter().flatten().copied();
        let ticks = Axis::close(known(), unit).ticks();
        let every = (ticks.len() - 1).div_ceil(MOST);
        let last = ticks.len() - 1;
        let kept = ticks.into_iter().enumerate().filter(|(i, _)| i % every == 0 || *i == last);
        let zero = known().all(|x| x >= 0.0) && known().any(|x| x == 0.0);
        Self { bounds: kept.map(|(_, tick)| tick).collect(), zero, gaps: values.iter().any(Option::is_none) }
    }

    /// Shade of a value: 0 for zero alone, else 1 and up.
    pub(super) fn level(&self, x: f64) -> usize {
        if self.zero && x == 0.0 {
            return 0;
        }
        let classes = self.bounds.len() - 1;
        let above = self.bounds.iter().skip(1).take(classes - 1).filter(|(bound, _)| x > *bound).count();
        self.level_of(above)
    }

    /// Shade of a class: the last is the darkest.
    fn level_of(&self, class: usize) -> usize {
        let (classes, darkest) = (self.bounds.len() - 1, Ink::HEAT_LEVELS - 1);
        ((class + 1) * darkest).div_ceil(classes).min(darkest)
    }

    /// Draws the classes as a row of boxes with their bounds below, and returns the height.
    pub(super) fn draw_legend(&self, width: f32, ruler: &mut Ruler<'_>, marks: &mut Vec<Mark>) -> f32 {
        let widest = self.bounds.iter().map(|(_, label)| ruler.width(label)).fold(0.0, f32::max);
        let mut x = widest / 2.0;
        let label = |x: f32, text: &str| {
            Mark::label(x, BOX + LABEL_SIZE + 1.5, Anchor::Middle, text.to_owned(), Ink::Muted)
        };
        if self.zero {
            marks.push(Mark::Bar { x: 0.0, y: 0.0, width: 16.0, height: BOX, ink: Ink::Heat(0) });
            marks.push(label(8.0, "0"));
            x = 16.0 + 6.0 + widest / 2.0;
        }
        let classes = self.bounds.len() - 1;
        let nothing = if self.gaps { 72.0 } else { 0.0 };
        let room = (width - x - widest / 2.0 - nothing) / count(classes);
        let box_width = (widest + 6.0).max(18.0).min(room.max(4.0));
        for class in 0..classes {
            let (x, ink) = (x + box_width * count(class), Ink::Heat(self.level_of(class)));
            marks.push(Mark::Bar { x, y: 0.0, width: box_width - 1.0, height: BOX, ink });
        }
        let apart = |n: &usize| box_width * count(*n) >= widest + 3.0;
        let every = (1..=classes).find(apart).unwrap_or(classes + 1);
        for (i, (_, text)) in self.bounds.iter().enumerate().step_by(every) {
            marks.push(label(x + box_width * count(i), text));
        }
        if self.gaps {
            let x = x + box_width * count(classes) + widest / 2.0 + 12.0;
            draw_nothing(x, 0.0, 16.0, BOX, marks);
            let y = BOX / 2.0 + LABEL_SIZE * 0.36;
            marks.push(Mark::label(x + 20.0, y, Anchor::Start, "no data".to_owned(), Ink::Muted));
        }
        BOX + LABEL_SIZE + 8.0
    }
}
