//! How far the service levels were met, by category.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind};
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metrics::sla_compliance;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "sla_by_category",
    title: "Service levels by category",
    description: "Service levels of the categories with the most incidents.",
    datasets: &[DatasetId::Incidents],
    metrics: &["sla_compliance"],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Incidents), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "sla_by_category",
    title: "Service levels by category",
    key: ("category", "Category", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("incidents", "Incidents", Measure::count),
        BreakdownFigure::count("with_sla", "With service level", || Measure::count().filtered(Filter::is_present("sla_met"))),
        BreakdownFigure::count("met", "Met", || Measure::count().filtered(Filter::compare("sla_met", Compare::Eq, true))),
        BreakdownFigure::percent("met_percent", "Share met", || (sla_compliance::METRIC.measure)()),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No category is recorded for the incidents of this period.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Incidents).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
