//! Which addresses the audit log has most entries of.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::AUDIT_ENTRIES;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "audit_addresses",
    title: "Addresses",
    description: "The addresses with the most audit entries, and how many of these did not end in success.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No address is recorded for the audit entries of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "audit_addresses",
    title: "Addresses with the most entries",
    dataset: DatasetId::AuditLog,
    key: ("ip_address", "Address", ColumnKind::Text),
    population: Population::Created,
    figures: AUDIT_ENTRIES,
};
