//! Work done twice: incidents that were reopened, and incidents that changed hands.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Unit};
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, MeasureOp, Value};
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, count_cell, figure, whole, whole_table};

/// The section.
pub static SECTION: Section = Section {
    id: "rework",
    title: "Reopened and reassigned",
    description: "Incidents reopened at least once, incidents reassigned at least once, and reassignments in all.",
    datasets: &[DatasetId::Incidents],
    metrics: &["reopened", "reopen_rate"],
    plan,
    build,
    newest: |_| Vec::new(),
};

const REASSIGNED: &str = "reassigned";
const REASSIGNMENTS: &str = "reassignments";
const COUNTED: &str = "counted";

fn plan(input: &ReportInput) -> Vec<Query> {
    let column = "reassignment_count";
    let sum = Measure::new(MeasureOp::Sum(Value::column(column)));
    let counts = Filter::Or(vec![Filter::is_present(column), Filter::is_present("reopen_count")]);
    let query = input
        .query(DatasetId::Incidents)
        .measure(REASSIGNED, Measure::count().filtered(Filter::compare(column, Compare::Gt, 0)))
        .measure(REASSIGNMENTS, sum)
        .measure(COUNTED, Measure::count().filtered(counts));
    vec![query]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    let number = ColumnKind::Number(Unit::Count);
    let columns = vec![
        column("reopened", "Reopened", number),
        column("reopened_percent", "Share reopened", ColumnKind::Number(Unit::Percent)),
        column("reassigned", "Reassigned", number),
        column("reassignments", "Reassignments", number),
    ];
    let row = vec![
        measured.value("reopened").clone(),
        measured.value("reopen_rate").clone(),
        figure(result, 0, REASSIGNED).value.clone(),
        whole_number(&figure(result, 0, REASSIGNMENTS).value),
    ];
    let counted = whole(&figure(result, 0, COUNTED).value);
    let table = whole_table("rework", "Reopened and reassigned incidents", columns, vec![row]);
    SectionOutput::of(vec![Block::Table(table)]).empty_if(
        counted == 0,
        "It is not recorded how often the incidents of this period were reopened or reassigned.",
    )
}

/// A sum of whole numbers as a whole number, whichever way it was added up.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a sum of counts is 0 and up, far below 2^53"
)]
fn whole_number(sum: &Cell) -> Cell {
    sum.as_f64().map_or(Cell::Null, |n| count_cell(n as u64))
}
