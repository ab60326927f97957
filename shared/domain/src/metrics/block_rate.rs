//! Share of incidents that the control blocked.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "block_rate",
    version: 1,
    title: "Block rate",
    description: "Incidents with action blocked, divided by incidents that have an action.",
    unit: Unit::Percent,
    better: Better::Higher,
    dataset: DatasetId::Incidents,
    measure: |_| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("action", Compare::Eq, "blocked")),
            Measure::count().filtered(Filter::is_present("action")),
        )
    },
    population: Population::Created,
    population_note: "Incidents created in the window that have an action.",
    null_handling: "Incidents without an action are left out of both. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a ratio of counts.",
    targets: None,
};
