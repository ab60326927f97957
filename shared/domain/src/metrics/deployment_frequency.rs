//! How often changes reach production.

use crate::dataset::DatasetId;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape, Targets};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "deployment_frequency",
    version: 1,
    title: "Deployment frequency",
    description: "Deployments divided by the days of the window, a day being 24 hours. Changes of one release are one deployment, a change without a release is one of its own.",
    unit: Unit::PerDay,
    better: Better::Higher,
    dataset: DatasetId::Changes,
    measure: |_| {
        let releases = Measure::count_distinct(Value::column("release"));
        let single = Measure::count().filtered(Filter::compare("release", Compare::IsNull, true));
        Measure::per_day(Measure::weighted_sum([(1.0, releases), (1.0, single)]))
    },
    population: Population::Resolved,
    population_note: "Changes deployed in the window, whenever they began.",
    null_handling: "Changes without deployed_at are not deployed. Releases of one name count once, so services that number alike need names apart. No deployment gives 0; no window gives no value.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "DORA, Accelerate State of DevOps Report 2024: deployment frequency; targets are the bounds of daily and weekly.",
    targets: Some(Targets { green: 1.0, amber: 0.142_857 }),
};
