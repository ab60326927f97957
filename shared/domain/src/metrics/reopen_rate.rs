//! Share of incidents that were reopened at least once.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape, Targets};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "reopen_rate",
    version: 1,
    title: "Reopen rate",
    description: "Incidents with reopen_count above 0, divided by incidents that have reopen_count.",
    unit: Unit::Percent,
    better: Better::Lower,
    dataset: DatasetId::Incidents,
    measure: |_| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("reopen_count", Compare::Gt, 0)),
            Measure::count().filtered(Filter::is_present("reopen_count")),
        )
    },
    population: Population::Created,
    population_note: "Incidents created in the window that have reopen_count.",
    null_handling: "Incidents without reopen_count are left out of both. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "ITIL 4, Incident management: reopened incidents.",
    targets: Some(Targets { green: 5.0, amber: 10.0 }),
};
