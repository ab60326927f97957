//! How the actions of the audit log ended.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::measure::{Measure, MeasureOp, Value};
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "audit_outcomes",
    title: "Outcomes",
    description: "Audit entries by how the action ended, in the source's words.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |input| vec![BREAKDOWN.all(input)],
    build: |measured| BREAKDOWN.build_all(measured, "There are no audit entries in this period."),
    newest: |_| Vec::new(),
};

const BREAKDOWN: Breakdown = Breakdown {
    id: "audit_outcomes",
    title: "Outcomes",
    dataset: DatasetId::AuditLog,
    key: ("outcome", "Outcome", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("entries", "Entries", |_| Measure::count()),
        BreakdownFigure::count("actors", "Actors", |_| Measure::count_distinct(Value::column("actor"))),
        BreakdownFigure::count("actions", "Actions", |_| Measure::count_distinct(Value::column("action"))),
        BreakdownFigure::time("last", "Last", |_| Measure::new(MeasureOp::Max(Value::column("created_at")))),
    ],
};
