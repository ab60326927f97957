//! How many different actors the audit entries of the window have.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "audit_actors",
    version: 1,
    title: "Different actors",
    description: "Number of different actors of the audit entries in the window.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::AuditLog,
    measure: |_| Measure::count_distinct(Value::column("actor")),
    population: Population::Created,
    population_note: "Entries of the window that have an actor.",
    null_handling: "Entries without an actor are left out and counted. None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
