//! How the incidents of the window are spread over the types of data.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "data_type_share",
    version: 1,
    title: "Incidents by data type",
    description: "Number of incidents per data type; each divided by all incidents of the window is its share.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Incidents created in the window.",
    null_handling: "A missing data type is a row of its own.",
    shape: Shape::Breakdown { by: "data_type" },
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
