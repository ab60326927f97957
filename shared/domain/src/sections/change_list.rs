//! The newest changes of the period, one row each.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind};
use crate::record_list::RecordList;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "change_list",
    title: "Changes",
    description: "The newest changes of the period, one row each, and how many there are in all.",
    datasets: &[DatasetId::Changes],
    metrics: &[],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![LIST.newest(input)],
};

const LIST: RecordList = RecordList {
    id: "change_list",
    title: "Newest changes first",
    dataset: DatasetId::Changes,
    columns: &[
        ("created_at", "Began", ColumnKind::Time),
        ("service", "Service", ColumnKind::Text),
        ("id", "Id", ColumnKind::Text),
        ("title", "Title", ColumnKind::Text),
        ("kind", "Kind", ColumnKind::Text),
        ("deployed_at", "Deployed", ColumnKind::Time),
        ("failed", "Failed", ColumnKind::Text),
    ],
    filter: |_| None,
    limit: 100,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let table = LIST.tabulate(measured.listed[0]);
    let total = table.total_rows;
    SectionOutput::of(vec![Block::Table(table)]).tally_of(DatasetId::Changes, "in the list", total).empty_if(total == 0, "No changes began in this period.")
}
