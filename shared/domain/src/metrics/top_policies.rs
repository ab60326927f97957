//! The largest groups of incidents that violate each policy.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "top_policies",
    version: 1,
    title: "Top policies",
    description: "Number of incidents that violate each policy, largest first, then by name.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Incidents,
    measure: |_| Measure::count(),
    population: Population::Created,
    population_note: "Incidents created in the window.",
    null_handling: "Incidents without a policy are left out of the list and counted beside it.",
    shape: Shape::Top { by: "policy_id", limit: 10 },
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
