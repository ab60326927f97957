//! Share of deployed changes that had to be remedied at once.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape, Targets};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "change_fail_rate",
    version: 1,
    title: "Change fail rate",
    description: "Deployed changes with failed true, divided by deployed changes that say whether they failed.",
    unit: Unit::Percent,
    better: Better::Lower,
    dataset: DatasetId::Changes,
    measure: |_| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("failed", Compare::Eq, true)),
            Measure::count().filtered(Filter::is_present("failed")),
        )
    },
    population: Population::Resolved,
    population_note: "Changes deployed in the window that say whether they failed.",
    null_handling: "Changes without failed are left out of both. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "DORA, Accelerate State of DevOps Report 2024: change fail rate; targets are the figures of its elite and high performers.",
    targets: Some(Targets { green: 5.0, amber: 20.0 }),
};
