//! Share of incidents that met their service level.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape, Targets};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "sla_compliance",
    version: 1,
    title: "SLA compliance",
    description: "Incidents with sla_met true, divided by incidents that have sla_met.",
    unit: Unit::Percent,
    better: Better::Higher,
    dataset: DatasetId::Incidents,
    measure: |_| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("sla_met", Compare::Eq, true)),
            Measure::count().filtered(Filter::is_present("sla_met")),
        )
    },
    population: Population::Created,
    population_note: "Incidents created in the window that have sla_met.",
    null_handling: "Incidents without sla_met are left out of both. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "ITIL 4, Service level management: percentage of targets met.",
    targets: Some(Targets { green: 95.0, amber: 85.0 }),
};
