//! How many health checks of connectors were made in the window.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "connector_checks",
    version: 1,
    title: "Connector checks",
    description: "Number of health checks in the window.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Connectors,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Checks made in the window.",
    null_handling: "None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
