//! At what times of the week audited actions happen.

use crate::dataset::DatasetId;
use crate::query::Population;
use crate::section::Section;
use crate::week_clock::WeekClock;

/// The section.
pub static SECTION: Section = Section {
    id: "audit_hours",
    title: "When actions happen",
    description: "Audit entries by weekday and hour, on the clock of the report's zone.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |input| CLOCK.queries(input),
    build: |measured| CLOCK.build(measured.input, measured.results),
    newest: |_| Vec::new(),
};

const CLOCK: WeekClock = WeekClock {
    id: "audit_hours",
    what: "Audit entries",
    dataset: DatasetId::AuditLog,
    at: "created_at",
    population: Population::Created,
};
