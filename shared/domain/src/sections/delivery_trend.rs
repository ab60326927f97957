//! The keys of software delivery in each bucket of the period.

use crate::dataset::DatasetId;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Unit};
use crate::drawing::series_of;
use crate::metrics::{change_fail_rate, change_lead_time, changes_deployed, recovery_time};
use crate::query::{GroupKey, Query};
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, count_cell, whole, whole_table};
use crate::metric::Metric;
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "delivery_trend",
    title: "Delivery over time",
    description: "Deployed changes, lead time, fail rate and recovery time per day, week or month.",
    datasets: &[DatasetId::Changes],
    metrics: &["changes_deployed", "change_lead_time", "change_fail_rate", "recovery_time"],
    plan,
    build,
    newest: |_| Vec::new(),
};

static FIGURES: [&Metric; 4] =
    [&changes_deployed::METRIC, &change_lead_time::METRIC, &change_fail_rate::METRIC, &recovery_time::METRIC];

fn plan(input: &ReportInput) -> Vec<Query> {
    let key = GroupKey::Time {
        time: input.bucket(),
        of: "deployed_at".to_owned(),
        timezone: input.timezone().to_owned(),
    };
    let mut query = input.query(DatasetId::Changes).by(key);
    query.measures.extend(FIGURES.iter().map(|metric| metric.named_measure()));
    vec![query]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let (input, result) = (measured.input, measured.results[0]);
    let rows: Vec<Vec<Cell>> = input.buckets().iter().map(|start| row_of(result, Cell::Time(*start))).collect();
    let deployed: u64 = rows.iter().map(|row| whole(&row[1])).sum();
    let noun = words::bucket_noun(input.bucket());
    let mut columns =
        vec![column("bucket", words::bucket_title(input.bucket()), ColumnKind::Bucket(input.bucket()))];
    columns.extend(FIGURES.iter().map(|metric| column(metric.id, metric.title, ColumnKind::Number(metric.unit))));
    let chart = Chart {
        title: format!("Median lead time per {noun}"),
        summary: format!(
            "Median time from the beginning of a change to its deployment, per {noun}, of {}.",
            words::count_of(deployed, "deployed change", "deployed changes")
        ),
        kind: ChartKind::Line,
        categories: input.bucket_labels(),
        series: vec![series_of("Median lead time", rows.iter().map(|row| row[2].as_f64()).collect())],
        unit: Unit::Minutes,
    };
    let mut table = whole_table("delivery_trend", format!("Delivery per {noun}"), columns, rows);
    table.note = input.cut_note();
    SectionOutput::of(vec![Block::Chart(chart), Block::Table(table)])
        .empty_if(deployed == 0, "No changes were deployed in this period.")
}

/// The figures of a bucket: none deployed, and nothing to compute from, where the result has no row.
fn row_of(result: &QueryResult, start: Cell) -> Vec<Cell> {
    let row = result.rows.iter().find(|row| row.keys[0] == start);
    let figures = FIGURES.iter().enumerate().map(|(i, metric)| match row {
        Some(row) => metric.in_unit(&row.figures[i].value),
        None if i == 0 => count_cell(0),
        None => Cell::Null,
    });
    let figures: Vec<Cell> = figures.collect();
    [start].into_iter().chain(figures).collect()
}
