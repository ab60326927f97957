//! How each connector was: uptime, latency and its last failure.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind, Unit};
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, MeasureOp, Value};
use crate::metrics::{connector_latency_p95, connector_uptime};
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "connector_status",
    title: "Connectors",
    description: "Checks, uptime, latency and last failure of each connector, the most often checked first.",
    datasets: &[DatasetId::Connectors],
    metrics: &["connector_uptime", "connector_latency_p95"],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Connectors), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 100;

const BREAKDOWN: Breakdown = Breakdown {
    id: "connector_status",
    title: "Connectors, the most often checked first",
    key: ("connector", "Connector", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("checks", "Checks", Measure::count),
        BreakdownFigure::percent("uptime_percent", "Uptime", || (connector_uptime::METRIC.measure)()),
        BreakdownFigure::count("degraded", "Degraded", || Measure::count().filtered(Filter::compare("status", Compare::Eq, "degraded"))),
        BreakdownFigure::count("down", "Down", || Measure::count().filtered(Filter::compare("status", Compare::Eq, "down"))),
        BreakdownFigure::of("p50_ms", "Median latency", Unit::Milliseconds, || Measure::percentile(0.5, Value::column("latency_ms")).filtered(Filter::Not(Box::new(Filter::compare("status", Compare::Eq, "down"))))),
        BreakdownFigure::of("p95_ms", "95th percentile", Unit::Milliseconds, || (connector_latency_p95::METRIC.measure)()),
        BreakdownFigure::text("last_status", "Now", || Measure::latest(Value::column("status"))),
        BreakdownFigure::time("last_down", "Last down", || Measure::new(MeasureOp::Max(Value::column("created_at"))).filtered(Filter::compare("status", Compare::Eq, "down"))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No connector is recorded for the checks of this period.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Connectors).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
