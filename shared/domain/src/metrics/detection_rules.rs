//! How many detection rules can raise an alert.

use crate::dataset::DatasetId;
use crate::datasets::detections;
use crate::document::Unit;
use crate::measure::Measure;
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "detection_rules",
    version: 1,
    title: "Active detection rules",
    description: "Number of rules that can raise an alert: neither deprecated nor unsupported, and not switched off.",
    unit: Unit::Count,
    better: Better::Neither,
    dataset: DatasetId::Detections,
    measure: |_| Measure::count().filtered(detections::active()),
    population: Population::CreatedByEnd,
    population_note: "Rules created before the window's end, however long ago, in their newest version.",
    null_handling: "A rule that does not say whether it is enabled is taken for active. None gives 0.",
    shape: Shape::Figure,
    owner: "Sitrep",
    source: "Sitrep: a count of records.",
    targets: None,
};
