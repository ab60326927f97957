//! Which addresses the audit log has most entries of.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind};
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, MeasureOp, Value};
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "audit_addresses",
    title: "Addresses",
    description: "The addresses with the most audit entries, and how many of these did not end in success.",
    datasets: &[DatasetId::AuditLog],
    metrics: &["audit_entries"],
    plan: |input| vec![BREAKDOWN.top(input.query(DatasetId::AuditLog), LIMIT)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows.
const LIMIT: usize = 20;

const BREAKDOWN: Breakdown = Breakdown {
    id: "audit_addresses",
    title: "Addresses with the most entries",
    key: ("ip_address", "Address", ColumnKind::Text),
    population: Population::Created,
    figures: &[
        BreakdownFigure::count("entries", "Entries", Measure::count),
        BreakdownFigure::count("not_success", "Not success", || Measure::count().filtered(Filter::compare("outcome", Compare::Ne, "success"))),
        BreakdownFigure::count("actors", "Actors", || Measure::count_distinct(Value::column("actor"))),
        BreakdownFigure::time("last", "Last", || Measure::new(MeasureOp::Max(Value::column("created_at")))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No address is recorded for the audit entries of this period.");
    }
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::AuditLog).noun);
    SectionOutput::of(vec![Block::Table(table)])
}
