//! How many incidents were created in each bucket of the period, by severity.

use crate::dataset::DatasetId;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Series, SeriesRole, Table, Unit};
use crate::measure::Measure;
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, count_cell, figure, whole, whole_table};
use crate::{severity, words};

/// The section.
pub static SECTION: Section = Section {
    id: "volume_trend",
    title: "Incidents over time",
    description: "Incidents created per day, week or month, by severity; every bucket is there, empty ones as 0.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total"],
    plan,
    build,
    newest: |_| Vec::new(),
};

const FIGURE: &str = "incidents";

fn plan(input: &ReportInput) -> Vec<Query> {
    let query = input.query(DatasetId::Incidents).by(input.bucket_key(DatasetId::Incidents));
    vec![query.by_field("severity").measure(FIGURE, Measure::count())]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let counts = count_by_bucket(measured.input, measured.results[0]);
    let sum = counts.iter().flatten().sum();
    let blocks =
        vec![Block::Chart(draw(measured.input, &counts)), Block::Table(tabulate(measured.input, &counts))];
    SectionOutput::of(blocks)
        .tally("over time", sum)
        .empty_if(measured.total() == 0, "No incidents were created in this period.")
}

/// One row per bucket, one count per severity. A key that is no bucket of the report is left out; the gate sees it.
fn count_by_bucket(input: &ReportInput, result: &QueryResult) -> Vec<[u64; severity::COUNT]> {
    let mut counts = vec![[0; severity::COUNT]; input.buckets().len()];
    for (i, row) in result.rows.iter().enumerate() {
        let Cell::Time(start) = row.keys[0] else { continue };
        if let Ok(bucket) = input.buckets().binary_search(&start) {
            counts[bucket][severity::place(&row.keys[1])] += whole(&figure(result, i, FIGURE).value);
        }
    }
    counts
}

fn tabulate(input: &ReportInput, counts: &[[u64; severity::COUNT]]) -> Table {
    let number = ColumnKind::Number(Unit::Count);
    let mut columns =
        vec![column("bucket", words::bucket_title(input.bucket()), ColumnKind::Bucket(input.bucket()))];
    columns.extend(severity::list().map(|name| column(name, severity::title(name), number)));
    columns.push(column("total", "Total", number));
    let rows = input.buckets().iter().zip(counts).map(|(start, counts)| {
        let figures = counts.iter().copied().chain([counts.iter().sum()]).map(count_cell);
        [Cell::Time(*start)].into_iter().chain(figures).collect()
    });
    let title = format!("Incidents per {} and severity", words::bucket_noun(input.bucket()));
    Table { note: input.cut_note(), ..whole_table("volume_trend", title, columns, rows.collect()) }
}

/// Severities that never occur have no series: the table beside the chart has their zeros.
fn draw(input: &ReportInput, counts: &[[u64; severity::COUNT]]) -> Chart {
    let series =
        severity::list().enumerate().filter(|(i, _)| counts.iter().any(|c| c[*i] > 0)).map(|(i, name)| {
            Series {
                name: severity::title(name),
                values: counts.iter().map(|c| count_cell(c[i]).as_f64()).collect(),
                role: SeriesRole::Severity(name.to_owned()),
            }
        });
    Chart {
        title: format!("Incidents per {}", words::bucket_noun(input.bucket())),
        summary: describe(input, counts),
        kind: ChartKind::StackedBar,
        categories: input.bucket_labels(),
        series: series.collect(),
        unit: Unit::Count,
    }
}

fn describe(input: &ReportInput, counts: &[[u64; severity::COUNT]]) -> String {
    let noun = words::bucket_noun(input.bucket());
    let labels = input.bucket_labels();
    let sums: Vec<u64> = counts.iter().map(|c| c.iter().sum()).collect();
    let most = (0..sums.len()).max_by_key(|i| (sums[*i], std::cmp::Reverse(*i)));
    let least = (0..sums.len()).min_by_key(|i| (sums[*i], *i));
    match (most, least) {
        (Some(most), Some(least)) if sums.len() > 1 => format!(
            "Incidents per {noun}, stacked by severity: the highest number is {} ({}), the lowest {} ({}).",
            words::count(sums[most]),
            labels[most],
            words::count(sums[least]),
            labels[least],
        ),
        _ => format!(
            "Incidents of one {noun}, stacked by severity: {} in all.",
            words::count(sums.iter().sum())
        ),
    }
}
