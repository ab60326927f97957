//! How many incidents were open at the end of the window, whenever created.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "backlog_end",
    version: 1,
    title: "Backlog at the end",
    description: "Number of incidents created before the end of the window and not resolved before it.",
    unit: Unit::Count,
    better: Better::Lower,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::OpenAtEnd,
    population_note: "Incidents created before the end of the window whose resolved_at is missing or at or after it.",
    null_handling: "Status and closed_at do not count.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
