//! How each model decided.


use crate::breakdown::Breakdown;
use crate::breakdown_figures::AGENT_DECISIONS;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "model_decisions",
    title: "Models",
    description: "Decisions of each model: how sure it was, how often a policy was asked, and how many were stopped.",
    datasets: &[DatasetId::Traces],
    metrics: &["mean_confidence", "low_confidence_share", "policy_coverage"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No model is recorded for the decisions of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "model_decisions",
    title: "Models",
    dataset: DatasetId::Traces,
    key: ("model", "Model", ColumnKind::Text),
    population: Population::Created,
    figures: AGENT_DECISIONS,
};
