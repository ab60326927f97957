//! How many incidents were created in each bucket, in all or by severity, type or policy.
//!
//! The chart has every bucket; the table the newest of each series, since hours of a quarter would fill a book.

use crate::analytics::{Analysis, AnalyticsInput, Interval, TrendSeries, Trends, TrendsAnswer};
use crate::dataset::DatasetId;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Series, SeriesRole, Table, Unit};
use crate::query::TimeBucket;
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, count_cell};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "trends",
    title: "Trends",
    description: "Incidents created per bucket, in all or by severity, type or policy; empty buckets count as 0.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total"],
    plan: |input| question(input).queries(),
    build,
    newest: |_| Vec::new(),
};

/// Most rows of one series in the table.
const ROWS: usize = 50;
/// Most series that one chart can tell apart.
const LINES: usize = 6;

fn question(input: &ReportInput) -> Trends {
    let interval = input.options().interval.unwrap_or(match input.bucket() {
        TimeBucket::Hour => Interval::Hour,
        TimeBucket::Day => Interval::Day,
        TimeBucket::Week => Interval::Week,
        TimeBucket::Month | TimeBucket::Quarter | TimeBucket::Year => Interval::Month,
    });
    Trends { input: AnalyticsInput::of_report(input), interval, group_by: input.options().group_by }
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let question = question(measured.input);
    let results: Vec<QueryResult> = measured.results.iter().map(|r| (*r).clone()).collect();
    let answer = match question.answer(&results) {
        Ok(answer) => answer,
        Err(refused) => return SectionOutput::empty(format!("There is no trend to show: {refused}.")),
    };
    let mut blocks = Vec::new();
    if !answer.series.is_empty() {
        blocks.push(Block::Chart(draw(&answer, &question)));
    }
    blocks.push(Block::Table(tabulate(&answer)));
    SectionOutput::of(blocks)
        .tally("over time", answer.total_incidents)
        .empty_if(answer.total_incidents == 0, "No incidents were created in this period.")
}

fn tabulate(answer: &TrendsAnswer) -> Table {
    let bucket = answer.interval.bucket();
    let rows = answer.series.iter().flat_map(|series| {
        let newest = series.points.len().saturating_sub(ROWS);
        let row = |point: &crate::analytics::TrendPoint| {
            vec![Cell::Time(point.timestamp), Cell::Text(series.key.clone()), count_cell(point.count)]
        };
        series.points[newest..].iter().map(row)
    });
    let total_rows: usize = answer.series.iter().map(|series| series.points.len()).sum();
    Table {
        id: "trends".to_owned(),
        title: format!("Incidents per {}", words::bucket_noun(bucket)),
        columns: vec![
            column("timestamp", words::bucket_title(bucket), ColumnKind::Bucket(bucket)),
            column("series", "Series", ColumnKind::Text),
            column("count", "Incidents", ColumnKind::Number(Unit::Count)),
        ],
        rows: rows.collect(),
        groups: Vec::new(),
        totals: None,
        total_rows: total_rows as u64,
        note: answer.series.iter().any(|series| series.points.len() > ROWS).then(|| {
            format!("Of each series the newest {ROWS} {}s are listed.", words::bucket_noun(bucket))
        }),
    }
}

fn total_of(series: &TrendSeries) -> u64 {
    series.points.iter().map(|point| point.count).sum()
}

fn draw(answer: &TrendsAnswer, question: &Trends) -> Chart {
    let bucket = answer.interval.bucket();
    // The largest series, in the order of the answer.
    let mut sizes: Vec<u64> = answer.series.iter().map(total_of).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    let least = sizes.get(LINES - 1).copied().unwrap_or(0);
    let drawn: Vec<&TrendSeries> =
        answer.series.iter().filter(|series| total_of(series) >= least).take(LINES).collect();
    let by_severity = answer.group_by == Some(crate::analytics::SeriesKey::Severity);
    let role = |key: &str| {
        if by_severity { SeriesRole::Severity(key.to_owned()) } else { SeriesRole::Plain }
    };
    let series = drawn.iter().map(|series| Series {
        name: series.key.clone(),
        values: series.points.iter().map(|point| count_cell(point.count).as_f64()).collect(),
        role: role(&series.key),
    });
    let label = |start| words::bucket_label(start, bucket, question.input.zone());
    Chart {
        title: format!("Incidents per {}", words::bucket_noun(bucket)),
        summary: describe(answer, drawn.len()),
        kind: ChartKind::Line,
        categories: answer.series[0].points.iter().map(|point| label(point.timestamp)).collect(),
        series: series.collect(),
        unit: Unit::Count,
    }
}

fn describe(answer: &TrendsAnswer, drawn: usize) -> String {
    let noun = words::bucket_noun(answer.interval.bucket());
    let total = words::count_of(answer.total_incidents, "incident", "incidents");
    match answer.series.len() {
        1 => format!("Incidents per {noun}: {total} in all."),
        all if all == drawn => format!("Incidents per {noun} in {all} series: {total} in all."),
        all => {
            format!("Incidents per {noun} in the {drawn} largest of {all} series: {total} in all series.")
        }
    }
}
