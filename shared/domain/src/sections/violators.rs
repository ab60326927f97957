//! The users, agents or addresses with the most incidents of the period.

use crate::analytics::{Analysis, AnalyticsInput, TopViolators, ViolatorKind};
use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, TableColumn, Unit};
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::QueryResult;
use crate::section::{Measured, Section, SectionOutput, column};
use crate::template::Audience;
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "violators",
    title: "Top violators",
    description: "The users, agents or addresses with the most incidents, and how many of these are critical.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total"],
    plan,
    build,
    newest: |_| Vec::new(),
};

fn plan(input: &ReportInput) -> Vec<Query> {
    question(input).queries()
}

/// As many rows as were asked for, or as its readers have time for.
fn question(input: &ReportInput) -> TopViolators {
    let limit = input.options().limit.unwrap_or(match input.audience() {
        Audience::Executive => 10,
        Audience::Manager => 20,
        Audience::Analyst => 100,
    });
    TopViolators {
        input: AnalyticsInput::of_report(input),
        by: input.options().by.unwrap_or_default(),
        limit: usize::from(limit),
    }
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let question = question(measured.input);
    let results: Vec<QueryResult> = measured.results.iter().map(|r| (*r).clone()).collect();
    let answer = match question.answer(&results) {
        Ok(answer) => answer,
        Err(refused) => return SectionOutput::empty(format!("There is no list to show: {refused}.")),
    };
    let (noun, nouns) = match question.by {
        ViolatorKind::User => ("user", "users"),
        ViolatorKind::Agent => ("agent", "agents"),
        ViolatorKind::IpAddress => ("address", "addresses"),
    };
    if answer.rows.is_empty() {
        return SectionOutput::empty(format!("No {noun} is recorded for the incidents of this period."));
    }
    let table = answer.table_of(question.by);
    let note = (answer.unassigned > 0).then(|| {
        let left_out = words::count_of(answer.unassigned, "incident", "incidents");
        format!("Without {noun}, and therefore not listed: {left_out}.")
    });
    let table = Table {
        id: "violators".to_owned(),
        title: format!("The {nouns} with the most incidents"),
        columns: table.columns.iter().map(|name| column_of(name)).collect(),
        rows: table.rows,
        groups: Vec::new(),
        totals: None,
        total_rows: answer.total_rows,
        note,
    };
    SectionOutput::of(vec![Block::Table(table)])
}

fn column_of(name: &str) -> TableColumn {
    let (title, kind) = match name {
        "user" => ("User", ColumnKind::Text),
        "agent_id" => ("Agent", ColumnKind::Text),
        "agent_name" => ("Name", ColumnKind::Text),
        "hostname" => ("Host", ColumnKind::Text),
        "ip_address" => ("Address", ColumnKind::Text),
        "critical_count" => ("Critical", ColumnKind::Number(Unit::Count)),
        _ => ("Incidents", ColumnKind::Number(Unit::Count)),
    };
    column(name, title, kind)
}
