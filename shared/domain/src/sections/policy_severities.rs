//! Which policies are kept, by severity.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::measure::{Measure, Value};
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "policy_severities",
    title: "Policies by severity",
    description: "The policies and checks that are kept, by how bad a breach is.",
    datasets: &[DatasetId::Policies],
    metrics: &["policy_count"],
    plan: |input| vec![BREAKDOWN.all(input)],
    build: |measured| BREAKDOWN.build_all(measured, "There are no policies yet."),
    newest: |_| Vec::new(),
};

const BREAKDOWN: Breakdown = Breakdown {
    id: "policy_severities",
    title: "Policies by severity",
    dataset: DatasetId::Policies,
    key: ("severity", "Severity", ColumnKind::Severity),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("policies", "Policies", |_| Measure::count()),
        BreakdownFigure::count("providers", "Providers", |_| Measure::count_distinct(Value::column("provider"))),
        BreakdownFigure::count("services", "Services", |_| Measure::count_distinct(Value::column("service"))),
    ],
};
