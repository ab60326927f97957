//! What became of the decisions that agents made in the period.

use crate::dataset::DatasetId;
use crate::document::{Block, ChartKind, ColumnKind, Unit};
use crate::drawing::{chart_of_counts, counted};
use crate::measure::Measure;
use crate::query::{OrderBy, Query};
use crate::report_input::ReportInput;
use crate::result::Cell;
use crate::section::{
    Measured, Section, SectionOutput, column, count_cell, figure, share_cell, whole, whole_table,
};
use crate::sections::trace_trend;
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "trace_status",
    title: "Agent decisions",
    description: "Number and share of the decisions of agents by what became of them.",
    datasets: &[DatasetId::Traces],
    metrics: &["trace_volume"],
    plan,
    build,
    newest: |_| Vec::new(),
};

const FIGURE: &str = "decisions";
/// Most shares that a ring can show.
const SHARES: usize = 6;

fn plan(input: &ReportInput) -> Vec<Query> {
    let mut query = input.query(DatasetId::Traces).by_field("status").measure(FIGURE, Measure::count());
    query.order_by = vec![OrderBy { by: FIGURE.to_owned(), descending: true }];
    vec![query]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    let mut counts: Vec<(String, u64)> = (0..result.rows.len())
        .map(|i| {
            let status = result.rows[i].keys[0].as_str().unwrap_or("not stated");
            (status.to_owned(), whole(&figure(result, i, FIGURE).value))
        })
        .collect();
    // In the order of the chart over time, so that an outcome has the same colour in both.
    counts.sort_by_key(|(status, _)| trace_trend::place_of(status));
    let total: u64 = counts.iter().map(|(_, n)| n).sum();
    let rows = counts.iter().map(|(status, n)| {
        vec![Cell::Text(status.clone()), count_cell(*n), share_cell(*n, total)]
    });
    let columns = vec![
        column("status", "Outcome", ColumnKind::Text),
        column("decisions", "Decisions", ColumnKind::Number(Unit::Count)),
        column("percent", "Share", ColumnKind::Number(Unit::Percent)),
    ];
    let table = whole_table("trace_status", "Decisions by outcome", columns, rows.collect());
    let kind = if counts.len() > SHARES { ChartKind::HorizontalBar } else { ChartKind::Donut };
    let summary = format!(
        "Decisions of agents by outcome: {} in all, of {} outcomes.",
        words::count(total),
        words::count(counts.len() as u64)
    );
    let categories = counts.iter().map(|(status, _)| crate::severity::title(status)).collect();
    let series = vec![counted("Decisions", counts.iter().map(|(_, n)| *n))];
    let chart = chart_of_counts(kind, "Decisions by outcome", summary, categories, series);
    SectionOutput::of(vec![Block::Chart(chart), Block::Table(table)])
        .tally_of(DatasetId::Traces, "by outcome", total)
        .empty_if(total == 0, "No agent decisions lie in this period; a decision without a time lies in none.")
}
