//! How far checks answer for the requirements of each framework.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, Value};
use crate::metrics::requirement_coverage;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "framework_coverage",
    title: "Frameworks",
    description: "Requirements of each framework, and how many of them checks answer for.",
    datasets: &[DatasetId::Requirements],
    metrics: &["requirement_coverage"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No framework is recorded for the requirements."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 100;

const BREAKDOWN: Breakdown = Breakdown {
    id: "framework_coverage",
    title: "Requirements by framework",
    dataset: DatasetId::Requirements,
    key: ("framework", "Framework", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("requirements", "Requirements", |_| Measure::count()),
        BreakdownFigure::count("automated", "Answered by checks", |_| Measure::count().filtered(Filter::compare("automated", Compare::Eq, true))),
        BreakdownFigure::count("manual", "By hand", |_| Measure::count().filtered(Filter::compare("automated", Compare::Eq, false))),
        BreakdownFigure::percent("covered_percent", "Coverage", |settings| (requirement_coverage::METRIC.measure)(settings)),
        BreakdownFigure::count("distinct_checks", "Different checks", |_| Measure::count_distinct(Value::column("checks"))),
    ],
};
