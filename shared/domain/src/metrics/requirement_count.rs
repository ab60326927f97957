//! How many compliance requirements there are.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "requirement_count",
    version: 1,
    title: "Requirements",
    description: "Number of compliance requirements.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Requirements,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Requirements as they stand.",
    null_handling: "None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
