//! Median time to resolve.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "mttr_median",
    version: 1,
    title: "Median time to resolve",
    description: "Median time from created_at to resolved_at.",
    unit: Unit::Minutes,
    better: Better::Lower,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::percentile(0.5, Value::minutes_between("created_at", "resolved_at")),
    population: Population::Created,
    population_note: "Incidents created in the window that have resolved_at.",
    null_handling: "Left out and counted: no resolved_at, or one before created_at. None left gives no value, never 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "NIST SP 800-61r2, 3.4.2; percentiles interpolate linearly, as PERCENTILE_CONT in SQL.",
    targets: None,
};
