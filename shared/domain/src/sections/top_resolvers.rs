//! Who resolved the most incidents of the period, and how long those took on average.
//!
//! Only incidents that are resolved are looked at: a source may name who is to resolve what is still open.

use crate::dataset::DatasetId;
use crate::document::{ColumnKind, Unit};
use crate::filter::Filter;
use crate::measure::Measure;
use crate::metrics::{mttr_mean, top_resolvers};
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::section::{Measured, Section, SectionOutput, column, figure, whole};
use crate::top_list::TopList;

/// The section.
pub static SECTION: Section = Section {
    id: "top_resolvers",
    title: "Top resolvers",
    description: "The people who resolved the most incidents, with their mean time to resolve.",
    datasets: &[DatasetId::Incidents],
    metrics: &["top_resolvers", "mttr_mean"],
    plan,
    build,
    newest: |_| Vec::new(),
};

const LIST: TopList = TopList {
    metric: &top_resolvers::METRIC,
    of: "resolved incident",
    noun: "resolver",
    title: "Resolved by",
};
const RESOLVED: &str = "resolved";

fn plan(input: &ReportInput) -> Vec<Query> {
    let mean = mttr_mean::METRIC.named_measure();
    let list = LIST.query(input).measure_of(mean.name, mean.measure, mean.population);
    let count = input.query(DatasetId::Incidents).measure(RESOLVED, Measure::count());
    vec![of_resolved(list), of_resolved(count)]
}

fn of_resolved(query: Query) -> Query {
    let both = query.filter.iter().cloned().chain([Filter::is_present("resolved_at")]).collect();
    query.filtered(Some(Filter::And(both)))
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let [list, count] = [measured.results[0], measured.results[1]];
    let resolved = whole(&figure(count, 0, RESOLVED).value);
    let minutes = ColumnKind::Number(Unit::Minutes);
    let columns = vec![column("mean_minutes_to_resolve", "Mean time to resolve", minutes)];
    LIST.build_with(measured, resolved, columns, |row| {
        vec![figure(list, row, mttr_mean::METRIC.id).value.clone()]
    })
}
