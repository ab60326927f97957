//! Which systems reported the incidents.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::INCIDENTS;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "incident_sources",
    title: "Sources",
    description: "The systems that reported the most incidents, with how many are critical and not resolved yet.",
    datasets: &[DatasetId::Incidents],
    metrics: &[],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No source is recorded for the incidents of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "incident_sources",
    title: "Sources",
    dataset: DatasetId::Incidents,
    key: ("source", "Source", ColumnKind::Text),
    population: Population::Created,
    figures: INCIDENTS,
};
