//! Labels of the categories below a plot: all of them where they fit, on several lines where words allow it, else
//! those at round places of a scale. None overlaps another nor leaves the drawing.

use super::scale::{choices, counted};
use super::{Anchor, LABEL_SIZE, Mark, Ruler, count};
use crate::palette::Ink;

/// From one baseline to the next.
const LINE: f32 = 8.6;
/// Most lines of a label.
const MOST_LINES: usize = 3;
/// Least distance between neighbours.
const GAP: f32 = 4.0;
/// Slots narrower than this hold no words.
const NARROWEST: f32 = 26.0;
/// Longest label that stands alone.
const LONGEST: f32 = 90.0;

/// Labels that have found their places: the category, and its lines.
#[derive(Debug)]
pub(super) struct Labels {
    shown: Vec<(usize, Vec<String>)>,
    lines: usize,
}

/// Where labels may stand: slots of one width from `left` on, in a drawing of that width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slots {
    pub(super) left: f32,
    pub(super) slot: f32,
    pub(super) width: f32,
}

impl Slots {
    /// Middle of a category.
    pub(super) fn middle(&self, category: usize) -> f32 {
        self.left + self.slot * (count(category) + 0.5)
    }

    /// Where a label of that width begins: below its category, moved inwards at the edges of the drawing.
    fn start(&self, category: usize, width: f32) -> f32 {
        (self.middle(category) - width / 2.0).clamp(0.0, (self.width - width).max(0.0))
    }
}

impl Labels {
    /// Chooses what is shown of the names.
    pub(super) fn place(names: &[String], slots: Slots, ruler: &mut Ruler<'_>) -> Self {
        let texts: Vec<String> = names.iter().map(|name| ruler.fit(name, LONGEST)).collect();
        let widths: Vec<f32> = texts.iter().map(|text| ruler.width(text)).collect();
        let fits = |choice: &[usize]| {
            let spans: Vec<(f32, f32)> = choice
                .iter()
                .map(|i| (slots.start(*i, widths[*i]), slots.start(*i, widths[*i]) + widths[*i]))
                .collect();
            spans.windows(2).all(|pair| pair[0].1 + GAP <= pair[1].0)
        };
        let single = |choice: &[usize]| Self {
            shown: choice.iter().map(|i| (*i, vec![texts[*i].clone()])).collect(),
            lines: 1,
        };
        let all: Vec<usize> = (0..names.len()).collect();
        if fits(&all) {
            return single(&all);
        }
        if let Some(choices) = choices(names) {
            return choices.iter().find(|choice| fits(choice)).map_or_else(|| single(&[]), |c| single(c));
        }
        if slots.slot >= NARROWEST {
            let wrap = |name: &String| wrap(name, slots.slot - GAP, MOST_LINES, ruler);
            let shown: Vec<(usize, Vec<String>)> = names.iter().map(wrap).enumerate().collect();
            let lines = shown.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
            return Self { shown, lines };
        }
        counted(names.len()).iter().find(|choice| fits(choice)).map_or_else(|| single(&[]), |c| single(c))
    }

    /// Height that they take below the plot.
    pub(super) fn height(&self) -> f32 {
        8.4 + LINE * count(self.lines)
    }

    /// Draws them below `bottom`.
    pub(super) fn draw(&self, bottom: f32, slots: Slots, ruler: &mut Ruler<'_>, marks: &mut Vec<Mark>) {
        for (category, lines) in &self.shown {
            for (i, text) in lines.iter().enumerate() {
                let width = ruler.width(text);
                let x = slots.start(*category, width) + width / 2.0;
                let y = bottom + 11.5 + LINE * count(i);
                marks.push(Mark::label(x, y, Anchor::Middle, text.clone(), Ink::Muted));
            }
        }
    }
}

/// A name on at most so many lines, broken between words, cut with "…" where it is too long.
pub(super) fn wrap(name: &str, width: f32, most: usize, ruler: &mut Ruler<'_>) -> Vec<String> {
    let name = ruler.fit(name, f32::MAX);
    let mut lines: Vec<String> = Vec::new();
    for word in name.split(' ').filter(|word| !word.is_empty()) {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer.filter(|longer| lines.len() == most || ruler.width(longer) <= width) {
            Some(longer) => *lines.last_mut().expect("it was made longer") = longer,
            None => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| ruler.fit(line, width)).collect()
}

/// Whether a name can be had whole within that width and number of lines.
pub(super) fn fits_whole(name: &str, width: f32, most: usize, ruler: &mut Ruler<'_>) -> bool {
    wrap(name, width, most, ruler).iter().all(|line| !line.ends_with('…'))
}

/// The baseline offsets of lines that are centred on a height.
pub(super) fn centred(lines: usize) -> impl Iterator<Item = f32> {
    let first = LABEL_SIZE * 0.36 - LINE * (count(lines) - 1.0) / 2.0;
    (0..lines).map(move |i| first + LINE * count(i))
}
