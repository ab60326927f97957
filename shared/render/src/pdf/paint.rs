//! Display list to page operations.
//!
//! Every glyph is written as the code its font was given in [`FontPlan`]; positions are rounded to hundredths of a
//! point, which no eye and no printer can tell apart.

use printpdf::{
    Codepoint, Color, FontId, Line, LineDashPattern, LineJoinStyle, LinePoint, Op, PaintMode, PdfFontHandle,
    Point, Polygon, PolygonRing, Pt, Rect, TextItem, WindingOrder, XObjectId, XObjectTransform,
};
use sitrep_domain::document::Rgb;

use super::embed::code_width;
use crate::page::{Item, PAGE_HEIGHT};
use crate::text::fonts::faces;
use crate::text::shape::{GlyphDef, PlacedGlyph};

/// Codes of the glyphs that a document uses, per face, counted from 1 in order of first use. Code 0 is `.notdef`.
pub(crate) struct FontPlan<'a> {
    defs: &'a [GlyphDef],
    codes: Vec<u16>,
    by_face: Vec<Vec<&'a GlyphDef>>,
}

impl<'a> FontPlan<'a> {
    /// Numbers the glyphs. Past 65,535 of one face they become `.notdef`; the faces together have far fewer.
    pub(crate) fn new(defs: &'a [GlyphDef]) -> Self {
        let mut by_face: Vec<Vec<&GlyphDef>> = vec![Vec::new(); faces().len()];
        let mut codes = Vec::with_capacity(defs.len());
        for def in defs {
            let glyphs = &mut by_face[def.face];
            let code = u16::try_from(glyphs.len() + 1).unwrap_or(0);
            if code > 0 {
                glyphs.push(def);
            }
            codes.push(code);
        }
        Self { defs, codes, by_face }
    }

    /// The glyphs of each used face in order of their codes, with the index of the face.
    pub(crate) fn used_faces(&self) -> impl Iterator<Item = (usize, &[&'a GlyphDef])> {
        self.by_face
            .iter()
            .enumerate()
            .filter(|(_, glyphs)| !glyphs.is_empty())
            .map(|(face, g)| (face, g.as_slice()))
    }
}

/// Name of a face in the pages' resources.
pub(crate) fn font_resource(face: usize) -> String {
    format!("T{face}")
}

/// Name of a picture in the pages' resources.
pub(crate) fn picture_resource(picture: usize) -> String {
    format!("P{picture}")
}

/// The operations of one page.
pub(crate) fn paint(items: &[Item], plan: &FontPlan<'_>) -> Vec<Op> {
    let mut painter = Painter { plan, ops: Vec::with_capacity(items.len() * 6), state: State::default() };
    if items.iter().any(|item| matches!(item, Item::Stroke { points, .. } if points.len() > 2)) {
        // The sharp turns of a dense line would else stand out as spikes beyond its values.
        painter.ops.push(Op::SetLineJoinStyle { join: LineJoinStyle::Round });
    }
    for item in items {
        painter.item(item);
    }
    painter.ops
}

/// What the viewer has been told already.
#[derive(Default)]
struct State {
    fill: Option<Rgb>,
    stroke: Option<Rgb>,
    width: Option<f32>,
    dashed: bool,
    font: Option<(usize, f32)>,
}

struct Painter<'a> {
    plan: &'a FontPlan<'a>,
    ops: Vec<Op>,
    state: State,
}

