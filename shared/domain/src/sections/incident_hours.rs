//! At what times of the week incidents are created.

use crate::dataset::DatasetId;
use crate::query::Population;
use crate::section::Section;
use crate::week_clock::WeekClock;

/// The section.
pub static SECTION: Section = Section {
    id: "incident_hours",
    title: "When incidents come",
    description: "Incidents created by weekday and hour, on the clock of the report's zone.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total"],
    plan: |input| CLOCK.queries(input),
    build: |measured| CLOCK.build(measured.input, measured.results),
    newest: |_| Vec::new(),
};

const CLOCK: WeekClock = WeekClock {
    id: "incident_hours",
    what: "Incidents created",
    dataset: DatasetId::Incidents,
    at: "created_at",
    population: Population::Created,
};
