//! How each connector was: uptime, latency and its last failure.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::document::{ColumnKind, Unit};
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, MeasureOp, Value};
use crate::metrics::{connector_latency_p95, connector_uptime};
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "connector_status",
    title: "Connectors",
    description: "Checks, uptime, latency and last failure of each connector, the most often checked first.",
    datasets: &[DatasetId::Connectors],
    metrics: &["connector_uptime", "connector_latency_p95"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No connector is recorded for the checks of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 100;

const BREAKDOWN: Breakdown = Breakdown {
    id: "connector_status",
    title: "Connectors, the most often checked first",
    dataset: DatasetId::Connectors,
    key: ("connector", "Connector", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("checks", "Checks", |_| Measure::count()),
        BreakdownFigure::percent("uptime_percent", "Uptime", |settings| (connector_uptime::METRIC.measure)(settings)),
        BreakdownFigure::count("degraded", "Degraded", |_| Measure::count().filtered(Filter::compare("status", Compare::Eq, "degraded"))),
        BreakdownFigure::count("down", "Down", |_| Measure::count().filtered(Filter::compare("status", Compare::Eq, "down"))),
        BreakdownFigure::of("p50_ms", "Median latency", Unit::Milliseconds, |_| Measure::percentile(0.5, Value::column("latency_ms")).filtered(Filter::Not(Box::new(Filter::compare("status", Compare::Eq, "down"))))),
        BreakdownFigure::of("p95_ms", "95th percentile", Unit::Milliseconds, |settings| (connector_latency_p95::METRIC.measure)(settings)),
        BreakdownFigure::text("last_status", "Now", |_| Measure::latest(Value::column("status"))),
        BreakdownFigure::time("last_down", "Last down", |_| Measure::new(MeasureOp::Max(Value::column("created_at"))).filtered(Filter::compare("status", Compare::Eq, "down"))),
    ],
};
