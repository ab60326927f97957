//! How many decisions agents made over the period, by what became of them.

use crate::dataset::DatasetId;
use crate::document::ChartKind;
use crate::over_time::OverTime;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "trace_trend",
    title: "Decisions over time",
    description: "Agent decisions per day, week or month, by what became of them.",
    datasets: &[DatasetId::Traces],
    metrics: &["trace_volume"],
    plan: |input| vec![COUNTS.query(input)],
    build,
    newest: |_| Vec::new(),
};

const COUNTS: OverTime = OverTime {
    id: "trace_trend",
    what: "Agent decisions",
    dataset: DatasetId::Traces,
    at: "created_at",
    population: Population::Created,
    by: "status",
    series: &[
        ("approved", "Approved"),
        ("completed", "Completed"),
        ("flagged", "Flagged"),
        ("escalated", "Escalated"),
        ("blocked", "Blocked"),
        ("failed", "Failed"),
        ("not_stated", "Not stated"),
    ],
    kind: ChartKind::StackedBar,
};

/// Where a status stands among the series; behind all of them when it is none of theirs.
pub(super) fn place_of(status: &str) -> usize {
    COUNTS.series.iter().position(|(name, _)| *name == status).unwrap_or(COUNTS.series.len())
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let (blocks, sum) = COUNTS.build(measured.input, measured.results[0]);
    SectionOutput::of(blocks).tally_of(DatasetId::Traces, "over time", sum).empty_if(sum == 0, "No agent decisions lie in this period.")
}
