//! Checks that requirements name, against the policies that are kept: what answers for most, and what is missing.

use std::collections::BTreeSet;

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Definition, Table, Unit};
use crate::measure::{Measure, Value};
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, figure, whole_table};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "check_coverage",
    title: "Checks behind the requirements",
    description: "The checks that most requirements rely on, and whether each is among the policies that are kept.",
    datasets: &[DatasetId::Requirements, DatasetId::Policies],
    metrics: &["requirement_count", "policy_count"],
    plan,
    build,
    newest: |_| Vec::new(),
};

const REQUIREMENTS: &str = "requirements";
const FRAMEWORKS: &str = "frameworks";
/// Most rows of the table.
const ROWS: usize = 50;

fn plan(input: &ReportInput) -> Vec<Query> {
    let checks = input
        .query(DatasetId::Requirements)
        .by_field("checks")
        .measure(REQUIREMENTS, Measure::count())
        .measure(FRAMEWORKS, Measure::count_distinct(Value::column("framework")));
    let policies = input.query(DatasetId::Policies).by_field("id").measure("policies", Measure::count());
    vec![checks.top(REQUIREMENTS, Query::MAX_ROWS), policies]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let [checks, policies] = [measured.results[0], measured.results[1]];
    if checks.rows.is_empty() {
        return SectionOutput::empty("No requirement names a check.");
    }
    let kept: BTreeSet<&str> = policies.rows.iter().filter_map(|row| row.keys[0].as_str()).collect();
    let whole = !checks.truncated() && !policies.truncated();
    let mut blocks = Vec::new();
    if whole {
        blocks.push(Block::Definitions { items: compare(checks, &kept) });
    }
    blocks.push(Block::Table(tabulate(checks, &kept, whole)));
    SectionOutput::of(blocks)
}

/// How many checks are on both sides, and on one alone.
fn compare(checks: &QueryResult, kept: &BTreeSet<&str>) -> Vec<Definition> {
    let named: BTreeSet<&str> = checks.rows.iter().filter_map(|row| row.keys[0].as_str()).collect();
    let item = |term: &str, n: usize| Definition { term: term.to_owned(), text: words::count(n as u64) };
    vec![
        item("Checks that requirements name", named.len()),
        item("Of these, kept as a policy", named.intersection(kept).count()),
        item("Named, but no such policy is kept", named.difference(kept).count()),
        item("Policies that no requirement names", kept.difference(&named).count()),
    ]
}

fn tabulate(checks: &QueryResult, kept: &BTreeSet<&str>, whole: bool) -> Table {
    let rows = (0..checks.rows.len().min(ROWS)).map(|i| {
        let key = &checks.rows[i].keys[0];
        let is_kept = key.as_str().is_some_and(|id| kept.contains(id));
        let answer = match (is_kept, whole) {
            (true, _) => Cell::Text("yes".to_owned()),
            (false, true) => Cell::Text("no".to_owned()),
            (false, false) => Cell::Null,
        };
        let value = |name: &str| figure(checks, i, name).value.clone();
        vec![key.clone(), value(REQUIREMENTS), value(FRAMEWORKS), answer]
    });
    let columns = vec![
        column("check", "Check", ColumnKind::Text),
        column("requirements", "Requirements", ColumnKind::Number(Unit::Count)),
        column("frameworks", "Frameworks", ColumnKind::Number(Unit::Count)),
        column("kept", "Kept as a policy", ColumnKind::Text),
    ];
    Table {
        total_rows: checks.total_rows,
        ..whole_table("check_coverage", "Checks that most requirements rely on", columns, rows.collect())
    }
}
