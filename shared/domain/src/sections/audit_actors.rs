//! Which actors the audit log has most entries of.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::document::ColumnKind;
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, MeasureOp, Value};
use crate::query::Population;
use crate::section::Section;

/// The section.
pub static SECTION: Section = Section {
    id: "audit_actors",
    title: "Actors",
    description: "The actors with the most audit entries, and how many of these did not end in success.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |input| vec![BREAKDOWN.top(input, LIMIT)],
    build: |measured| BREAKDOWN.build_top(measured, "No actor is recorded for the audit entries of this period."),
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "audit_actors",
    title: "Actors with the most entries",
    dataset: DatasetId::AuditLog,
    key: ("actor", "Actor", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("entries", "Entries", |_| Measure::count()),
        BreakdownFigure::count("not_success", "Not success", |_| Measure::count().filtered(Filter::compare("outcome", Compare::Ne, "success"))),
        BreakdownFigure::count("actions", "Actions", |_| Measure::count_distinct(Value::column("action"))),
        BreakdownFigure::time("last", "Last", |_| Measure::new(MeasureOp::Max(Value::column("created_at")))),
    ],
};
