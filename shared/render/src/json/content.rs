//! The report as JSON tells it: everything but pixels and layout, no row twice.

use serde::Serialize;
use sitrep_domain::document::{
    Block, Chart, ColumnGroup, Definition, Document, DocumentMeta, KpiCard, Rgb, Status, Table, TableColumn,
    outline,
};
use sitrep_domain::result::Cell;

/// What is said about a report outside its content; the logo stays with the formats that draw it.
#[derive(Serialize)]
pub(crate) struct ReportMeta<'a> {
    title: &'a str,
    subtitle: &'a str,
    tenant_name: &'a str,
    period: (jiff::civil::Date, jiff::civil::Date),
    timezone: &'a str,
    generated_at: jiff::Timestamp,
    report_id: &'a str,
    template: &'a str,
    language: &'a str,
    accent: Rgb,
    classification: Option<&'a str>,
}

impl<'a> From<&'a DocumentMeta> for ReportMeta<'a> {
    fn from(meta: &'a DocumentMeta) -> Self {
        Self {
            title: &meta.title,
            subtitle: &meta.subtitle,
            tenant_name: &meta.tenant_name,
            period: meta.period,
            timezone: &meta.timezone,
            generated_at: meta.generated_at,
            report_id: &meta.report_id,
            template: &meta.template,
            language: &meta.language,
            accent: meta.accent,
            classification: meta.classification.as_deref(),
        }
    }
}

/// A block.
#[derive(Serialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub(crate) enum Content<'a> {
    Heading { level: u8, number: String, text: &'a str },
    Text { text: &'a str },
    KpiCards { cards: &'a [KpiCard] },
    Table(TableContent<'a>),
    Chart(&'a Chart),
    Callout { tone: Status, title: &'a str, text: &'a str },
    Definitions { items: &'a [Definition] },
    Image { alt: &'a str },
    TableOfContents { levels: u8 },
    PageBreak,
}

/// A table; the rows are null when the data have them.
#[derive(Serialize)]
pub(crate) struct TableContent<'a> {
    id: &'a str,
    title: &'a str,
    columns: &'a [TableColumn],
    groups: &'a [ColumnGroup],
    rows: Option<&'a [Vec<Cell>]>,
    totals: Option<&'a [Cell]>,
    total_rows: u64,
    note: Option<&'a str>,
}

/// The blocks in reading order.
pub(crate) fn list_content(document: &Document) -> Vec<Content<'_>> {
    let mut numbers = outline(&document.blocks).into_iter();
    let known: Vec<&str> =
        document.data.sections.iter().flat_map(|s| &s.tables).map(|table| table.id.as_str()).collect();
    let content = document.blocks.iter().map(|block| match block {
        Block::Heading { text, .. } => {
            let (level, number) =
                numbers.next().map_or_else(Default::default, |entry| (entry.level, entry.number));
            Content::Heading { level, number, text }
        }
        Block::Text { text } => Content::Text { text },
        Block::KpiCards { cards } => Content::KpiCards { cards },
        Block::Table(table) => Content::Table(table_content(table, known.contains(&table.id.as_str()))),
        Block::Chart(chart) => Content::Chart(chart),
        Block::Callout { tone, title, text } => Content::Callout { tone: *tone, title, text },
        Block::Definitions { items } => Content::Definitions { items },
        Block::Image(image) => Content::Image { alt: &image.alt },
        Block::TableOfContents { levels } => Content::TableOfContents { levels: *levels },
        Block::PageBreak => Content::PageBreak,
    });
    content.collect()
}

fn table_content(table: &Table, known: bool) -> TableContent<'_> {
    TableContent {
        id: &table.id,
        title: &table.title,
        columns: &table.columns,
        groups: &table.groups,
        rows: (!known).then_some(table.rows.as_slice()),
        totals: table.totals.as_deref(),
        total_rows: table.total_rows,
        note: table.note.as_deref(),
    }
}
