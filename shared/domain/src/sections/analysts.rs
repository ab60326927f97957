//! What each analyst resolved in the period, whenever it was created.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::RESOLVED_INCIDENTS;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "analysts",
    title: "Throughput by analyst",
    description: "Incidents resolved in the period by each person, with how long they took and how well they held.",
    datasets: &[DatasetId::Incidents],
    metrics: &["analyst_throughput", "sla_compliance"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No resolver is recorded for the incidents resolved in this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 50;

const BREAKDOWN: Breakdown = Breakdown {
    id: "analysts",
    title: "Throughput by analyst",
    dataset: DatasetId::Incidents,
    key: ("resolved_by", "Analyst", ColumnKind::Text),
    population: Population::Resolved,
    figures: RESOLVED_INCIDENTS,
};
