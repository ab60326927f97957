//! Which categories have the most incidents of the period.

use crate::dataset::DatasetId;
use crate::metrics::top_categories;
use crate::section::Section;
use crate::top_list::TopList;

/// The section.
pub static SECTION: Section = Section {
    id: "top_categories",
    title: "Top categories",
    description: "The categories with the most incidents.",
    datasets: &[DatasetId::Incidents],
    metrics: &["top_categories"],
    plan: |input| vec![LIST.query(input)],
    build: |measured| LIST.build(measured),
    newest: |_| Vec::new(),
};

const LIST: TopList =
    TopList { metric: &top_categories::METRIC, of: "incident", noun: "category", title: "Category" };
