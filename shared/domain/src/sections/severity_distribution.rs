//! How the incidents of the period are spread over the severities, unrated ones included.

use crate::dataset::DatasetId;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Series, SeriesRole, Table, Unit};
use crate::metrics::by_severity::METRIC;
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{
    Measured, Section, SectionOutput, column, count_cell, figure, share_cell, whole, whole_table,
};
use crate::{severity, words};

/// The section.
pub static SECTION: Section = Section {
    id: "severity_distribution",
    title: "Severity",
    description: "Number and share of incidents per severity; incidents without one are unrated.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total", "by_severity"],
    plan,
    build,
    newest: |_| Vec::new(),
};

fn plan(input: &ReportInput) -> Vec<Query> {
    let formula = METRIC.named_measure();
    let query = input.query(METRIC.dataset).by_field("severity");
    vec![query.measure_of(formula.name, formula.measure, formula.population)]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let counts = count_by_severity(measured.results[0]);
    let sum = counts.iter().sum();
    SectionOutput::of(vec![Block::Chart(draw(&counts)), Block::Table(tabulate(&counts))])
        .tally("by severity", sum)
        .covering(METRIC.id, sum, 0)
        .empty_if(measured.total() == 0, "No incidents were created in this period.")
}

fn count_by_severity(result: &QueryResult) -> [u64; severity::COUNT] {
    let mut counts = [0; severity::COUNT];
    for (i, row) in result.rows.iter().enumerate() {
        counts[severity::place(&row.keys[0])] += whole(&figure(result, i, METRIC.id).value);
    }
    counts
}

fn tabulate(counts: &[u64; severity::COUNT]) -> Table {
    let columns = vec![
        column("severity", "Severity", ColumnKind::Severity),
        column("incidents", "Incidents", ColumnKind::Number(Unit::Count)),
        column("percent", "Share", ColumnKind::Number(Unit::Percent)),
    ];
    let total: u64 = counts.iter().sum();
    let rows = severity::list().zip(counts).map(|(name, count)| {
        vec![Cell::Text(name.to_owned()), count_cell(*count), share_cell(*count, total)]
    });
    let unrated = counts[severity::COUNT - 1];
    let note = match unrated {
        0 => None,
        1 => Some("1 incident has no severity and is listed as unrated.".to_owned()),
        n => Some(format!("{} incidents have no severity and are listed as unrated.", words::count(n))),
    };
    Table { note, ..whole_table("severity_distribution", "Incidents by severity", columns, rows.collect()) }
}

fn draw(counts: &[u64; severity::COUNT]) -> Chart {
    let present = || severity::list().zip(counts).filter(|(_, count)| **count > 0);
    let told: Vec<_> = present().map(|(name, count)| format!("{name} {}", words::count(*count))).collect();
    Chart {
        title: "Incidents by severity".to_owned(),
        summary: format!("Number of incidents per severity: {}.", told.join(", ")),
        kind: ChartKind::Donut,
        categories: present().map(|(name, _)| severity::title(name)).collect(),
        series: vec![Series {
            name: "Incidents".to_owned(),
            values: present().map(|(_, count)| count_cell(*count).as_f64()).collect(),
            role: SeriesRole::Plain,
        }],
        unit: Unit::Count,
    }
}
