//! Incidents created and incidents resolved in each bucket, side by side: whether the work keeps up.

use crate::dataset::DatasetId;
use crate::document::{Block, ChartKind, ColumnKind, Unit};
use crate::drawing::{chart_of_counts, counted};
use crate::measure::Measure;
use crate::query::{GroupKey, Population, Query};
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, count_cell, whole, whole_table};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "created_resolved",
    title: "Created and resolved",
    description: "Incidents created and incidents resolved per day, week or month, and the difference.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total", "resolved"],
    plan,
    build,
    newest: |_| Vec::new(),
};

fn plan(input: &ReportInput) -> Vec<Query> {
    let by = |column: &str, population| {
        let key = GroupKey::Time {
            time: input.bucket(),
            of: column.to_owned(),
            timezone: input.timezone().to_owned(),
        };
        input.query(DatasetId::Incidents).by(key).measure_of("n", Measure::count(), population)
    };
    vec![by("created_at", Population::Created), by("resolved_at", Population::Resolved)]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let input = measured.input;
    let created = count_by_bucket(input, measured.results[0]);
    let resolved = count_by_bucket(input, measured.results[1]);
    let (sum, done): (u64, u64) = (created.iter().sum(), resolved.iter().sum());
    let noun = words::bucket_noun(input.bucket());
    let number = ColumnKind::Number(Unit::Count);
    let columns = vec![
        column("bucket", words::bucket_title(input.bucket()), ColumnKind::Bucket(input.bucket())),
        column("created", "Created", number),
        column("resolved", "Resolved", number),
        column("difference", "Difference", number),
    ];
    let rows = input.buckets().iter().zip(created.iter().zip(&resolved)).map(|(start, (new, done))| {
        let difference = i64::try_from(*new).unwrap_or(i64::MAX) - i64::try_from(*done).unwrap_or(i64::MAX);
        vec![Cell::Time(*start), count_cell(*new), count_cell(*done), Cell::Integer(difference)]
    });
    let title = format!("Incidents created and resolved per {noun}");
    let mut table = whole_table("created_resolved", title.as_str(), columns, rows.collect());
    table.note = input.cut_note();
    let summary = format!(
        "Incidents created and incidents resolved per {noun}: {} created and {} resolved in all.",
        words::count(sum),
        words::count(done),
    );
    let series = vec![counted("Created", created), counted("Resolved", resolved)];
    let chart = chart_of_counts(ChartKind::Bar, title, summary, input.bucket_labels(), series);
    SectionOutput::of(vec![Block::Chart(chart), Block::Table(table)])
        .tally("created over time", sum)
        .empty_if(sum + done == 0, "No incidents were created or resolved in this period.")
}

fn count_by_bucket(input: &ReportInput, result: &QueryResult) -> Vec<u64> {
    let mut counts = vec![0; input.buckets().len()];
    for row in &result.rows {
        let Cell::Time(start) = row.keys[0] else { continue };
        if let Ok(bucket) = input.buckets().binary_search(&start) {
            counts[bucket] += whole(&row.figures[0].value);
        }
    }
    counts
}
