//! Blocks: the pieces that a document is made of, in reading order.

use serde::{Deserialize, Serialize};

use super::chart::Chart;
use super::figure::{KpiCard, Status};
use super::image::Image;
use super::table::Table;

/// One piece of content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading, level 1 to 3.
    Heading {
        /// 1 is a section.
        level: u8,
        /// Its text.
        text: String,
    },
    /// A paragraph.
    Text {
        /// Its text.
        text: String,
    },
    /// A row of key figures.
    KpiCards {
        /// The cards, in order.
        cards: Vec<KpiCard>,
    },
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
    /// A remark that stands out.
    Callout {
        /// How serious it is.
        tone: Status,
        /// Its title.
        title: String,
        /// Its text.
        text: String,
    },
    /// Terms with what they mean.
    Definitions {
        /// The terms, in order.
        items: Vec<Definition>,
    },
    /// A picture.
    Image(Image),
    /// The numbered headings of the document with links to them, to that level.
    TableOfContents {
        /// Deepest level listed, 1 to 3.
        levels: u8,
    },
    /// The next block starts a new page.
    PageBreak,
}

impl Block {
    /// A heading of a level, 1 to 3.
    #[must_use]
    pub fn heading(level: u8, text: &str) -> Self {
        Self::Heading { level, text: text.to_owned() }
    }
}

/// A term with what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The term.
    pub term: String,
    /// What it means, or what it is.
    pub text: String,
}
