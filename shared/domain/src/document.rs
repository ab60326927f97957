//! Documents: what a report says, in no format yet.
//!
//! Sections build blocks, formats draw them. A block holds values, not strings made for one format: a number stays a
//! number with its unit, so that CSV and JSON keep it and PDF prints it. Texts are plain text in any script; no format
//! may read markup, formulas or links out of them.

mod block;
mod chart;
mod chart_table;
mod figure;
mod format;
mod image;
mod outline;
mod rgb;
mod table;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::report_data::ReportData;

pub use block::{Block, Definition};
pub use chart::{Chart, ChartKind, Series, SeriesRole};
pub use figure::{KpiCard, Status, Unit};
pub use format::Format;
pub use image::{Image, ImageError, Pixels, Png};
pub use outline::{OutlineEntry, outline};
pub use rgb::Rgb;
pub use table::{ColumnGroup, ColumnKind, Table, TableColumn};

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
    /// Logo of the tenant, if it has one.
    pub logo: Option<Png>,
    /// Classification label, if any.
    pub classification: Option<String>,
}

impl DocumentMeta {
    /// The line below the title; none where it would say the title again.
    #[must_use]
    pub fn subtitle_line(&self) -> Option<&str> {
        Some(self.subtitle.as_str()).filter(|subtitle| !subtitle.is_empty() && *subtitle != self.title)
    }
}

/// Where the numbers come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Label and value, in order: snapshot generation, input hash, rows read, renderer version, ….
    pub facts: Vec<(String, String)>,
    /// Each metric used: id, version, what it means and what it leaves out.
    pub metrics: Vec<MetricNote>,
}

impl Provenance {
    /// Whether there is nothing to tell.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.metrics.is_empty()
    }
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
