//! Share of decisions that an agent was not sure of.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "low_confidence_share",
    version: 2,
    title: "Low-confidence share",
    description: "Decisions with a confidence below the tenant's confidence threshold (0.7 unless its settings say otherwise), divided by decisions that have a confidence.",
    unit: Unit::Percent,
    better: Better::Lower,
    dataset: DatasetId::Traces,
    measure: |settings| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("confidence", Compare::Lt, settings.confidence_threshold)),
            Measure::count().filtered(Filter::is_present("confidence")),
        )
    },
    population: Population::Created,
    population_note: "Decisions created in the window that have a confidence.",
    null_handling: "Decisions without a confidence are left out of both. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a ratio of counts.",
    targets: None,
};
