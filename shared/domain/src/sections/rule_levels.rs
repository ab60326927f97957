//! Detection rules by level.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::DETECTION_RULES;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "rule_levels",
    title: "Rules by level",
    description: "Detection rules by level, and how many of them can raise an alert.",
    datasets: &[DatasetId::Detections],
    metrics: &["detection_rules"],
    plan: |input| vec![BREAKDOWN.all(input)],
    build: |measured| BREAKDOWN.build_all(measured, "There are no detection rules yet."),
    newest: |_| Vec::new(),
};

const BREAKDOWN: Breakdown = Breakdown {
    id: "rule_levels",
    title: "Rules by level",
    dataset: DatasetId::Detections,
    key: ("level", "Level", ColumnKind::Severity),
    population: Population::CreatedByEnd,
    figures: DETECTION_RULES,
};
