//! Legends: one entry per series, in rows above the plot.

use super::{Anchor, LABEL_SIZE, Mark, Marker, Ruler};
use crate::palette::Ink;

const ROW: f32 = 13.0;
const MOST_ROWS: usize = 4;

/// What stands before a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// A filled square, as bars are.
    Block,
    /// A piece of line with its marker.
    Line,
}

/// Draws the legend at the top and returns its height; nothing for a single series.
pub(super) fn draw(
    names: &[&str],
    inks: &[Ink],
    key: Key,
    width: f32,
    ruler: &mut Ruler<'_>,
    marks: &mut Vec<Mark>,
) -> f32 {
    if names.len() < 2 {
        return 0.0;
    }
    let key_width = if key == Key::Line { 18.0 } else { 9.0 };
    let (mut x, mut row) = (0.0, 0);
    for (i, (name, ink)) in names.iter().zip(inks).enumerate() {
        let text = ruler.fit(name, 150.0);
        let entry = key_width + 4.0 + ruler.width(&text);
        let last = row + 1 == MOST_ROWS;
        // The last row keeps room to say how many series it leaves out.
        if x > 0.0 && x + entry > width - if last { 60.0 } else { 0.0 } {
            if last {
                marks.push(label(x, row, format!("+{} more", names.len() - i)));
                break;
            }
            x = 0.0;
            row += 1;
        }
        draw_key(key, i, *ink, x, middle_of(row), marks);
        marks.push(label(x + key_width + 4.0, row, text));
        x += entry + 14.0;
    }
    ROW * super::count(row + 1) + 5.0
}

fn middle_of(row: usize) -> f32 {
    ROW * super::count(row) + ROW / 2.0
}

fn label(x: f32, row: usize, text: String) -> Mark {
    Mark::Label { x, y: middle_of(row) + LABEL_SIZE * 0.36, anchor: Anchor::Start, text, ink: Ink::Text }
}

fn draw_key(key: Key, index: usize, ink: Ink, x: f32, y: f32, marks: &mut Vec<Mark>) {
    match key {
        Key::Block => marks.push(Mark::Bar { x, y: y - 4.0, width: 8.0, height: 8.0, ink }),
        Key::Line => {
            let points = vec![(x, y), (x + 18.0, y)];
            marks.push(Mark::Line { points, width: 1.6, ink, dashed: is_dashed(index) });
            marks.push(Mark::Shape { points: Marker::of(index).outline(x + 9.0, y, 2.6), ink });
        }
    }
}

/// Whether the line of that series is dashed: those past the number of markers.
pub(super) fn is_dashed(index: usize) -> bool {
    index / Marker::ALL.len() % 2 == 1
}
