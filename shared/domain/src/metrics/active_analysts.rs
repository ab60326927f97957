//! How many people resolved incidents in the window.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "active_analysts",
    version: 1,
    title: "Active analysts",
    description: "Number of different people or accounts that resolved an incident in the window.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count_distinct(Value::column("resolved_by")),
    population: Population::Resolved,
    population_note: "Incidents resolved in the window that have resolved_by.",
    null_handling: "Incidents without resolved_by are left out and counted. None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
