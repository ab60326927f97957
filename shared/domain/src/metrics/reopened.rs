//! How many incidents were reopened at least once.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "reopened",
    version: 1,
    title: "Reopened incidents",
    description: "Number of incidents with reopen_count above 0.",
    unit: Unit::Count,
    better: Better::Lower,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count().filtered(Filter::compare("reopen_count", Compare::Gt, 0)),
    population: Population::Created,
    population_note: "Incidents created in the window.",
    null_handling: "A missing reopen_count counts as not reopened.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
