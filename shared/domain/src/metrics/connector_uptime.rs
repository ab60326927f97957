//! How often a check of a connector found it up.

use serde_json::json;

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape, Targets};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "connector_uptime",
    version: 1,
    title: "Connector uptime",
    description: "Checks that found the connector up or degraded, divided by checks that have a status.",
    unit: Unit::Percent,
    better: Better::Higher,
    dataset: DatasetId::Connectors,
    measure: |_| {
        Measure::ratio(
            Measure::count().filtered(Filter::compare("status", Compare::In, json!(["up", "degraded"]))),
            Measure::count().filtered(Filter::is_present("status")),
        )
    },
    population: Population::Created,
    population_note: "Checks made in the window that have a status.",
    null_handling: "Checks without a status are left out of both. It is a share of checks, not of time: where checks come irregularly the two differ. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a ratio of counts; see also ITIL 4, availability management.",
    targets: Some(Targets { green: 99.9, amber: 99.0 }),
};
