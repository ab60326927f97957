//! How far checks answer for the requirements of each framework.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind};
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, Value};
use crate::metrics::requirement_coverage;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "framework_coverage",
    title: "Frameworks",
    description: "Requirements of each framework, and how many of them checks answer for.",
    datasets: &[DatasetId::Requirements],
    metrics: &["requirement_coverage"],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Requirements), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 100;

const BREAKDOWN: Breakdown = Breakdown {
    id: "framework_coverage",
    title: "Requirements by framework",
    key: ("framework", "Framework", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("requirements", "Requirements", Measure::count),
        BreakdownFigure::count("automated", "Answered by checks", || Measure::count().filtered(Filter::compare("automated", Compare::Eq, true))),
        BreakdownFigure::count("manual", "By hand", || Measure::count().filtered(Filter::compare("automated", Compare::Eq, false))),
        BreakdownFigure::percent("covered_percent", "Coverage", || (requirement_coverage::METRIC.measure)()),
        BreakdownFigure::count("distinct_checks", "Different checks", || Measure::count_distinct(Value::column("checks"))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No framework is recorded for the requirements.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Requirements).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
