//! Decisions of agents that a person should look at: flagged, escalated or blocked.

use serde_json::json;

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Unit};
use crate::filter::{Compare, Filter};
use crate::record_list::RecordList;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "agent_alerts",
    title: "Flagged and escalated decisions",
    description: "The newest decisions of agents that were flagged, escalated or blocked.",
    datasets: &[DatasetId::Traces],
    metrics: &["trace_volume"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![LIST.newest(input)],
};

const LIST: RecordList = RecordList {
    id: "agent_alerts",
    title: "Newest decisions that were flagged, escalated or blocked",
    dataset: DatasetId::Traces,
    columns: &[
        ("created_at", "When", ColumnKind::Time),
        ("status", "Status", ColumnKind::Text),
        ("id", "Id", ColumnKind::Text),
        ("agent_name", "Agent", ColumnKind::Text),
        ("policy_id", "Policy", ColumnKind::Text),
        ("confidence", "Confidence", ColumnKind::Number(Unit::Number)),
    ],
    filter: |_| Some(Filter::compare("status", Compare::In, json!(["flagged", "escalated", "blocked"]))),
    limit: 50,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let table = LIST.tabulate(measured.listed[0]);
    let total = table.total_rows;
    SectionOutput::of(vec![Block::Table(table)]).empty_if(total == 0, "No decision of this period was flagged, escalated or blocked.")
}
