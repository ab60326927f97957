//! How long half of the changes took to production at most.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape, Targets};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "change_lead_time",
    version: 1,
    title: "Median change lead time",
    description: "Median time from created_at (first commit or request) to deployed_at.",
    unit: Unit::Minutes,
    better: Better::Lower,
    dataset: DatasetId::Changes,
    measure: |_| Measure::percentile(0.5, Value::minutes_between("created_at", "deployed_at")),
    population: Population::Resolved,
    population_note: "Changes deployed in the window, whenever they began.",
    null_handling: "Changes deployed before they began are left out and counted. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "DORA, Accelerate State of DevOps Report 2024: change lead time; targets are one day and one week. Linear interpolation, as PERCENTILE_CONT in SQL.",
    targets: Some(Targets { green: 1_440.0, amber: 10_080.0 }),
};
