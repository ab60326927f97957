//! How many incidents were created in the window.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "total",
    version: 1,
    title: "Incidents",
    description: "Number of incidents created in the window.",
    unit: Unit::Count,
    better: Better::Lower,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Incidents created in the window.",
    null_handling: "No incidents give 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
