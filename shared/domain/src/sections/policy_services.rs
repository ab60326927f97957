//! Which services policies are kept for.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "policy_services",
    title: "Policies by service",
    description: "The services with the most policies and checks.",
    datasets: &[DatasetId::Policies],
    metrics: &["policy_count"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No service is recorded for the policies."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "policy_services",
    title: "Policies by service",
    dataset: DatasetId::Policies,
    key: ("service", "Service", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("policies", "Policies", |_| Measure::count()),
        BreakdownFigure::count("critical", "Critical", |_| Measure::count().filtered(Filter::compare("severity", Compare::Eq, "critical"))),
    ],
};
