//! Techniques that incidents of the period carry and that no active rule looks for.

use std::collections::BTreeMap;

use crate::attack::{CatalogueId, catalogue};
use crate::attack::coverage::CoverageReport;
use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::measure::Measure;
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, count_cell, figure, whole, whole_table};
use crate::sections::tactic_coverage::count_ids;

/// The section.
pub static SECTION: Section = Section {
    id: "uncovered_techniques",
    title: "Seen and not covered",
    description: "Techniques that incidents of the period carry and that no active rule looks for, with the rules that are switched off.",
    datasets: &[DatasetId::Detections, DatasetId::Incidents],
    metrics: &["technique_coverage"],
    plan,
    build,
    newest: |_| Vec::new(),
};

/// Most rows of the table.
const ROWS: usize = 50;
const INCIDENTS: &str = "incidents";

fn plan(input: &ReportInput) -> Vec<Query> {
    let seen = input.query(DatasetId::Incidents).by_field("techniques").measure(INCIDENTS, Measure::count());
    vec![count_ids(input), seen.top(INCIDENTS, Query::MAX_ROWS)]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let [rules, seen] = [measured.results[0], measured.results[1]];
    if seen.rows.is_empty() {
        return SectionOutput::empty("No incident of this period carries a technique.");
    }
    let rows: Vec<_> = list_gaps(rules, seen);
    let nothing = rows.is_empty();
    let total_rows = rows.len() as u64;
    let table = Table { total_rows, ..tabulate(rows.into_iter().take(ROWS).collect()) };
    SectionOutput::of(vec![Block::Table(table)])
        .empty_if(nothing, "Active rules look for every technique that incidents of this period carry.")
}

/// Technique ids that no active rule carries, most incidents first.
fn list_gaps(rules: &QueryResult, seen: &QueryResult) -> Vec<Vec<Cell>> {
    let standing: BTreeMap<&str, (u64, u64)> = (0..rules.rows.len())
        .filter_map(|i| {
            let count = |name| whole(&figure(rules, i, name).value);
            let id = rules.rows[i].keys[0].as_str()?;
            Some((id, (count(CoverageReport::COUNTING), count(CoverageReport::RECORDS))))
        })
        .collect();
    let catalogue = catalogue(CatalogueId::Attack18_1);
    let gap = |i: usize| {
        let id = seen.rows[i].keys[0].as_str()?;
        let (active, all) = standing.get(id).copied().unwrap_or_default();
        if active > 0 {
            return None;
        }
        let known = catalogue.find_technique(id).map(|at| catalogue.techniques()[at].name);
        Some(vec![
            Cell::Text(id.to_owned()),
            known.map_or(Cell::Null, |name| Cell::Text(name.to_owned())),
            figure(seen, i, INCIDENTS).value.clone(),
            count_cell(all),
        ])
    };
    (0..seen.rows.len()).filter_map(gap).collect()
}

fn tabulate(rows: Vec<Vec<Cell>>) -> Table {
    let columns = vec![
        column("technique", "Technique", ColumnKind::Text),
        column("name", "Name", ColumnKind::Text),
        column("incidents", "Incidents", ColumnKind::Number(Unit::Count)),
        column("inactive_rules", "Inactive rules", ColumnKind::Number(Unit::Count)),
    ];
    let note = "An id without a name is not in ATT&CK 18.1. Inactive rules would cover the technique if they were mended.";
    Table {
        note: Some(note.to_owned()),
        ..whole_table("uncovered_techniques", "Techniques of incidents without an active rule", columns, rows)
    }
}
