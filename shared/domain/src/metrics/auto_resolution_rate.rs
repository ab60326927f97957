//! Share of resolved incidents that no person had to resolve.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape, Targets};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "auto_resolution_rate",
    version: 1,
    title: "Auto-resolution rate",
    description: "Incidents with auto_resolved true, divided by incidents that say whether they were.",
    unit: Unit::Percent,
    better: Better::Higher,
    dataset: DatasetId::Incidents,
    measure: |_| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("auto_resolved", Compare::Eq, true)),
            Measure::count().filtered(Filter::is_present("auto_resolved")),
        )
    },
    population: Population::Created,
    population_note: "Incidents created in the window that have auto_resolved.",
    null_handling: "Incidents without auto_resolved are left out of both. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a ratio of counts.",
    targets: Some(Targets { green: 60.0, amber: 40.0 }),
};
