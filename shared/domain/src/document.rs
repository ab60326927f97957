//! Documents: what a report says, in no format yet.
//!
//! Sections build blocks, formats draw them. A block holds values, not strings made for one format: a number stays a
//! number with its unit, so that CSV and JSON keep it and PDF prints it. Texts are plain text in any script; no format
//! may read markup, formulas or links out of them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::report_data::ReportData;
use crate::result::Cell;

/// A whole report, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// Everything that the cover line, headers, footers and file metadata say.
    pub meta: DocumentMeta,
    /// The numbers, as the JSON format and the API give them.
    pub data: ReportData,
    /// The content, in reading order.
    pub blocks: Vec<Block>,
    /// Where the numbers come from; printed at the end.
    pub provenance: Provenance,
}

/// What is said about a report outside its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentMeta {
    /// Title: the report's name.
    pub title: String,
    /// One line below the title: what kind of report it is.
    pub subtitle: String,
    /// Name of the tenant as people know it.
    pub tenant_name: String,
    /// First and last day covered, in `timezone`.
    pub period: (Date, Date),
    /// IANA zone that days and times are told in.
    pub timezone: String,
    /// When the report was made.
    pub generated_at: Timestamp,
    /// Id of the report; seeds whatever a format must derive.
    pub report_id: String,
    /// Template and version, such as `executive_monthly v1`.
    pub template: String,
    /// BCP 47 language of the text.
    pub language: String,
    /// Accent colour of the tenant.
    pub accent: Rgb,
    /// Classification label, if any.
    pub classification: Option<String>,
}

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// Where the numbers come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Label and value, in order: snapshot generation, input hash, rows read, renderer version, ….
    pub facts: Vec<(String, String)>,
    /// Each metric used: id, version, what it means and what it leaves out.
    pub metrics: Vec<MetricNote>,
}

/// How one metric of the report is defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricNote {
    /// Title of the metric.
    pub title: String,
    /// Id and version, such as `mttr_median v1`.
    pub id: String,
    /// Its definition, in one or two sentences.
    pub description: String,
    /// Records that the figure rests on, and records left out.
    pub population: u64,
    /// Records left out.
    pub excluded: u64,
}

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
    /// The next block starts a new page.
    PageBreak,
}

/// How good a figure is. Never told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No judgement.
    Neutral,
    /// On target.
    Good,
    /// Near the target.
    Warning,
    /// Off target.
    Bad,
}

impl Status {
    /// The word printed beside the colour.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Good => "On target",
            Self::Warning => "At risk",
            Self::Bad => "Off target",
        }
    }
}

/// Unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A plain count.
    Count,
    /// Minutes; printed as minutes, hours or days, whichever reads best.
    Minutes,
    /// 0 to 100.
    Percent,
    /// 0 to 1, or any other plain number.
    Number,
    /// Milliseconds.
    Milliseconds,
    /// A count per day.
    PerDay,
}

/// One key figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiCard {
    /// What it is.
    pub title: String,
    /// The figure; `Null` prints as "–" with the words "no data".
    pub value: Cell,
    /// Its unit.
    pub unit: Unit,
    /// The figure of the previous period, if there is one.
    pub previous: Option<Cell>,
    /// Whether a lower value is better; `None` when neither is.
    pub lower_is_better: Option<bool>,
    /// The target, if there is one.
    pub target: Option<f64>,
    /// How good it is.
    pub status: Status,
}

/// How a column is printed and aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text, to the left.
    Text,
    /// A severity: text with a chip.
    Severity,
    /// A number with its unit, to the right.
    Number(Unit),
    /// A day, month or other bucket: the UTC instant of its local start, printed at this grain in the document's zone.
    Bucket(crate::query::TimeBucket),
    /// An instant, printed to the minute in the document's zone.
    Time,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Machine name, snake_case: header of the CSV, name in the JSON.
    pub name: String,
    /// Title as printed.
    pub title: String,
    /// How its cells are printed.
    pub kind: ColumnKind,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Machine name, unique in the document: names the CSV file.
    pub id: String,
    /// Title as printed.
    pub title: String,
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// Rows there are in all; when more than `rows`, formats say "n of m rows shown".
    pub total_rows: u64,
    /// A remark below the table, such as how many records have no team.
    pub note: Option<String>,
}

impl Table {
    /// Whether rows were left out.
    #[must_use]
    pub fn truncated(&self) -> bool {
        (self.rows.len() as u64) < self.total_rows
    }
}

/// A chart. Every chart also says its numbers in words or beside a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Title as printed.
    pub title: String,
    /// One sentence that says what it shows, for those who cannot see it.
    pub summary: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// Labels of the points, along the axis.
    pub categories: Vec<String>,
    /// The series.
    pub series: Vec<Series>,
    /// Unit of the values.
    pub unit: Unit,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Points joined by lines.
    Line,
    /// Upright bars, side by side.
    Bar,
    /// Upright bars, one on the other.
    StackedBar,
    /// Bars from left to right, one per category.
    HorizontalBar,
}

/// One series of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// One value per category; `None` where there is none.
    pub values: Vec<Option<f64>>,
    /// What it stands for, so that critical is the same colour everywhere.
    pub role: SeriesRole,
}

/// What a series stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesRole {
    /// Nothing in particular: colours in order.
    Plain,
    /// A severity, by its name (`unrated` included).
    Severity(String),
}

/// A format that a document can be drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Everyday PDF.
    Pdf,
    /// One self-contained HTML file.
    Html,
    /// One CSV file, or a zip of several.
    Csv,
    /// Versioned JSON.
    Json,
    /// Plain text, 80 columns.
    Txt,
}

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Pdf, Self::Html, Self::Csv, Self::Json, Self::Txt];

    /// Its word in paths, keys and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Txt => "txt",
        }
    }
}
