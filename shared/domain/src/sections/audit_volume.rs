//! How many audit entries there were over the period, by outcome.

use crate::dataset::DatasetId;
use crate::document::ChartKind;
use crate::over_time::OverTime;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "audit_volume",
    title: "Entries over time",
    description: "Audit entries per day, week or month, by how the action ended.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |input| vec![COUNTS.query(input)],
    build,
    newest: |_| Vec::new(),
};

const COUNTS: OverTime = OverTime {
    id: "audit_volume",
    what: "Audit entries",
    dataset: DatasetId::AuditLog,
    at: "created_at",
    population: Population::Created,
    by: "outcome",
    series: &[
        ("success", "Success"),
        ("failure", "Failure"),
        ("other", "Other or not stated"),
    ],
    kind: ChartKind::StackedBar,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let (blocks, sum) = COUNTS.build(measured.input, measured.results[0]);
    SectionOutput::of(blocks).tally_of(DatasetId::AuditLog, "over time", sum).empty_if(sum == 0, "There are no audit entries in this period.")
}
