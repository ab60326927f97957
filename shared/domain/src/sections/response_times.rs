//! How long incidents waited until somebody took them up, and until they were resolved, by severity and in all.
//!
//! Percentiles of a whole cannot be made from percentiles of its parts, so the line for all severities has a query of
//! its own.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::measure::{Measure, Value};
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, count_cell, figure, whole_table};
use crate::{severity, words};

/// The section.
pub static SECTION: Section = Section {
    id: "response_times",
    title: "Response times",
    description: "Mean, median and high percentiles of the times to acknowledge and to resolve, by severity.",
    datasets: &[DatasetId::Incidents],
    metrics: &["mtta_mean", "mtta_median", "mtta_p95", "mttr_mean", "mttr_median", "mttr_p95"],
    plan,
    build,
    newest: |_| Vec::new(),
};

/// What the line for all severities is called.
const ALL: &str = "ALL";

/// A duration that the section tells.
struct Span {
    /// Id of its table, and first part of the names of its figures.
    id: &'static str,
    title: &'static str,
    /// The column that it ends at.
    until: &'static str,
    /// What incidents that are left out lack, or have too early.
    lacks: &'static str,
}

const SPANS: [Span; 2] = [
    Span {
        id: "time_to_acknowledge",
        title: "Time to acknowledge",
        until: "acknowledged_at",
        lacks: "acknowledgement",
    },
    Span { id: "time_to_resolve", title: "Time to resolve", until: "resolved_at", lacks: "resolution" },
];

/// Name and title of a statistic; all but the mean are percentiles of that rank.
const STATISTICS: [(&str, &str, Option<f64>); 4] = [
    ("mean", "Mean", None),
    ("median", "Median", Some(0.5)),
    ("p90", "90th percentile", Some(0.9)),
    ("p95", "95th percentile", Some(0.95)),
];

fn plan(input: &ReportInput) -> Vec<Query> {
    let query = SPANS.iter().fold(input.query(DatasetId::Incidents), measure_span);
    vec![query.clone().by_field("severity"), query]
}

fn measure_span(query: Query, span: &Span) -> Query {
    STATISTICS.iter().fold(query, |query, (name, _, rank)| {
        let of = Value::minutes_between("created_at", span.until);
        let measure = rank.map_or_else(|| Measure::mean(of.clone()), |p| Measure::percentile(p, of.clone()));
        query.measure(figure_name(span, name), measure)
    })
}

fn figure_name(span: &Span, statistic: &str) -> String {
    format!("{}_{statistic}", span.id)
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let tables = SPANS.iter().map(|span| tabulate(span, measured.results[0], measured.results[1]));
    let measurable = SPANS.iter().any(|span| measure_count(span, measured.results[1], 0) > 0);
    SectionOutput::of(tables.map(Block::Table).collect()).empty_if(
        !measurable,
        "No time to acknowledge or to resolve is recorded for the incidents of this period.",
    )
}

fn measure_count(span: &Span, result: &QueryResult, row: usize) -> u64 {
    figure(result, row, &figure_name(span, "mean")).population
}

fn tabulate(span: &Span, by_severity: &QueryResult, all: &QueryResult) -> Table {
    let mut columns = vec![
        column("severity", "Severity", ColumnKind::Severity),
        column("n", "Incidents", ColumnKind::Number(Unit::Count)),
        column("excluded", "Left out", ColumnKind::Number(Unit::Count)),
    ];
    columns.extend(STATISTICS.iter().map(|(name, title, _)| {
        column(&format!("{name}_minutes"), *title, ColumnKind::Number(Unit::Minutes))
    }));
    let mut rows: Vec<_> = list_by_severity(by_severity)
        .map(|(name, row)| make_row(span, name, row.map(|row| (by_severity, row))))
        .collect();
    rows.push(make_row(span, ALL, Some((all, 0))));
    let excluded = figure(all, 0, &figure_name(span, "mean")).excluded;
    Table { note: note(span, excluded), ..whole_table(span.id, span.title, columns, rows) }
}

/// Every severity, worst first, with its row in the result if it has one.
fn list_by_severity(result: &QueryResult) -> impl Iterator<Item = (&'static str, Option<usize>)> {
    severity::list().enumerate().map(|(place, name)| {
        (name, result.rows.iter().position(|row| severity::place(&row.keys[0]) == place))
    })
}

fn make_row(span: &Span, name: &str, row: Option<(&QueryResult, usize)>) -> Vec<Cell> {
    let mean = row.map(|(result, i)| figure(result, i, &figure_name(span, "mean")));
    let mut cells = vec![
        Cell::Text(name.to_owned()),
        count_cell(mean.map_or(0, |figure| figure.population)),
        count_cell(mean.map_or(0, |figure| figure.excluded)),
    ];
    cells.extend(STATISTICS.iter().map(|(statistic, ..)| {
        row.map_or(Cell::Null, |(result, i)| figure(result, i, &figure_name(span, statistic)).value.clone())
    }));
    cells
}

fn note(span: &Span, excluded: u64) -> Option<String> {
    let counted = words::count_of(excluded, "incident is", "incidents are");
    let lacks = span.lacks;
    (excluded > 0).then(|| format!("{counted} left out: no {lacks}, or one before the incident was created."))
}
