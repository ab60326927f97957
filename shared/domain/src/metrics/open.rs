//! How many of the incidents created in the window were open at its end.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "open",
    version: 1,
    title: "Open incidents",
    description: "Number of incidents created in the window and not resolved before its end.",
    unit: Unit::Count,
    better: Better::Lower,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::CreatedAndOpenAtEnd,
    population_note: "Incidents created in the window whose resolved_at is missing or at or after its end.",
    null_handling: "Status and closed_at do not count.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
