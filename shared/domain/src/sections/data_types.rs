//! Which kinds of data the incidents of the period concern.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::metrics::data_type_share::METRIC;
use crate::query::{OrderBy, Query};
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, count_cell, figure, share_cell, whole};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "data_types",
    title: "Data types",
    description: "Number and share of incidents per kind of data; incidents without one are a row of their own.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total", "data_type_share"],
    plan,
    build,
    newest: |_| Vec::new(),
};

/// Most rows of the table.
const LIMIT: usize = 20;

fn plan(input: &ReportInput) -> Vec<Query> {
    let formula = METRIC.named_measure();
    let query = input.query(METRIC.dataset).by_field("data_type");
    let mut query = query.measure_of(formula.name, formula.measure, formula.population);
    query.order_by = vec![OrderBy { by: METRIC.id.to_owned(), descending: true }];
    query.limit = LIMIT;
    vec![query]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.iter().all(|row| row.keys[0] == Cell::Null) {
        return SectionOutput::empty("No kind of data is recorded for the incidents of this period.");
    }
    let total = measured.total();
    SectionOutput::of(vec![Block::Table(tabulate(result, total))]).covering(METRIC.id, total, 0)
}

fn tabulate(result: &QueryResult, total: u64) -> Table {
    let count = |i| whole(&figure(result, i, METRIC.id).value);
    let rows = result
        .rows
        .iter()
        .enumerate()
        .map(|(i, row)| vec![row.keys[0].clone(), count_cell(count(i)), share_cell(count(i), total)]);
    let without = result.rows.iter().position(|row| row.keys[0] == Cell::Null).map(count);
    Table {
        id: "data_types".to_owned(),
        title: "Incidents by data type".to_owned(),
        columns: vec![
            column("data_type", "Data type", ColumnKind::Text),
            column("incidents", "Incidents", ColumnKind::Number(Unit::Count)),
            column("percent", "Share", ColumnKind::Number(Unit::Percent)),
        ],
        rows: rows.collect(),
        groups: Vec::new(),
        totals: None,
        total_rows: result.total_rows,
        note: without.map(|n| {
            format!(
                "The row without a name is {} without a data type.",
                words::count_of(n, "incident", "incidents")
            )
        }),
    }
}
