//! The incidents whose service level was missed, one row each.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind};
use crate::filter::{Compare, Filter};
use crate::record_list::RecordList;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "sla_breaches",
    title: "Missed service levels",
    description: "The newest incidents whose service level was missed.",
    datasets: &[DatasetId::Incidents],
    metrics: &["sla_compliance"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![LIST.newest(input)],
};

const LIST: RecordList = RecordList {
    id: "sla_breaches",
    title: "Newest incidents that missed their service level",
    dataset: DatasetId::Incidents,
    columns: &[
        ("created_at", "Created", ColumnKind::Time),
        ("severity", "Severity", ColumnKind::Severity),
        ("id", "Id", ColumnKind::Text),
        ("title", "Title", ColumnKind::Text),
        ("team", "Team", ColumnKind::Text),
        ("resolved_at", "Resolved", ColumnKind::Time),
    ],
    filter: |_| Some(Filter::compare("sla_met", Compare::Eq, false)),
    limit: 50,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let table = LIST.tabulate(measured.listed[0]);
    let total = table.total_rows;
    SectionOutput::of(vec![Block::Table(table)]).empty_if(total == 0, "No incident of this period missed its service level.")
}
