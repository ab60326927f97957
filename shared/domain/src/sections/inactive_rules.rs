//! Detection rules that cannot raise an alert: switched off, deprecated or unsupported.

use crate::dataset::DatasetId;
use crate::datasets::detections;
use crate::document::{Block, ColumnKind};
use crate::filter::{Compare, Filter};
use crate::listing::NewestRows;
use crate::record_list::RecordList;
use crate::report_input::ReportInput;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "inactive_rules",
    title: "Inactive rules",
    description: "Rules that are switched off, deprecated or unsupported and so cover nothing, the newest first.",
    datasets: &[DatasetId::Detections],
    metrics: &["detection_rules"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![newest(input)],
};

const LIST: RecordList = RecordList {
    id: "inactive_rules",
    title: "Rules that cannot raise an alert, the newest first",
    dataset: DatasetId::Detections,
    columns: &[
        ("created_at", "Written", ColumnKind::Time),
        ("level", "Level", ColumnKind::Severity),
        ("id", "Id", ColumnKind::Text),
        ("title", "Title", ColumnKind::Text),
        ("status", "Status", ColumnKind::Text),
        ("enabled", "Enabled", ColumnKind::Text),
    ],
    filter: |_| Some(Filter::Not(Box::new(detections::active()))),
    limit: 100,
};

/// Rules stand whenever they were written, up to the end of the period.
fn newest(input: &ReportInput) -> NewestRows {
    let mut rows = LIST.newest_of(input, None);
    let by_end = Filter::compare("created_at", Compare::Lt, input.window().end().to_string());
    rows.listing.filter = Some(Filter::And(rows.listing.filter.into_iter().chain([by_end]).collect()));
    rows
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let table = LIST.tabulate(measured.listed[0]);
    let nothing = table.total_rows == 0;
    SectionOutput::of(vec![Block::Table(table)]).empty_if(nothing, "Every rule can raise an alert.")
}
