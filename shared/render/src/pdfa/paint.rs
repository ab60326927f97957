//! Display list to tagged page content.
//!
//! All content is marked: as its node's where it belongs to one, else as an artifact. Neighbouring items of one owner
//! share a mark. A line of text that another follows in its node ends with a space, since readers join the lines of a
//! node as they stand. How a line is drawn is in `text`.

use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Rect, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::page::Page;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag};
use sitrep_domain::document::Rgb;

use super::file::destination;
use super::pictures::image;
use super::tags::Tags;
use super::text::draw_line;
use crate::page::structure::{NodeId, Owner};
use crate::page::{Item, Layout};
use crate::text::shape::{GlyphDef, PlacedGlyph};

/// Paints the pages of one document.
pub(super) struct Painter<'a> {
    layout: &'a Layout,
    defs: &'a [GlyphDef],
    /// By their index in the layout.
    pictures: Vec<Option<Image>>,
    tags: Tags<'a>,
    /// Lines of text that each node still has to come.
    lines: Vec<u32>,
}

/// Where the painter is on a page.
struct Place {
    page: usize,
    owner: Owner,
    /// Whose mark is open.
    open: Option<Owner>,
}

/// An area that leads to a heading.
struct LinkArea {
    node: NodeId,
    area: Rect,
    heading: usize,
}

impl<'a> Painter<'a> {
    pub(super) fn new(layout: &'a Layout, defs: &'a [GlyphDef]) -> Self {
        let mut lines = vec![0; layout.structure.nodes().len()];
        let mut owner = Owner::default();
        for item in layout.pages.iter().flatten() {
            match (item, owner) {
                (Item::Owner(next), _) => owner = *next,
                (Item::Text { .. }, Owner::Node(node)) => lines[node.index()] += 1,
                _ => {}
            }
        }
        let pictures = layout.pictures.iter().map(image).collect();
        Self { layout, defs, pictures, tags: Tags::new(&layout.structure), lines }
    }

