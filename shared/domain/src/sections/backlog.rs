//! How many incidents were open at the end of each bucket, whenever they were created.

use jiff::Timestamp;

use crate::dataset::DatasetId;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Series, SeriesRole, Table, Unit};
use crate::measure::Measure;
use crate::query::{Population, Query};
use crate::report_input::ReportInput;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, count_cell, whole, whole_table};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "backlog",
    title: "Backlog",
    description: "Incidents open at the end of each day, week or month: created before it and not resolved before it.",
    datasets: &[DatasetId::Incidents],
    metrics: &["backlog_end"],
    plan,
    build,
    newest: |_| Vec::new(),
};

/// One measure per bucket, in as many queries as their limit asks for.
fn plan(input: &ReportInput) -> Vec<Query> {
    input.bucket_ends().chunks(Query::MAX_MEASURES).map(|ends| measure_open(input, ends)).collect()
}

fn measure_open(input: &ReportInput, ends: &[Timestamp]) -> Query {
    ends.iter().fold(input.query(DatasetId::Incidents), |query, end| {
        query.measure_of(format!("open_at_{end}"), Measure::count(), Population::OpenAt(*end))
    })
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let figures = measured.results.iter().flat_map(|result| &result.rows[0].figures);
    let open: Vec<u64> = figures.map(|figure| whole(&figure.value)).collect();
    let none_open = open.iter().all(|n| *n == 0);
    let mut blocks = Vec::new();
    if open.len() > 1 {
        blocks.push(Block::Chart(draw(measured.input, &open)));
    }
    blocks.push(Block::Table(tabulate(measured.input, &open)));
    let noun = words::bucket_noun(measured.input.bucket());
    SectionOutput::of(blocks).empty_if(none_open, format!("No incidents were open at the end of any {noun}."))
}

fn tabulate(input: &ReportInput, open: &[u64]) -> Table {
    let bucket = input.bucket();
    let columns = vec![
        column("bucket", words::bucket_title(bucket), ColumnKind::Bucket(bucket)),
        column("as_of", "Counted at", ColumnKind::Time),
        column("open", "Open", ColumnKind::Number(Unit::Count)),
    ];
    let starts = input.buckets().iter().zip(input.bucket_ends());
    let rows = starts
        .zip(open)
        .map(|((start, end), open)| vec![Cell::Time(*start), Cell::Time(end), count_cell(*open)])
        .collect();
    let title = format!("Open at the end of each {}", words::bucket_noun(bucket));
    whole_table("backlog", title, columns, rows)
}

fn draw(input: &ReportInput, open: &[u64]) -> Chart {
    let noun = words::bucket_noun(input.bucket());
    Chart {
        title: format!("Open at the end of each {noun}"),
        summary: describe(input, open),
        kind: ChartKind::Area,
        categories: input.bucket_labels(),
        series: vec![Series {
            name: "Open incidents".to_owned(),
            values: open.iter().map(|n| count_cell(*n).as_f64()).collect(),
            role: SeriesRole::Plain,
        }],
        unit: Unit::Count,
    }
}

fn describe(input: &ReportInput, open: &[u64]) -> String {
    let labels = input.bucket_labels();
    let most = (0..open.len()).max_by_key(|i| (open[*i], std::cmp::Reverse(*i))).unwrap_or_default();
    format!(
        "Open incidents at the end of each {}: {} at the end of the first, {} at the end of the last, at most {} ({}).",
        words::bucket_noun(input.bucket()),
        words::count(open[0]),
        words::count(open[open.len() - 1]),
        words::count(open[most]),
        labels[most],
    )
}
