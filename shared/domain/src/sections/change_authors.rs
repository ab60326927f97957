//! Deployed changes by author, with lead time and failures.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind, Unit};
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metrics::{change_fail_rate, change_lead_time};
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "change_authors",
    title: "By author",
    description: "Changes deployed in the period by author, with their lead time and how many failed.",
    datasets: &[DatasetId::Changes],
    metrics: &["change_fail_rate", "change_lead_time"],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Changes), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "change_authors",
    title: "Deployed changes by author",
    key: ("author", "Author", ColumnKind::Text),
    population: Population::Resolved,
    figures: &[
        BreakdownFigure::count("deployed", "Deployed", Measure::count),
        BreakdownFigure::count("failed", "Failed", || Measure::count().filtered(Filter::compare("failed", Compare::Eq, true))),
        BreakdownFigure::percent("fail_percent", "Fail rate", || (change_fail_rate::METRIC.measure)()),
        BreakdownFigure::of("median_lead_minutes", "Median lead time", Unit::Minutes, || (change_lead_time::METRIC.measure)()),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No author is recorded for the changes deployed in this period.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Changes).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
