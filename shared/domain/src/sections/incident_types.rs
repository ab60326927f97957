//! Which kinds of incidents there were, in the source's words.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::INCIDENTS;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "incident_types",
    title: "Types",
    description: "The kinds of incidents that came most often, with how many are critical and not resolved yet.",
    datasets: &[DatasetId::Incidents],
    metrics: &[],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No type is recorded for the incidents of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "incident_types",
    title: "Types",
    dataset: DatasetId::Incidents,
    key: ("type", "Type", ColumnKind::Text),
    population: Population::Created,
    figures: INCIDENTS,
};
