//! How long half of the failed changes took to be remedied at most.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape, Targets};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "recovery_time",
    version: 1,
    title: "Median recovery time",
    description: "Median time from deployed_at to restored_at of failed changes.",
    unit: Unit::Minutes,
    better: Better::Lower,
    dataset: DatasetId::Changes,
    measure: |_| {
        let to_restore = Measure::percentile(0.5, Value::minutes_between("deployed_at", "restored_at"));
        to_restore.filtered(Filter::compare("failed", Compare::Eq, true))
    },
    population: Population::Resolved,
    population_note: "Changes deployed in the window with failed true.",
    null_handling: "Failed changes that are not restored, or restored before they were deployed, are left out and counted. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "DORA, Accelerate State of DevOps Report 2024: failed deployment recovery time; targets are one hour and one day. Linear interpolation, as PERCENTILE_CONT in SQL.",
    targets: Some(Targets { green: 60.0, amber: 1_440.0 }),
};
