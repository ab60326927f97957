//! How each model decided.

use serde_json::json;

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind, Unit};
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metrics::{low_confidence_share, mean_confidence, policy_coverage};
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "model_decisions",
    title: "Models",
    description: "Decisions of each model: how sure it was, how often a policy was asked, and how many were stopped.",
    datasets: &[DatasetId::Traces],
    metrics: &["mean_confidence", "low_confidence_share", "policy_coverage"],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Traces), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "model_decisions",
    title: "Models",
    key: ("model", "Model", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("decisions", "Decisions", Measure::count),
        BreakdownFigure::of("mean_confidence", "Mean confidence", Unit::Number, || (mean_confidence::METRIC.measure)()),
        BreakdownFigure::percent("low_confidence_percent", "Low confidence", || (low_confidence_share::METRIC.measure)()),
        BreakdownFigure::percent("policy_percent", "With a policy", || (policy_coverage::METRIC.measure)()),
        BreakdownFigure::count("flagged", "Flagged, escalated or blocked", || Measure::count().filtered(Filter::compare("status", Compare::In, json!(["flagged", "escalated", "blocked"])))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No model is recorded for the decisions of this period.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Traces).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
