//! Pages: a document as a display list, ready for any painter.
//!
//! Shape, lay out, paginate; then a painter draws. Lengths are points, the origin is the top left corner of an A4 page.
//! Nothing here knows a file format. What the items are (headings, cells, figures) is in the [`structure`] beside them.

mod cards;
mod charts;
mod compose;
mod contents;
mod cover;
mod definitions;
mod flow;
mod furniture;
mod pictures;
mod prose;
mod provenance;
pub(crate) mod structure;
mod table;

use sitrep_domain::document::{Block, Document, Rgb};

use crate::cells::CellPrinter;
use crate::headings::headings;
use crate::palette;
use crate::picture::Picture;
use crate::printed::is_titled_by;
use crate::text::shape::{PlacedGlyph, Shaper};
use compose::Composer;
use structure::{Owner, Structure};

/// Width of an A4 page.
pub(crate) const PAGE_WIDTH: f32 = 595.28;
/// Height of an A4 page.
pub(crate) const PAGE_HEIGHT: f32 = 841.89;
/// Left edge of the text.
const LEFT: f32 = 44.0;
/// Width of the text.
const WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
/// Top of the content, below the header.
const TOP: f32 = 56.0;
/// Bottom of the content, above the footer.
const BOTTOM: f32 = PAGE_HEIGHT - 52.0;

/// One thing to paint.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Item {
    /// A filled rectangle.
    Rect { x: f32, y: f32, width: f32, height: f32, color: Rgb },
    /// A filled outline.
    Shape { points: Vec<(f32, f32)>, color: Rgb },
    /// A polyline.
    Stroke { points: Vec<(f32, f32)>, width: f32, color: Rgb, dashed: bool },
    /// A line of glyphs; `y` is the baseline. `goes_on` when the line ends inside a word.
    Text { x: f32, y: f32, size: f32, color: Rgb, glyphs: Vec<PlacedGlyph>, goes_on: bool },
    /// A picture, by its index in [`Layout::pictures`], stretched to that size.
    Image { x: f32, y: f32, width: f32, height: f32, picture: usize },
    /// A place that leads to a heading, by its index in [`Layout::outline`]. Nothing is drawn.
    Link { x: f32, y: f32, width: f32, height: f32, heading: usize },
    /// Paints nothing: what follows belongs to that owner. A page begins with [`Owner::Decoration`].
    Owner(Owner),
}

impl Item {
    fn shifted(mut self, by: f32) -> Self {
        match &mut self {
            Self::Rect { y, .. } | Self::Text { y, .. } | Self::Image { y, .. } | Self::Link { y, .. } => {
                *y += by;
            }
            Self::Shape { points, .. } | Self::Stroke { points, .. } => {
                points.iter_mut().for_each(|p| p.1 += by);
            }
            Self::Owner(_) => {}
        }
        self
    }
}

/// A heading that readers can jump to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutlineEntry {
    /// Its number and text.
    pub(crate) title: String,
    /// Level, 1 to 3.
    pub(crate) level: u8,
    /// Index of its page.
    pub(crate) page: usize,
    /// Its top, in whole points below the top of the page.
    pub(crate) top: i64,
}

/// Pages to paint.
pub(crate) struct Layout {
    pub(crate) pages: Vec<Vec<Item>>,
    /// Every heading, in reading order: the index of one is that of [`headings`].
    pub(crate) outline: Vec<OutlineEntry>,
    pub(crate) pictures: Vec<Picture>,
    pub(crate) structure: Structure,
}

/// Lays the document out on pages.
pub(crate) fn lay_out(document: &Document, shaper: &mut Shaper) -> Layout {
    let cells = CellPrinter::new(&document.meta);
    let accent = palette::readable(document.meta.accent, palette::WHITE);
    let headings = headings(document);
    let mut composer = Composer::new(shaper, &cells, accent, &headings);
    let logo = document.meta.logo.as_ref().and_then(|logo| composer.add_logo(logo));
    composer.cover(&document.meta, logo);
    let mut before = None;
    for block in &document.blocks {
        compose_block(&mut composer, block, before);
        before = Some(block);
    }
    composer.provenance(&document.provenance);
    let (fragments, pictures, structure) = composer.finish();
    let mut flow = flow::paginate(fragments);
    contents::number_pages(&mut flow, shaper);
    furniture::add(&document.meta, &cells, logo, shaper, &mut flow.pages);
    Layout { pages: flow.pages, outline: flow.outline, pictures, structure }
}

/// A block, and the one before it.
fn compose_block(composer: &mut Composer<'_>, block: &Block, before: Option<&Block>) {
    match block {
        Block::Heading { .. } => composer.heading(),
        Block::Text { text } => composer.text(text),
        Block::KpiCards { cards } => composer.cards(cards),
        Block::Table(table) => composer.table(table, is_titled_by(table, before)),
        Block::Chart(chart) => composer.chart(chart),
        Block::Callout { tone, title, text } => composer.callout(*tone, title, text),
        Block::Definitions { items } => composer.definitions(items),
        Block::Image(image) => composer.image(image),
        Block::TableOfContents { levels } => composer.contents(*levels),
        Block::PageBreak => composer.page_break(),
    }
}
