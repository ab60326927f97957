//! The newest audit entries of the period, one row each.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind};
use crate::record_list::RecordList;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "audit_list",
    title: "Entries",
    description: "The newest audit entries of the period, one row each, and how many there are in all.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![LIST.newest(input)],
};

const LIST: RecordList = RecordList {
    id: "audit_list",
    title: "Newest entries first",
    dataset: DatasetId::AuditLog,
    columns: &[
        ("created_at", "When", ColumnKind::Time),
        ("actor", "Actor", ColumnKind::Text),
        ("action", "Action", ColumnKind::Text),
        ("object", "Object", ColumnKind::Text),
        ("outcome", "Outcome", ColumnKind::Text),
        ("ip_address", "Address", ColumnKind::Text),
    ],
    filter: |_| None,
    limit: 100,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let table = LIST.tabulate(measured.listed[0]);
    let total = table.total_rows;
    SectionOutput::of(vec![Block::Table(table)]).tally_of(DatasetId::AuditLog, "in the list", total).empty_if(total == 0, "There are no audit entries in this period.")
}
