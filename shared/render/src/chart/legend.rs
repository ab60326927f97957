//! Legends: one entry per series, in rows above the plot.

use super::style::Style;
use super::{Anchor, LABEL_SIZE, Mark, Ruler, count, texture};
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
    styles: &[Style],
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
    for (i, (name, style)) in names.iter().zip(styles).enumerate() {
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
        draw_key(key, *style, x, middle_of(row), marks);
        marks.push(label(x + key_width + 4.0, row, text));
        x += entry + 14.0;
    }
    ROW * count(row + 1) + 5.0
}

fn middle_of(row: usize) -> f32 {
    ROW * count(row) + ROW / 2.0
}

fn label(x: f32, row: usize, text: String) -> Mark {
    Mark::label(x, middle_of(row) + LABEL_SIZE * 0.36, Anchor::Start, text, Ink::Text)
}

fn draw_key(key: Key, style: Style, x: f32, y: f32, marks: &mut Vec<Mark>) {
    match key {
        Key::Block => draw_block(style, x, y, marks),
        Key::Line => {
            let points = vec![(x, y), (x + 18.0, y)];
            marks.push(Mark::Line { points, width: 1.6, ink: style.ink, dashed: style.dashed });
            marks.push(Mark::Shape { points: style.marker.outline(x + 9.0, y, 2.6), ink: style.ink });
        }
    }
}

/// A square of nine points with its texture, its left edge at `x`, centred on `y`.
pub(super) fn draw_block(style: Style, x: f32, y: f32, marks: &mut Vec<Mark>) {
    let (top, side) = (y - 4.5, 9.0);
    marks.push(Mark::Bar { x, y: top, width: side, height: side, ink: style.ink });
    let outline = texture::outline_of_bar(x, top, side, side);
    marks.extend(texture::mark(style.texture, outline.into_iter().collect(), style.ink));
}
