//! How sure agents were on average.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "mean_confidence",
    version: 1,
    title: "Mean confidence",
    description: "Mean confidence of agent decisions, 0 to 1.",
    unit: Unit::Number,
    better: Better::Higher,
    dataset: DatasetId::Traces,
    measure: |_| Measure::mean(Value::column("confidence")),
    population: Population::Created,
    population_note: "Decisions created in the window that have a confidence.",
    null_handling: "Decisions without a confidence are left out and counted. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: an arithmetic mean.",
    targets: None,
};
