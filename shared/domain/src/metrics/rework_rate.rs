//! Share of deployed changes that were unplanned work on an earlier one.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "rework_rate",
    version: 1,
    title: "Rework rate",
    description: "Deployed changes with rework true, divided by deployed changes that say whether they are rework.",
    unit: Unit::Percent,
    better: Better::Lower,
    dataset: DatasetId::Changes,
    measure: |_| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("rework", Compare::Eq, true)),
            Measure::count().filtered(Filter::is_present("rework")),
        )
    },
    population: Population::Resolved,
    population_note: "Changes deployed in the window that have rework.",
    null_handling: "Changes without rework are left out of both. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "DORA, Accelerate State of DevOps Report 2024: rework rate.",
    targets: None,
};
