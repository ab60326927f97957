//! Share of agent decisions that a policy was asked about.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::Filter;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "policy_coverage",
    version: 1,
    title: "Policy coverage",
    description: "Decisions that name the policy they were checked against, divided by all decisions.",
    unit: Unit::Percent,
    better: Better::Higher,
    dataset: DatasetId::Traces,
    measure: |_| {
        Measure::ratio(Measure::count().filtered(Filter::is_present("policy_id")), Measure::count())
    },
    population: Population::Created,
    population_note: "Decisions created in the window; without a window all.",
    null_handling: "A decision without policy_id was checked against none. No decisions give no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a ratio of counts; see also NIST AI RMF 1.0, MEASURE 2.",
    targets: None,
};
