//! How the actions of the audit log ended.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind};
use crate::measure::{Measure, MeasureOp, Value};
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "audit_outcomes",
    title: "Outcomes",
    description: "Audit entries by how the action ended, in the source's words.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |input| vec![BREAKDOWN.all(input.query(DatasetId::AuditLog))],
    build,
    newest: |_| Vec::new(),
};

const BREAKDOWN: Breakdown = Breakdown {
    id: "audit_outcomes",
    title: "Outcomes",
    key: ("outcome", "Outcome", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("entries", "Entries", Measure::count),
        BreakdownFigure::count("actors", "Actors", || Measure::count_distinct(Value::column("actor"))),
        BreakdownFigure::count("actions", "Actions", || Measure::count_distinct(Value::column("action"))),
        BreakdownFigure::time("last", "Last", || Measure::new(MeasureOp::Max(Value::column("created_at")))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::AuditLog).noun);
    let nothing = table.rows.is_empty();
    SectionOutput::of(vec![Block::Table(table)]).empty_if(nothing, "There are no audit entries in this period.")
}
