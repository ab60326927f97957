//! Deployed changes by service, with lead time and failures.

use crate::breakdown::Breakdown;
use crate::breakdown_figures::DEPLOYED_CHANGES;
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "change_services",
    title: "By service",
    description: "Changes deployed in the period by service, with their lead time and how many failed.",
    datasets: &[DatasetId::Changes],
    metrics: &["change_fail_rate", "change_lead_time"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No service is recorded for the changes deployed in this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "change_services",
    title: "Deployed changes by service",
    dataset: DatasetId::Changes,
    key: ("service", "Service", ColumnKind::Text),
    population: Population::Resolved,
    figures: DEPLOYED_CHANGES,
};
