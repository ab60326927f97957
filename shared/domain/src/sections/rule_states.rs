//! Detection rules by status.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::DETECTION_RULES;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "rule_states",
    title: "Rules by status",
    description: "Detection rules by status, and how many of them can raise an alert.",
    datasets: &[DatasetId::Detections],
    metrics: &["detection_rules"],
    plan: |input| vec![BREAKDOWN.all(input)],
    build: |measured| BREAKDOWN.build_all(measured, "There are no detection rules yet."),
    newest: |_| Vec::new(),
};

const BREAKDOWN: Breakdown = Breakdown {
    id: "rule_states",
    title: "Rules by status",
    dataset: DatasetId::Detections,
    key: ("status", "Status", ColumnKind::Text),
    population: Population::CreatedByEnd,
    figures: DETECTION_RULES,
};
