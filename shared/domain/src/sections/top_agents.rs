//! Which agents are concerned by the most incidents of the period.

use crate::dataset::DatasetId;
use crate::metrics::top_agents;
use crate::section::Section;
use crate::top_list::TopList;

/// The section.
pub static SECTION: Section = Section {
    id: "top_agents",
    title: "Top agents",
    description: "The endpoints and AI agents concerned by the most incidents.",
    datasets: &[DatasetId::Incidents],
    metrics: &["top_agents"],
    plan: |input| vec![LIST.query(input)],
    build: |measured| LIST.build(measured),
    newest: |_| Vec::new(),
};

const LIST: TopList = TopList { metric: &top_agents::METRIC, of: "incident", noun: "agent", title: "Agent" };
