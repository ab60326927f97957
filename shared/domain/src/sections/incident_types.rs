//! Which kinds of incidents there were, in the source's words.

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
    id: "incident_types",
    title: "Types",
    description: "The kinds of incidents that came most often, with how many are critical and not resolved yet.",
    datasets: &[DatasetId::Incidents],
    metrics: &[],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::Incidents), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "incident_types",
    title: "Types",
    key: ("type", "Type", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("incidents", "Incidents", Measure::count),
        BreakdownFigure::count("critical", "Critical", || Measure::count().filtered(Filter::compare("severity", Compare::Eq, "critical"))),
        BreakdownFigure::count("unresolved", "Not resolved", || Measure::count().filtered(Filter::is_null("resolved_at"))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No type is recorded for the incidents of this period.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Incidents).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
