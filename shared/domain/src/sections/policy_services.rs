//! Which services policies are kept for.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind};
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "policy_services",
    title: "Policies by service",
    description: "The services with the most policies and checks.",
    datasets: &[DatasetId::Policies],
    metrics: &["policy_count"],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Policies), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "policy_services",
    title: "Policies by service",
    key: ("service", "Service", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("policies", "Policies", Measure::count),
        BreakdownFigure::count("critical", "Critical", || Measure::count().filtered(Filter::compare("severity", Compare::Eq, "critical"))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No service is recorded for the policies.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Policies).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
