//! What painting a drawing costs, counted before it is done.
//!
//! A reader has resolved copies, styles and references by now, so that what is counted is what would be painted. With
//! these bounds a drawing is painted in well under a second, whatever is in it.

use resvg::tiny_skia::Rect;
use resvg::usvg::{ClipPath, Fill, Group, Node, Paint, Path, Stroke, Tree};

use super::SvgError;

/// Most points of the paths that are painted, those of clips each time they clip.
const MAX_POINTS: usize = 20_000;
/// A line along a path has points on both of its sides, and at its joins.
const POINTS_OF_STROKE: usize = 4;
/// Most groups that are painted by themselves, on a canvas of their own: those that are clipped or can be seen through.
const MAX_LAYERS: usize = 32;
/// How often the whole picture may be painted over, layers included.
const MAX_COVERS: f32 = 64.0;

/// What was counted so far.
struct Cost {
    canvas: Rect,
    covers: f32,
    points: usize,
    layers: usize,
}

/// Refuses a drawing that takes too long, or has what is not painted.
pub(super) fn check(tree: &Tree) -> Result<(), SvgError> {
    let size = tree.size();
    let canvas = Rect::from_xywh(0.0, 0.0, size.width(), size.height()).ok_or(SvgError::Empty)?;
    Cost { canvas, covers: 0.0, points: 0, layers: 0 }.add_group(tree.root())
}

impl Cost {
    fn add_group(&mut self, group: &Group) -> Result<(), SvgError> {
        if !group.filters().is_empty() || group.mask().is_some() {
            return Err(SvgError::Effect("effects"));
        }
        if group.should_isolate() {
            self.layers += 1;
            self.cover(group.abs_stroke_bounding_box())?;
        }
        if self.layers > MAX_LAYERS {
            return Err(SvgError::TooMuch("clipped or translucent groups"));
        }
        let mut clip = group.clip_path();
        while let Some(path) = clip {
            self.add_group(path.root())?;
            clip = ClipPath::clip_path(path);
        }
        group.children().iter().try_for_each(|node| match node {
            Node::Group(group) => self.add_group(group),
            Node::Path(path) => self.add_path(path),
            Node::Image(_) | Node::Text(_) => Err(SvgError::Effect("pictures or texts")),
        })
    }

    fn add_path(&mut self, path: &Path) -> Result<(), SvgError> {
        let paints = [path.fill().map(Fill::paint), path.stroke().map(Stroke::paint)];
        if paints.into_iter().flatten().any(|paint| matches!(paint, Paint::Pattern(_))) {
            return Err(SvgError::Effect("patterns"));
        }
        if path.stroke().is_some_and(|stroke| stroke.dasharray().is_some()) {
            return Err(SvgError::Effect("dashed lines"));
        }
        self.points += path.data().len() * path.stroke().map_or(1, |_| POINTS_OF_STROKE);
        if self.points > MAX_POINTS {
            return Err(SvgError::TooMuch("points"));
        }
        self.cover(path.abs_stroke_bounding_box())
    }

    /// Counts a part of the canvas that is painted over.
    fn cover(&mut self, area: Rect) -> Result<(), SvgError> {
        let part = self.canvas.intersect(&area).map_or(0.0, |seen| seen.width() * seen.height());
        self.covers += part / (self.canvas.width() * self.canvas.height());
        if self.covers > MAX_COVERS { Err(SvgError::TooMuch("shapes on top of each other")) } else { Ok(()) }
    }
}
