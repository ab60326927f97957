//! Which users are concerned by the most incidents of the period.

use crate::dataset::DatasetId;
use crate::metrics::top_users;
use crate::section::Section;
use crate::top_list::TopList;

/// The section.
pub static SECTION: Section = Section {
    id: "top_users",
    title: "Top users",
    description: "The users concerned by the most incidents.",
    datasets: &[DatasetId::Incidents],
    metrics: &["top_users"],
    plan: |input| vec![LIST.query(input)],
    build: |measured| LIST.build(measured),
    newest: |_| Vec::new(),
};

const LIST: TopList = TopList { metric: &top_users::METRIC, of: "incident", noun: "user", title: "User" };
