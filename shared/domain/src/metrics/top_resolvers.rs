//! The largest groups of incidents resolved by each person.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::Filter;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "top_resolvers",
    version: 1,
    title: "Top resolvers",
    description: "Number of incidents resolved by each person, largest first, then by name.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count().filtered(Filter::is_present("resolved_at")),
    population: Population::Created,
    population_note: "Incidents created in the window that have resolved_at.",
    null_handling: "Incidents without resolved_at do not count; those without resolved_by are left out of the list and counted beside it.",
    shape: Shape::Top { by: "resolved_by", limit: 10 },
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
