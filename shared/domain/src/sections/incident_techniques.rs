//! Which ATT&CK techniques the incidents of the period carry.

use crate::attack::{CatalogueId, catalogue};
use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::filter::{Compare, Filter};
use crate::measure::Measure;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, figure, whole_table};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "incident_techniques",
    title: "Techniques",
    description: "The ATT&CK techniques that most incidents of the period carry, with how many of these are critical.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total"],
    plan: |input| {
        let critical = Measure::count().filtered(Filter::compare("severity", Compare::Eq, "critical"));
        let query = input.query(DatasetId::Incidents).by_field("techniques");
        vec![query.measure(INCIDENTS, Measure::count()).measure(CRITICAL, critical).top(INCIDENTS, ROWS)]
    },
    build,
    newest: |_| Vec::new(),
};

const INCIDENTS: &str = "incidents";
const CRITICAL: &str = "critical";
/// Most rows of the table.
const ROWS: usize = 20;

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    if result.rows.is_empty() {
        return SectionOutput::empty("No technique is recorded for the incidents of this period.");
    }
    let catalogue = catalogue(CatalogueId::Attack18_1);
    let rows = result.rows.iter().enumerate().map(|(i, row)| {
        let known = row.keys[0].as_str().and_then(|id| catalogue.find_technique(id));
        let name = known.map_or(Cell::Null, |at| Cell::Text(catalogue.techniques()[at].name.to_owned()));
        let value = |name: &str| figure(result, i, name).value.clone();
        vec![row.keys[0].clone(), name, value(INCIDENTS), value(CRITICAL)]
    });
    let columns = vec![
        column("technique", "Technique", ColumnKind::Text),
        column("name", "Name", ColumnKind::Text),
        column("incidents", "Incidents", ColumnKind::Number(Unit::Count)),
        column("critical", "Critical", ColumnKind::Number(Unit::Count)),
    ];
    let note = (result.unassigned > 0).then(|| {
        let left_out = words::count_of(result.unassigned, "incident", "incidents");
        format!("Without technique, and therefore not listed: {left_out}.")
    });
    let title = "Techniques that most incidents carry";
    SectionOutput::of(vec![Block::Table(Table {
        total_rows: result.total_rows,
        note,
        ..whole_table("incident_techniques", title, columns, rows.collect())
    })])
}
