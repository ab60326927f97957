//! How far the service levels were met, by category.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metrics::sla_compliance;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "sla_by_category",
    title: "Service levels by category",
    description: "Service levels of the categories with the most incidents.",
    datasets: &[DatasetId::Incidents],
    metrics: &["sla_compliance"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No category is recorded for the incidents of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "sla_by_category",
    title: "Service levels by category",
    dataset: DatasetId::Incidents,
    key: ("category", "Category", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("incidents", "Incidents", |_| Measure::count()),
        BreakdownFigure::count("with_sla", "With service level", |_| Measure::count().filtered(Filter::is_present("sla_met"))),
        BreakdownFigure::count("met", "Met", |_| Measure::count().filtered(Filter::compare("sla_met", Compare::Eq, true))),
        BreakdownFigure::percent("met_percent", "Share met", |settings| (sla_compliance::METRIC.measure)(settings)),
    ],
};
