//! Metrics as callers see them: the dictionary entry with its formula, and where it is used.

use serde::Serialize;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::document::Unit;
use sitrep_domain::measure::Measure;
use sitrep_domain::metric::{Better, Metric, Shape, Targets};
use sitrep_domain::metrics::list_uses;
use sitrep_domain::query::Population;

/// A metric.
#[derive(Serialize)]
pub(crate) struct MetricView {
    id: &'static str,
    version: u32,
    title: &'static str,
    description: &'static str,
    unit: Unit,
    /// Which way is better.
    direction: Better,
    dataset: DatasetId,
    /// The formula, as `POST /query` takes it.
    measure: Measure,
    #[serde(flatten)]
    shape: Shape,
    population: &'static str,
    /// The same as `POST /query` takes it.
    population_rule: Population,
    null_handling: &'static str,
    owner: &'static str,
    source: &'static str,
    targets: Option<Targets>,
    /// Templates whose reports have it.
    used_in: Vec<&'static str>,
}

impl From<&'static Metric> for MetricView {
    fn from(metric: &'static Metric) -> Self {
        Self {
            id: metric.id,
            version: metric.version,
            title: metric.title,
            description: metric.description,
            unit: metric.unit,
            direction: metric.better,
            dataset: metric.dataset,
            measure: metric.named_measure().measure,
            shape: metric.shape,
            population: metric.population_note,
            population_rule: metric.population,
            null_handling: metric.null_handling,
            owner: metric.owner,
            source: metric.source,
            targets: metric.targets,
            used_in: list_uses(metric.id),
        }
    }
}
