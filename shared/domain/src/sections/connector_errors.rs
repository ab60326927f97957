//! Which errors connectors gave.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind};
use crate::measure::{Measure, MeasureOp, Value};
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "connector_errors",
    title: "Errors",
    description: "What went wrong most often when connectors were checked, by the error that they gave.",
    datasets: &[DatasetId::Connectors],
    metrics: &[],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Connectors), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "connector_errors",
    title: "Errors",
    key: ("error", "Error", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("checks", "Checks", Measure::count),
        BreakdownFigure::count("connectors", "Connectors", || Measure::count_distinct(Value::column("connector"))),
        BreakdownFigure::time("last", "Last", || Measure::new(MeasureOp::Max(Value::column("created_at")))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No error is recorded for the checks of this period.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Connectors).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
