//! How far checks answer for the requirements of each section of each framework.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::metrics::requirement_coverage::METRIC;
use crate::query::{OrderBy, Query};
use crate::report_input::ReportInput;
use crate::section::{Measured, Section, SectionOutput, column, figure, whole_table};

/// The section.
pub static SECTION: Section = Section {
    id: "section_coverage",
    title: "Sections of frameworks",
    description: "Requirements of each section of each framework, and how many of them checks answer for, the largest first.",
    datasets: &[DatasetId::Requirements],
    metrics: &["requirement_coverage"],
    plan,
    build,
    newest: |_| Vec::new(),
};

const REQUIREMENTS: &str = "requirements";
const AUTOMATED: &str = "automated_count";
/// Most rows of the table.
const ROWS: usize = 100;

/// Requirements that name their section; most frameworks have none.
fn plan(input: &ReportInput) -> Vec<Query> {
    let formula = METRIC.named_measure();
    let named = [Filter::is_present("framework"), Filter::is_present("section")];
    let filter = input.filter().cloned().into_iter().chain(named).collect();
    let query = input.query(DatasetId::Requirements).filtered(Some(Filter::And(filter)));
    let automated = Measure::count().filtered(Filter::compare("automated", Compare::Eq, true));
    let mut query = query
        .by_field("framework")
        .by_field("section")
        .measure(REQUIREMENTS, Measure::count())
        .measure(AUTOMATED, automated)
        .measure_of(formula.name, formula.measure, formula.population);
    query.order_by = vec![OrderBy { by: REQUIREMENTS.to_owned(), descending: true }];
    query.limit = ROWS;
    vec![query]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    let rows = result.rows.iter().enumerate().map(|(i, row)| {
        let value = |name: &str| figure(result, i, name).value.clone();
        let figures = [value(REQUIREMENTS), value(AUTOMATED), METRIC.in_unit(&value(METRIC.id))];
        row.keys.iter().cloned().chain(figures).collect()
    });
    let columns = vec![
        column("framework", "Framework", ColumnKind::Text),
        column("section", "Section", ColumnKind::Text),
        column("requirements", "Requirements", ColumnKind::Number(Unit::Count)),
        column("automated", "Answered by checks", ColumnKind::Number(Unit::Count)),
        column("covered_percent", "Coverage", ColumnKind::Number(Unit::Percent)),
    ];
    let title = "Coverage by section of the framework";
    let table = Table {
        total_rows: result.total_rows,
        ..whole_table("section_coverage", title, columns, rows.collect())
    };
    SectionOutput::of(vec![Block::Table(table)])
        .empty_if(result.rows.is_empty(), "No requirement names a section of its framework.")
}
