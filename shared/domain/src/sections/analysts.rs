//! What each analyst resolved in the period, whenever it was created.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind, Unit};
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, Value};
use crate::metrics::sla_compliance;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "analysts",
    title: "Throughput by analyst",
    description: "Incidents resolved in the period by each person, with how long they took and how well they held.",
    datasets: &[DatasetId::Incidents],
    metrics: &["analyst_throughput", "sla_compliance"],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Incidents), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 50;

const BREAKDOWN: Breakdown = Breakdown {
    id: "analysts",
    title: "Throughput by analyst",
    key: ("resolved_by", "Analyst", ColumnKind::Text),
    population: Population::Resolved,
    figures: &[
        BreakdownFigure::count("resolved", "Resolved", Measure::count),
        BreakdownFigure::of("median_minutes", "Median time to resolve", Unit::Minutes, || Measure::percentile(0.5, Value::minutes_between("created_at", "resolved_at"))),
        BreakdownFigure::of("p95_minutes", "95th percentile", Unit::Minutes, || Measure::percentile(0.95, Value::minutes_between("created_at", "resolved_at"))),
        BreakdownFigure::count("reopened", "Reopened", || Measure::count().filtered(Filter::compare("reopen_count", Compare::Gt, 0))),
        BreakdownFigure::percent("met_percent", "Share met", || (sla_compliance::METRIC.measure)()),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No resolver is recorded for the incidents resolved in this period.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Incidents).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
