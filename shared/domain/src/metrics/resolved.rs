//! How many incidents were resolved in the window, whenever they were created.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "resolved",
    version: 1,
    title: "Resolved incidents",
    description: "Number of incidents resolved in the window.",
    unit: Unit::Count,
    better: Better::Higher,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::Resolved,
    population_note: "Incidents resolved in the window, whenever created.",
    null_handling: "Incidents without resolved_at are not resolved. None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
