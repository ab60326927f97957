//! How many audit entries there are of the window.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "audit_entries",
    version: 1,
    title: "Audit entries",
    description: "Number of audit entries in the window.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::AuditLog,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Entries whose event lies in the window.",
    null_handling: "None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
