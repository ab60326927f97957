//! How many decisions agents made.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "trace_volume",
    version: 1,
    title: "Agent decisions",
    description: "Number of agent decisions in the window.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Traces,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Decisions created in the window; without a window all, those without a time too.",
    null_handling: "No decisions give 0. Decisions without created_at are in no window.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