    /// What the painted content belongs to.
    pub(super) fn into_tags(self) -> Tags<'a> {
        self.tags
    }

    /// Paints a page: its content, then its links.
    pub(super) fn paint(&mut self, index: usize, page: &mut Page<'_>) {
        let mut place = Place { page: index, owner: Owner::default(), open: None };
        let mut links = Vec::new();
        let mut surface = page.surface();
        let layout = self.layout;
        for item in &layout.pages[index] {
            match (item, place.owner) {
                (Item::Owner(owner), _) => place.owner = *owner,
                (Item::Link { x, y, width, height, heading }, Owner::Node(node)) => {
                    let area = Rect::from_xywh(*x, *y, *width, *height);
                    links.extend(area.map(|area| LinkArea { node, area, heading: *heading }));
                }
                _ => self.item(item, &mut place, &mut surface),
            }
        }
        if place.open.is_some() {
            surface.end_tagged();
        }
        surface.finish();
        for link in links {
            self.link(&link, page);
        }
    }

    fn item(&mut self, item: &Item, place: &mut Place, surface: &mut Surface<'_>) {
        match item {
            Item::Rect { x, y, width, height, color } => {
                let corners = [(*x, *y), (x + width, *y), (x + width, y + height), (*x, y + height)];
                self.shape(&corners, *color, place, surface);
            }
            Item::Shape { points, color } => self.shape(points, *color, place, surface),
            Item::Stroke { points, width, color, dashed } => {
                if let Some(path) = path(points, false) {
                    self.draw(points, place, surface);
                    surface.set_fill(None);
                    surface.set_stroke(Some(stroke(*color, *width, *dashed)));
                    surface.draw_path(&path);
                }
            }
            Item::Text { x, y, size, color, glyphs, goes_on } => {
                let spaced = self.ends_with_space(place.owner, *goes_on);
                if !glyphs.is_empty() {
                    self.label(place, (*x, *y), *size, glyphs);
                    self.mark(place.owner, place, surface);
                    surface.set_stroke(None);
                    surface.set_fill(Some(fill(*color)));
                    draw_line(self.defs, glyphs, (*x, *y), *size, spaced, surface);
                }
            }
            Item::Image { x, y, width, height, picture } => {
                let corners = [(*x, *y), (x + width, y + height)];
                self.draw(&corners, place, surface);
                let size = Size::from_wh(round(*width), round(*height));
                if let Some((size, picture)) = size.zip(self.pictures[*picture].clone()) {
                    surface.push_transform(&Transform::from_translate(round(*x), round(*y)));
                    surface.draw_image(picture, size);
                    surface.pop();
                }
            }
            Item::Link { .. } | Item::Owner(_) => {}
        }
    }

    fn shape(&mut self, points: &[(f32, f32)], color: Rgb, place: &mut Place, surface: &mut Surface<'_>) {
        if let Some(path) = path(points, true) {
            self.draw(points, place, surface);
            surface.set_stroke(None);
            surface.set_fill(Some(fill(color)));
            surface.draw_path(&path);
        }
    }

    /// Marks a drawing: as part of its figure, or as decoration.
    fn draw(&mut self, points: &[(f32, f32)], place: &mut Place, surface: &mut Surface<'_>) {
        let owner = match place.owner {
            Owner::Node(node) if self.tags.is_figure(node) => {
                self.tags.extend(node, place.page, points.iter().copied());
                place.owner
            }
            Owner::Node(_) => Owner::Decoration,
            other => other,
        };
        self.mark(owner, place, surface);
    }

    /// Counts a label of a figure into its area.
    fn label(&mut self, place: &Place, (x, y): (f32, f32), size: f32, glyphs: &[PlacedGlyph]) {
        if let Owner::Node(node) = place.owner
            && self.tags.is_figure(node)
        {
            let width = glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * size;
            self.tags.extend(node, place.page, [(x, y - size), (x + width, y + size / 4.0)]);
        }
    }

    /// Makes what comes next the owner's.
    fn mark(&mut self, owner: Owner, place: &mut Place, surface: &mut Surface<'_>) {
        if place.open == Some(owner) {
            return;
        }
        if place.open.replace(owner).is_some() {
            surface.end_tagged();
        }
        let artifact = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
        match owner {
            Owner::Node(node) => {
                let content = surface.start_tagged(ContentTag::Other);
                self.tags.add(node, content);
            }
            Owner::Decoration => _ = surface.start_tagged(artifact(ArtifactType::Layout)),
            Owner::Header => _ = surface.start_tagged(artifact(ArtifactType::Header)),
            Owner::Footer => _ = surface.start_tagged(artifact(ArtifactType::Footer)),
        }
    }

    /// Whether a line ends between two words of its node.
    fn ends_with_space(&mut self, owner: Owner, goes_on: bool) -> bool {
        let Owner::Node(node) = owner else { return false };
        let left = &mut self.lines[node.index()];
        *left -= 1;
        *left > 0 && !goes_on
    }

    /// A link to a heading, as an annotation that belongs to its node.
    fn link(&mut self, link: &LinkArea, page: &mut Page<'_>) {
        let Some(entry) = self.layout.outline.get(link.heading) else { return };
        let target = Target::Destination(destination(entry).into());
        let words = if entry.title.trim().is_empty() { "Heading" } else { entry.title.as_str() };
        let annotation = Annotation::new_link(LinkAnnotation::new(link.area, target), Some(words.to_owned()));
        let content = page.add_tagged_annotation(annotation);
        self.tags.add(link.node, content);
    }
}

fn path(points: &[(f32, f32)], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    path.move_to(round(first.0), round(first.1));
    for (x, y) in rest {
        path.line_to(round(*x), round(*y));
    }
    if closed {
        path.close();
    }
    path.finish()
}

fn fill(color: Rgb) -> Fill {
    Fill { paint: paint(color), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn stroke(color: Rgb, width: f32, dashed: bool) -> Stroke {
    let dash = dashed.then(|| StrokeDash { array: vec![4.0, 2.5], offset: 0.0 });
    Stroke { paint: paint(color), width: round(width), dash, ..Stroke::default() }
}

fn paint(color: Rgb) -> krilla::paint::Paint {
    rgb::Color::new(color.0, color.1, color.2).into()
}

/// Hundredths of a point, which no eye and no printer can tell apart.
pub(super) fn round(x: f32) -> f32 {
    (x * 100.0).round() / 100.0
}
