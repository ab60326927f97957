//! Filled things with their textures: all fills of one style first, then one mark with their texture.

use super::Mark;
use super::style::Style;
use super::texture::{self, Outline};

/// Bars and shapes of one style under construction.
pub(super) struct Fills {
    style: Style,
    marks: Vec<Mark>,
    outlines: Vec<Outline>,
}

impl Fills {
    pub(super) const fn of(style: Style) -> Self {
        Self { style, marks: Vec::new(), outlines: Vec::new() }
    }

    /// Adds a rectangle.
    pub(super) fn bar(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.marks.push(Mark::Bar { x, y, width, height, ink: self.style.ink });
        self.outlines.extend(texture::outline_of_bar(x, y, width, height));
    }

    /// Adds an outline.
    pub(super) fn shape(&mut self, points: Vec<(f32, f32)>) {
        self.outlines.push(points.clone());
        self.marks.push(Mark::Shape { points, ink: self.style.ink });
    }

    pub(super) fn finish(self, marks: &mut Vec<Mark>) {
        marks.extend(self.marks);
        marks.extend(texture::mark(self.style.texture, self.outlines, self.style.ink));
    }
}
