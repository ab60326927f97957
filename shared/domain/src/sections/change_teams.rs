//! Deployed changes by team, with lead time and failures.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::DEPLOYED_CHANGES;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "change_teams",
    title: "By team",
    description: "Changes deployed in the period by team, with their lead time and how many failed.",
    datasets: &[DatasetId::Changes],
    metrics: &["change_fail_rate", "change_lead_time"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No team is recorded for the changes deployed in this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "change_teams",
    title: "Deployed changes by team",
    dataset: DatasetId::Changes,
    key: ("team", "Team", ColumnKind::Text),
    population: Population::Resolved,
    figures: DEPLOYED_CHANGES,
};