impl Painter<'_> {
    fn item(&mut self, item: &Item) {
        match item {
            Item::Rect { x, y, width, height, color } => {
                self.fill(*color);
                let rectangle = Rect {
                    x: pt(*x),
                    y: pt(PAGE_HEIGHT - y - height),
                    width: pt(*width),
                    height: pt(*height),
                    mode: Some(PaintMode::Fill),
                    winding_order: Some(WindingOrder::NonZero),
                };
                self.ops.push(Op::DrawRectangle { rectangle });
            }
            Item::Shape { points, color } => {
                self.fill(*color);
                let rings = vec![PolygonRing { points: outline(points) }];
                let polygon = Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
                self.ops.push(Op::DrawPolygon { polygon });
            }
            Item::Stroke { points, width, color, dashed } => {
                self.pen(*color, *width, *dashed);
                self.ops.push(Op::DrawLine { line: Line { points: outline(points), is_closed: false } });
            }
            Item::Text { x, y, size, color, glyphs, .. } => {
                if !glyphs.is_empty() {
                    self.fill(*color);
                    self.text(*x, *y, *size, glyphs);
                }
            }
            Item::Image { x, y, width, height, picture } => {
                let id = XObjectId(picture_resource(*picture));
                let transform = XObjectTransform {
                    translate_x: Some(pt(*x)),
                    translate_y: Some(pt(PAGE_HEIGHT - y - height)),
                    scale_x: Some(round(*width)),
                    scale_y: Some(round(*height)),
                    no_auto_scale: true,
                    ..XObjectTransform::default()
                };
                self.ops.push(Op::UseXobject { id, transform });
            }
            // Links are annotations: they belong to the page, not to its drawing. The structure is not written.
            Item::Link { .. } | Item::Owner(_) => {}
        }
    }

    fn fill(&mut self, color: Rgb) {
        if self.state.fill.replace(color) != Some(color) {
            self.ops.push(Op::SetFillColor { col: to_color(color) });
        }
    }

    fn pen(&mut self, color: Rgb, width: f32, dashed: bool) {
        if self.state.stroke.replace(color) != Some(color) {
            self.ops.push(Op::SetOutlineColor { col: to_color(color) });
        }
        if self.state.width.replace(width) != Some(width) {
            self.ops.push(Op::SetOutlineThickness { pt: pt(width) });
        }
        if self.state.dashed != dashed {
            self.state.dashed = dashed;
            let pattern = if dashed { [4.0, 2.5].into_iter().collect() } else { Default::default() };
            self.ops.push(Op::SetLineDashPattern { dash: LineDashPattern { offset: 0.0, pattern } });
        }
    }

    /// A line of glyphs; a run of one face and one height is one show operation.
    fn text(&mut self, x: f32, y: f32, size: f32, glyphs: &[PlacedGlyph]) {
        self.ops.push(Op::StartTextSection);
        self.ops.push(Op::SetTextCursor { pos: Point { x: pt(x), y: pt(PAGE_HEIGHT - y) } });
        let same = |a: &PlacedGlyph, b: &PlacedGlyph| self.face(a) == self.face(b) && a.dy == b.dy;
        let runs: Vec<&[PlacedGlyph]> = glyphs.chunk_by(same).collect();
        for run in runs {
            let face = self.face(&run[0]);
            if self.state.font.replace((face, size)) != Some((face, size)) {
                let font = PdfFontHandle::External(FontId(font_resource(face)));
                self.ops.push(Op::SetFont { font, size: Pt(size) });
            }
            let raised = run[0].dy != 0.0;
            if raised {
                self.ops.push(Op::SetLineOffset { multiplier: round(run[0].dy * size) });
            }
            let items = self.show(run);
            self.ops.push(Op::ShowText { items });
            if raised {
                self.ops.push(Op::SetLineOffset { multiplier: 0.0 });
            }
        }
        self.ops.push(Op::EndTextSection);
    }

    /// Glyph codes, and what each pen movement differs from the glyph's own width, in thousandths of an em.
    fn show(&self, run: &[PlacedGlyph]) -> Vec<TextItem> {
        let face = &faces()[self.face(&run[0])];
        let mut items = Vec::new();
        let mut codes = Vec::with_capacity(run.len());
        for glyph in run {
            let index = glyph.def as usize;
            if glyph.dx != 0.0 {
                items.push(TextItem::GlyphIds(std::mem::take(&mut codes)));
                items.push(TextItem::Offset((-glyph.dx * 1000.0).round()));
            }
            let own = code_width(face, &self.plan.defs[index]);
            let offset = (own - (glyph.advance - glyph.dx) * 1000.0).round();
            codes.push(Codepoint::new(self.plan.codes[index], offset));
        }
        items.push(TextItem::GlyphIds(codes));
        items
    }

    fn face(&self, glyph: &PlacedGlyph) -> usize {
        self.plan.defs[glyph.def as usize].face
    }
}

fn outline(points: &[(f32, f32)]) -> Vec<LinePoint> {
    let point =
        |(x, y): &(f32, f32)| LinePoint { p: Point { x: pt(*x), y: pt(PAGE_HEIGHT - y) }, bezier: false };
    points.iter().map(point).collect()
}

fn to_color(color: Rgb) -> Color {
    let part = |channel: u8| (f32::from(channel) / 255.0 * 1000.0).round() / 1000.0;
    Color::Rgb(printpdf::Rgb { r: part(color.0), g: part(color.1), b: part(color.2), icc_profile: None })
}

fn pt(points: f32) -> Pt {
    Pt(round(points))
}

fn round(x: f32) -> f32 {
    (x * 100.0).round() / 100.0
}
