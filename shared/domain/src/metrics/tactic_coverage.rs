//! How much of each ATT&CK tactic the rules that stand look for.

use crate::attack::coverage::CoverageScope;
use crate::dataset::DatasetId;
use crate::datasets::detections;
use crate::document::Unit;
use crate::measure::{Measure, Value};
use crate::metric::{Better, Metric, Shape};
use crate::query::Population;

/// The dictionary entry.
pub static METRIC: Metric = Metric {
    id: "tactic_coverage",
    version: 1,
    title: "Tactic coverage",
    description: "For each of the 14 tactics, its techniques that at least one active rule carries by exactly that id, divided by its techniques that ATT&CK 18.1 neither revoked nor deprecated; as one figure, the mean of the 14.",
    unit: Unit::Percent,
    better: Better::Higher,
    dataset: DatasetId::Detections,
    measure: |_| Measure::coverage(Value::column("techniques"), CoverageScope::MeanOfTactics).filtered(detections::active()),
    population: Population::CreatedByEnd,
    population_note: "Rules created before the window's end, however long ago, in their newest version; active ones, that is not deprecated, unsupported or switched off.",
    null_handling: "A technique of several tactics counts in each. A rule's own tactics do not count, only those of its techniques. Ids that ATT&CK revoked, deprecated or does not know are reported beside the figures and never counted. No active rule gives no value.",
    shape: Shape::Coverage { per_tactic: true },
    owner: "Sitrep",
    source: "ATT&CK enterprise 18.1, © 2025 The MITRE Corporation, reproduced and distributed with its permission; the counting rule is Sitrep's.",
    targets: None,
};
