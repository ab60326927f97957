//! The largest groups of incidents in each category.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "top_categories",
    version: 1,
    title: "Top categories",
    description: "Number of incidents in each category, largest first, then by name.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Incidents created in the window.",
    null_handling: "Incidents without a category are left out of the list and counted beside it.",
    shape: Shape::Top { by: "category", limit: 10 },
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
