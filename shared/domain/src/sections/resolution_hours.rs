//! At what times of the week incidents are resolved.

use crate::dataset::DatasetId;
use crate::query::Population;
use crate::section::Section;
use crate::week_clock::WeekClock;

/// The section.
pub static SECTION: Section = Section {
    id: "resolution_hours",
    title: "When incidents are resolved",
    description: "Incidents resolved by weekday and hour, on the clock of the report's zone.",
    datasets: &[DatasetId::Incidents],
    metrics: &["resolved"],
    plan: |input| CLOCK.queries(input),
    build: |measured| CLOCK.build(measured.input, measured.results),
    newest: |_| Vec::new(),
};

const CLOCK: WeekClock = WeekClock {
    id: "resolution_hours",
    what: "Incidents resolved",
    dataset: DatasetId::Incidents,
    at: "resolved_at",
    population: Population::Resolved,
};
