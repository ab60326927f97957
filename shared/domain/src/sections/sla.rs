//! How far the service levels were met, by severity and over time.

use crate::dataset::DatasetId;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Table, TableColumn, Unit};
use crate::drawing::series_of;
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metrics::sla_compliance::METRIC;
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, count_cell, figure, whole, whole_table};
use crate::{severity, words};

/// The section.
pub static SECTION: Section = Section {
    id: "sla",
    title: "Service levels",
    description: "Incidents that have a service level, how many met it, and the percentage, by severity and over time.",
    datasets: &[DatasetId::Incidents],
    metrics: &["sla_compliance"],
    plan,
    build,
    newest: |_| Vec::new(),
};

const COUNTED: &str = "sla_counted";
const MET: &str = "sla_met_count";

fn plan(input: &ReportInput) -> Vec<Query> {
    let query = measure_sla(input.query(DatasetId::Incidents));
    vec![query.clone().by_field("severity"), query.by(input.bucket_key(DatasetId::Incidents))]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let counted: u64 = (0..measured.results[0].rows.len()).map(|i| count(measured.results[0], i)).sum();
    let buckets = tabulate_buckets(measured.input, measured.results[1]);
    let blocks = vec![
        Block::Table(tabulate_severities(measured.results[0])),
        Block::Chart(draw(measured.input, &buckets)),
        Block::Table(buckets),
    ];
    SectionOutput::of(blocks).empty_if(counted == 0, "No incident of this period has a service level.")
}

fn tabulate_severities(result: &QueryResult) -> Table {
    let rows = severity::list().enumerate().map(|(place, name)| {
        let row = result.rows.iter().position(|row| severity::place(&row.keys[0]) == place);
        [Cell::Text(name.to_owned())].into_iter().chain(sla_cells(result, row)).collect()
    });
    let columns = sla_columns(column("severity", "Severity", ColumnKind::Severity));
    whole_table("sla_by_severity", "Service levels by severity", columns, rows.collect())
}

fn tabulate_buckets(input: &ReportInput, result: &QueryResult) -> Table {
    let rows = input.buckets().iter().map(|start| {
        let row = result.rows.iter().position(|row| row.keys[0] == Cell::Time(*start));
        [Cell::Time(*start)].into_iter().chain(sla_cells(result, row)).collect()
    });
    let bucket = input.bucket();
    let columns = sla_columns(column("bucket", words::bucket_title(bucket), ColumnKind::Bucket(bucket)));
    let title = format!("Service levels per {}", words::bucket_noun(bucket));
    Table { note: input.cut_note(), ..whole_table("sla_by_bucket", title, columns, rows.collect()) }
}

fn draw(input: &ReportInput, buckets: &Table) -> Chart {
    let shares: Vec<Option<f64>> = buckets.rows.iter().map(|row| row[3].as_f64()).collect();
    let noun = words::bucket_noun(input.bucket());
    Chart {
        title: format!("Share of service levels met per {noun}"),
        summary: format!("Share of incidents that met their service level, per {noun}: {}.", tell_range(&shares)),
        kind: ChartKind::Line,
        categories: input.bucket_labels(),
        series: vec![series_of("Met", shares)],
        unit: Unit::Percent,
    }
}

/// From the least to the most.
fn tell_range(shares: &[Option<f64>]) -> String {
    let among = |pick: fn(f64, f64) -> f64| shares.iter().flatten().copied().reduce(pick);
    match (among(f64::min), among(f64::max)) {
        (Some(least), Some(most)) if least < most => {
            format!("between {} and {}", words::percentage(least), words::percentage(most))
        }
        (Some(only), _) => format!("{} throughout", words::percentage(only)),
        _ => "none has one".to_owned(),
    }
}

fn sla_columns(key: TableColumn) -> Vec<TableColumn> {
    vec![
        key,
        column("n", "With service level", ColumnKind::Number(Unit::Count)),
        column("met", "Met", ColumnKind::Number(Unit::Count)),
        column("met_percent", "Share met", ColumnKind::Number(Unit::Percent)),
    ]
}

/// The query with the figures that [`sla_cells`] reads.
pub(super) fn measure_sla(query: Query) -> Query {
    let formula = METRIC.named_measure();
    query
        .measure(COUNTED, Measure::count().filtered(Filter::is_present("sla_met")))
        .measure(MET, Measure::count().filtered(Filter::compare("sla_met", Compare::Eq, true)))
        .measure_of(formula.name, formula.measure, formula.population)
}

/// Incidents with a service level, those that met it, and the percentage; zeros and no percentage without a row.
pub(super) fn sla_cells(result: &QueryResult, row: Option<usize>) -> [Cell; 3] {
    let Some(row) = row else { return [count_cell(0), count_cell(0), Cell::Null] };
    [
        count_cell(count(result, row)),
        figure(result, row, MET).value.clone(),
        METRIC.in_unit(&figure(result, row, METRIC.id).value),
    ]
}

fn count(result: &QueryResult, row: usize) -> u64 {
    whole(&figure(result, row, COUNTED).value)
}
