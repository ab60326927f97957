//! The changes of the period that failed, one row each.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind};
use crate::filter::{Compare, Filter};
use crate::record_list::RecordList;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "failed_changes",
    title: "Failed changes",
    description: "The newest changes that had to be remedied after their deployment, by when they began.",
    datasets: &[DatasetId::Changes],
    metrics: &["change_fail_rate"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![LIST.newest(input)],
};

const LIST: RecordList = RecordList {
    id: "failed_changes",
    title: "Newest failed changes first",
    dataset: DatasetId::Changes,
    columns: &[
        ("created_at", "Began", ColumnKind::Time),
        ("service", "Service", ColumnKind::Text),
        ("id", "Id", ColumnKind::Text),
        ("title", "Title", ColumnKind::Text),
        ("deployed_at", "Deployed", ColumnKind::Time),
        ("restored_at", "Restored", ColumnKind::Time),
    ],
    filter: |_| Some(Filter::compare("failed", Compare::Eq, true)),
    limit: 50,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let table = LIST.tabulate(measured.listed[0]);
    let total = table.total_rows;
    SectionOutput::of(vec![Block::Table(table)]).empty_if(total == 0, "No change that began in this period failed.")
}
