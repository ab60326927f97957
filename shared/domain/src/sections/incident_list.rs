//! The newest incidents of the period, one row each.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, TableColumn};
use crate::listing::{Listing, NewestRows};
use crate::report_input::ReportInput;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column};
use crate::severity;

/// The section.
pub static SECTION: Section = Section {
    id: "incident_list",
    title: "Incidents",
    description: "The newest incidents of the period, one row each, and how many there are in all.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total"],
    plan: |_| Vec::new(),
    build,
    newest: |input| vec![newest(input)],
};

/// Most rows.
const ROWS: usize = 100;
const COLUMNS: [&str; 7] = ["created_at", "severity", "id", "title", "status", "team", "resolved_at"];

fn newest(input: &ReportInput) -> NewestRows {
    let listing = Listing::new(DatasetId::Incidents, Some(input.window()))
        .filtered(input.filter().cloned())
        .columns(&COLUMNS);
    NewestRows { listing, limit: ROWS }
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let listed = measured.listed[0];
    let named = |row: &Vec<Cell>| {
        let name = |(name, cell): (&String, &Cell)| match cell {
            Cell::Null if name == "severity" => Cell::Text(severity::UNRATED.to_owned()),
            cell => cell.clone(),
        };
        listed.columns.iter().zip(row).map(name).collect()
    };
    let table = Table {
        id: "incidents".to_owned(),
        title: "Newest incidents first".to_owned(),
        columns: listed.columns.iter().map(|name| column_of(name)).collect(),
        rows: listed.rows.iter().map(named).collect(),
        groups: Vec::new(),
        totals: None,
        total_rows: listed.total_rows,
        note: None,
    };
    SectionOutput::of(vec![Block::Table(table)])
        .tally("in the list", listed.total_rows)
        .empty_if(listed.total_rows == 0, "No incidents were created in this period.")
}

fn column_of(name: &str) -> TableColumn {
    let (title, kind) = match name {
        "created_at" => ("Created", ColumnKind::Time),
        "severity" => ("Severity", ColumnKind::Severity),
        "id" => ("Id", ColumnKind::Text),
        "title" => ("Title", ColumnKind::Text),
        "status" => ("Status", ColumnKind::Text),
        "team" => ("Team", ColumnKind::Text),
        _ => ("Resolved", ColumnKind::Time),
    };
    column(name, title, kind)
}
