//! Decisions of agents with a confidence below the threshold.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Unit};
use crate::filter::{Compare, Filter};
use crate::record_list::RecordList;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "low_confidence",
    title: "Decisions of low confidence",
    description: "The newest decisions that an agent was not sure of.",
    datasets: &[DatasetId::Traces],
    metrics: &["low_confidence_share"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![LIST.newest(input)],
};

const LIST: RecordList = RecordList {
    id: "low_confidence",
    title: "Newest decisions below the threshold",
    dataset: DatasetId::Traces,
    columns: &[
        ("created_at", "When", ColumnKind::Time),
        ("confidence", "Confidence", ColumnKind::Number(Unit::Number)),
        ("id", "Id", ColumnKind::Text),
        ("agent_name", "Agent", ColumnKind::Text),
        ("status", "Status", ColumnKind::Text),
        ("policy_id", "Policy", ColumnKind::Text),
    ],
    filter: |settings| Some(Filter::compare("confidence", Compare::Lt, settings.confidence_threshold)),
    limit: 50,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let table = LIST.tabulate(measured.listed[0]);
    let total = table.total_rows;
    SectionOutput::of(vec![Block::Table(table)]).empty_if(total == 0, "No decision of this period has a confidence below the threshold.")
}
