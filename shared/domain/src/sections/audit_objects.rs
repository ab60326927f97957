//! Which objects the audit log has most entries of.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::AUDIT_ENTRIES;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "audit_objects",
    title: "Objects",
    description: "The objects with the most audit entries, and how many of these did not end in success.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No object is recorded for the audit entries of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "audit_objects",
    title: "Objects with the most entries",
    dataset: DatasetId::AuditLog,
    key: ("object", "Object", ColumnKind::Text),
    population: Population::Created,
    figures: AUDIT_ENTRIES,
};
