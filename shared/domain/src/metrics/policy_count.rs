//! How many security policies and checks there are.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "policy_count",
    version: 1,
    title: "Policies",
    description: "Number of security policies and checks.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Policies,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Policies as they stand.",
    null_handling: "None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
