//! How many incidents each person resolved in the window, whenever they were created.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "analyst_throughput",
    version: 1,
    title: "Analyst throughput",
    description: "Number of incidents resolved in the window, per resolved_by.",
    unit: Unit::Count,
    better: Better::Higher,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::Resolved,
    population_note: "Incidents resolved in the window, whenever created.",
    null_handling: "Incidents without resolved_by are left out of the list and counted beside it.",
    shape: Shape::Top { by: "resolved_by", limit: 10 },
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
