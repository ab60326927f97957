//! How many critical incidents were created in the window.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "critical",
    version: 1,
    title: "Critical incidents",
    description: "Number of incidents of severity critical.",
    unit: Unit::Count,
    better: Better::Lower,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count().filtered(Filter::compare("severity", Compare::Eq, "critical")),
    population: Population::Created,
    population_note: "Incidents created in the window.",
    null_handling: "Incidents without a severity are not counted; they are unrated.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
