//! How grave the incidents of the window are, from 0 to 100.

use serde_json::json;

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "risk_score",
    version: 1,
    title: "Risk score",
    description: "Weights of the incidents added up, divided by the incidents that have a severity: critical 100, high 70, medium 40, low 10, informational 0; one that was blocked or quarantined weighs half.",
    unit: Unit::Number,
    better: Better::Lower,
    dataset: DatasetId::Incidents,
    measure: |_| {
        let rated = Measure::count().filtered(Filter::is_present("severity"));
        Measure::ratio(Measure::weighted_sum(WEIGHTS.iter().flat_map(terms)), rated)
    },
    population: Population::Created,
    population_note: "Incidents created in the window that have a severity.",
    null_handling: "Incidents without a severity are left out of both. One without an action weighs in full. It is a mean, so the number of incidents does not move it. None left gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep; the weights of high and medium are ten times the lower bounds of the CVSS v3.1 severity ratings (FIRST).",
    targets: None,
};

/// What an incident of each severity weighs that nothing stopped.
const WEIGHTS: [(&str, f64); 4] = [("critical", 100.0), ("high", 70.0), ("medium", 40.0), ("low", 10.0)];

/// Half of the weight for each incident of the severity, and the other half for those that nothing stopped. So no
/// incident weighs less for being worse, or for not being stopped.
fn terms((severity, weight): &(&str, f64)) -> [(f64, Measure); 2] {
    let of_severity = || Filter::compare("severity", Compare::Eq, *severity);
    let stopped = Filter::compare("action", Compare::In, json!(["blocked", "quarantined"]));
    let unstopped = Filter::And(vec![of_severity(), Filter::Not(Box::new(stopped))]);
    [(weight / 2.0, Measure::count().filtered(of_severity())), (weight / 2.0, Measure::count().filtered(unstopped))]
}
