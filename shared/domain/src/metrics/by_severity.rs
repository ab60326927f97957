//! How the incidents of the window are spread over the severities.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "by_severity",
    version: 1,
    title: "Incidents by severity",
    description: "Number of incidents per severity.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Incidents created in the window.",
    null_handling: "A missing severity is reported as unrated.",
    shape: Shape::Breakdown { by: "severity" },
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
