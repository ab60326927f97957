//! What was done about the incidents of each policy.

use crate::analytics::{Analysis, AnalyticsInput, PolicyViolations, Tabular};
use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, TableColumn, Unit};
use crate::report_input::ReportInput;
use crate::result::QueryResult;
use crate::section::{Measured, Section, SectionOutput, column};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "policy_violations",
    title: "Policy violations",
    description: "Incidents per policy, and how many of them were blocked, allowed, quarantined or alerted.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total", "block_rate"],
    plan: |input| question(input).queries(),
    build,
    newest: |_| Vec::new(),
};

/// Most rows of the table.
const ROWS: usize = 100;

fn question(input: &ReportInput) -> PolicyViolations {
    PolicyViolations { input: AnalyticsInput::of_report(input) }
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let results: Vec<QueryResult> = measured.results.iter().map(|r| (*r).clone()).collect();
    let answer = match question(measured.input).answer(&results) {
        Ok(answer) => answer,
        Err(refused) => return SectionOutput::empty(format!("There is no list to show: {refused}.")),
    };
    if answer.rows.is_empty() {
        return SectionOutput::empty("No policy is recorded for the incidents of this period.");
    }
    let mut table = answer.table();
    let total_rows = table.rows.len() as u64;
    table.rows.truncate(ROWS);
    let left_out = words::count_of(answer.unassigned, "incident", "incidents");
    SectionOutput::of(vec![Block::Table(Table {
        id: "policy_violations".to_owned(),
        title: "Incidents by policy, and what was done about them".to_owned(),
        columns: table.columns.iter().map(|name| column_of(name)).collect(),
        rows: table.rows,
        groups: Vec::new(),
        totals: None,
        total_rows,
        note: (answer.unassigned > 0)
            .then(|| format!("Without a policy, and therefore not listed: {left_out}.")),
    })])
}

fn column_of(name: &str) -> TableColumn {
    let count = ColumnKind::Number(Unit::Count);
    let (title, kind) = match name {
        "policy_id" => ("Policy", ColumnKind::Text),
        "policy_name" => ("Name", ColumnKind::Text),
        "total" => ("Total", count),
        "blocked" => ("Blocked", count),
        "allowed" => ("Allowed", count),
        "quarantined" => ("Quarantined", count),
        "alerted" => ("Alerted", count),
        "block_rate" => ("Block rate", ColumnKind::Number(Unit::Percent)),
        "critical" => ("Critical", count),
        _ => ("Last", ColumnKind::Time),
    };
    column(name, title, kind)
}
