//! Which policies are kept, by severity.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind};
use crate::measure::{Measure, Value};
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "policy_severities",
    title: "Policies by severity",
    description: "The policies and checks that are kept, by how bad a breach is.",
    datasets: &[DatasetId::Policies],
    metrics: &["policy_count"],
    plan: |input| vec![BREAKDOWN.all(input.query(DatasetId::Policies))],
    build,
    newest: |_| Vec::new(),
};

const BREAKDOWN: Breakdown = Breakdown {
    id: "policy_severities",
    title: "Policies by severity",
    key: ("severity", "Severity", ColumnKind::Severity),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("policies", "Policies", Measure::count),
        BreakdownFigure::count("providers", "Providers", || Measure::count_distinct(Value::column("provider"))),
        BreakdownFigure::count("services", "Services", || Measure::count_distinct(Value::column("service"))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Policies).noun);
    let nothing = table.rows.is_empty();
    SectionOutput::of(vec![Block::Table(table)]).empty_if(nothing, "There are no policies yet.")
}
