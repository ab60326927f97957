//! How many changes reached production in the window.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "changes_deployed",
    version: 1,
    title: "Deployed changes",
    description: "Number of changes deployed in the window.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Changes,
    measure: |_| Measure::count(),
    population: Population::Resolved,
    population_note: "Changes deployed in the window, whenever they began.",
    null_handling: "Changes without deployed_at are not deployed. None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
