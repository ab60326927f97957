//! Which errors connectors gave.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::measure::{Measure, MeasureOp, Value};
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "connector_errors",
    title: "Errors",
    description: "What went wrong most often when connectors were checked, by the error that they gave.",
    datasets: &[DatasetId::Connectors],
    metrics: &[],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No error is recorded for the checks of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "connector_errors",
    title: "Errors",
    dataset: DatasetId::Connectors,
    key: ("error", "Error", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("checks", "Checks", |_| Measure::count()),
        BreakdownFigure::count("connectors", "Connectors", |_| Measure::count_distinct(Value::column("connector"))),
        BreakdownFigure::time("last", "Last", |_| Measure::new(MeasureOp::Max(Value::column("created_at")))),
    ],
};
