//! The composer: turns blocks into fragments. Each kind of block adds its own methods in its own file.

use sitrep_domain::document::{OutlineEntry, Rgb, Status};

use super::Item;
use super::flow::Fragment;
use super::structure::{NodeId, Owner, Role, Structure};
use crate::cells::CellPrinter;
use crate::chart::Marker;
use crate::palette;
use crate::picture::Picture;
use crate::text::fonts::Weight;
use crate::text::shape::Shaper;
use crate::text::wrap::Line;

/// Collects the fragments of one document.
pub(super) struct Composer<'a> {
    pub(super) shaper: &'a mut Shaper,
    pub(super) cells: &'a CellPrinter,
    pub(super) accent: Rgb,
    /// Every heading of the document.
    pub(super) headings: &'a [OutlineEntry],
    pub(super) pictures: Vec<Picture>,
    pub(super) structure: Structure,
    fragments: Vec<Fragment>,
    headings_done: usize,
    break_next: bool,
}

impl<'a> Composer<'a> {
    pub(super) fn new(
        shaper: &'a mut Shaper,
        cells: &'a CellPrinter,
        accent: Rgb,
        headings: &'a [OutlineEntry],
    ) -> Self {
        Self {
            shaper,
            cells,
            accent,
            headings,
            pictures: Vec::new(),
            structure: Structure::default(),
            fragments: Vec::new(),
            headings_done: 0,
            break_next: false,
        }
    }

    pub(super) fn finish(self) -> (Vec<Fragment>, Vec<Picture>, Structure) {
        (self.fragments, self.pictures, self.structure)
    }

    /// A node of the section that the composer is in.
    pub(super) fn node(&mut self, role: Role) -> NodeId {
        self.structure.add(role)
    }

    /// A node that is part of another.
    pub(super) fn part(&mut self, of: NodeId, role: Role) -> NodeId {
        self.structure.add_to(of, role)
    }

    /// The heading that comes next in the document.
    pub(super) fn next_heading(&mut self) -> Option<&'a OutlineEntry> {
        self.headings_done += 1;
        self.headings.get(self.headings_done - 1)
    }

    pub(super) fn push(&mut self, mut fragment: Fragment) {
        fragment.break_before |= std::mem::take(&mut self.break_next);
        self.fragments.push(fragment);
    }

    /// What stood below a heading to introduce something was all there was: it does not stay with the next heading.
    pub(super) fn close_section(&mut self) {
        if let Some(last) = self.fragments.last_mut().filter(|last| last.outline.is_none()) {
            last.keep_with_next = false;
        }
    }

    /// Whether the fragment before is a heading.
    pub(super) fn follows_heading(&self) -> bool {
        self.fragments.last().is_some_and(|fragment| fragment.outline.is_some())
    }

    /// What comes next begins a page.
    pub(super) fn page_break(&mut self) {
        self.break_next = true;
    }

    /// The text in lines no wider than `width` points, each at the side of that place where its reader begins.
    pub(super) fn wrap(&mut self, text: &str, style: TextStyle, width: f32) -> Vec<Line> {
        self.shaper.wrap(text, style.weight, width / style.size)
    }

    /// The text on one line no wider than `width` points, at the side of that place where its reader begins.
    pub(super) fn fit(&mut self, text: &str, style: TextStyle, width: f32) -> Line {
        // Far longer than any line of a page, and short enough to shape at once.
        let text: String = text.chars().take(500).collect();
        let width = width / style.size;
        self.shaper.fit(&text, style.weight, width).aligned(width)
    }
}

/// Size, weight and colour of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextStyle {
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) color: Rgb,
}

impl TextStyle {
    pub(super) const fn regular(size: f32) -> Self {
        Self { size, weight: Weight::Regular, color: palette::TEXT }
    }

    pub(super) const fn bold(size: f32) -> Self {
        Self { size, weight: Weight::Bold, color: palette::TEXT }
    }

    pub(super) const fn muted(size: f32) -> Self {
        Self { size, weight: Weight::Regular, color: palette::MUTED }
    }

    pub(super) const fn in_color(self, color: Rgb) -> Self {
        Self { size: self.size, weight: self.weight, color }
    }

    /// A line of this style on that baseline, in a place that begins at `x`.
    pub(super) fn at(self, x: f32, y: f32, line: Line) -> Item {
        let x = x + line.indent * self.size;
        let Line { glyphs, goes_on, .. } = line;
        Item::Text { x, y, size: self.size, color: self.color, glyphs, goes_on }
    }

    /// A line of this style that ends at `right`.
    pub(super) fn ending_at(self, right: f32, y: f32, line: Line) -> Item {
        let x = right - (line.indent + line.width) * self.size;
        self.at(x, y, line)
    }
}

/// The mark that makes the items after it a node's.
pub(super) const fn owned_by(node: NodeId) -> Item {
    Item::Owner(Owner::Node(node))
}

/// The mark that makes the items after it nobody's.
pub(super) const fn decoration() -> Item {
    Item::Owner(Owner::Decoration)
}

/// The shape of a status: circle, triangle or diamond, so that it is told without colour.
pub(super) fn status_shape(status: Status, x: f32, y: f32, radius: f32) -> Item {
    let marker = match status {
        Status::Neutral => Marker::Square,
        Status::Good => Marker::Circle,
        Status::Warning => Marker::Triangle,
        Status::Bad => Marker::Diamond,
    };
    Item::Shape { points: marker.outline(x, y, radius), color: palette::status_swatch(status).light }
}

/// A rectangle with rounded corners.
pub(super) fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32, color: Rgb) -> Item {
    let r = radius.min(width / 2.0).min(height / 2.0);
    let corners = [
        (x + width - r, y + r, -0.25f32),
        (x + width - r, y + height - r, 0.0),
        (x + r, y + height - r, 0.25),
        (x + r, y + r, 0.5),
    ];
    let points = corners
        .into_iter()
        .flat_map(|(cx, cy, from)| {
            (0..=4u8).map(move |i| {
                let angle = (from + f32::from(i) / 16.0) * std::f32::consts::TAU;
                (cx + r * angle.cos(), cy + r * angle.sin())
            })
        })
        .collect();
    Item::Shape { points, color }
}
