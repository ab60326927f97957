//! What each team resolved in the period, whenever it was created.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::RESOLVED_INCIDENTS;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "team_throughput",
    title: "Throughput by team",
    description: "Incidents resolved in the period by each team, with how long they took and how well they held.",
    datasets: &[DatasetId::Incidents],
    metrics: &["sla_compliance"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No team is recorded for the incidents resolved in this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "team_throughput",
    title: "Throughput by team",
    dataset: DatasetId::Incidents,
    key: ("team", "Team", ColumnKind::Text),
    population: Population::Resolved,
    figures: RESOLVED_INCIDENTS,
};
