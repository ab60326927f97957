//! How long the slow answers of connectors take.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "connector_latency_p95",
    version: 1,
    title: "95th percentile connector latency",
    description: "95th percentile of latency_ms over the checks that got an answer.",
    unit: Unit::Milliseconds,
    better: Better::Lower,
    dataset: DatasetId::Connectors,
    measure: |_| {
        let down = Filter::compare("status", Compare::Eq, "down");
        Measure::percentile(0.95, Value::column("latency_ms")).filtered(Filter::Not(Box::new(down)))
    },
    population: Population::Created,
    population_note: "Checks made in the window that did not find the connector down.",
    null_handling: "Checks that found the connector down are left out: a latency of 0 there means that there was no answer. Missing latencies are left out and counted. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Google, Site Reliability Engineering, chapter 6: latency by percentiles, apart from errors; linear interpolation, as PERCENTILE_CONT in SQL.",
    targets: None,
};
