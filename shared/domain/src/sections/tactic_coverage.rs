//! How much of each ATT&CK tactic the active rules look for.

use crate::attack::CatalogueId;
use crate::attack::coverage::{CoverageLine, CoverageReport};
use crate::dataset::DatasetId;
use crate::datasets::detections;
use crate::document::{Block, Chart, ChartKind, ColumnGroup, ColumnKind, Table, Unit};
use crate::drawing::series_of;
use crate::measure::Measure;
use crate::query::{Population, Query};
use crate::report_input::ReportInput;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, whole_table};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "tactic_coverage",
    title: "Coverage by tactic",
    description: "Techniques of each ATT&CK tactic that at least one active rule looks for, exactly and through sub-techniques.",
    datasets: &[DatasetId::Detections],
    metrics: &["technique_coverage", "tactic_coverage"],
    plan: |input| vec![count_ids(input)],
    build,
    newest: |_| Vec::new(),
};

/// The query that a coverage is read from: rules by technique id, all and those that can raise an alert.
pub(super) fn count_ids(input: &ReportInput) -> Query {
    input
        .query(DatasetId::Detections)
        .by_field("techniques")
        .measure_of(CoverageReport::RECORDS, Measure::count(), Population::CreatedByEnd)
        .measure_of(
            CoverageReport::COUNTING,
            Measure::count().filtered(detections::active()),
            Population::CreatedByEnd,
        )
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let Some(report) = CoverageReport::of_result(CatalogueId::Attack18_1, measured.results[0]) else {
        return SectionOutput::empty("The rules name more different techniques than can be counted.");
    };
    let nothing = report.overall.covered == 0;
    SectionOutput::of(vec![Block::Chart(draw(&report)), Block::Table(tabulate(&report))])
        .empty_if(nothing, "No active rule names a technique of ATT&CK 18.1.")
}

fn draw(report: &CoverageReport) -> Chart {
    let exact = report.tactics.iter().map(|tactic| Some(tactic.line.percent)).collect();
    let rolled = report.tactics.iter().map(|tactic| Some(tactic.line.percent_rolled)).collect();
    let share = |of: &dyn Fn(f64, f64) -> bool| {
        let best = report.tactics.iter().reduce(|a, b| if of(b.line.percent, a.line.percent) { b } else { a });
        best.map_or_else(String::new, |t| format!("{} {}", t.name, words::percentage(t.line.percent)))
    };
    Chart {
        title: "Share of each tactic's techniques that rules look for".to_owned(),
        summary: format!(
            "Coverage of the {} tactics: most {}, least {}; {} of all techniques.",
            report.tactics.len(),
            share(&|a, b| a > b),
            share(&|a, b| a < b),
            words::percentage(report.overall.percent),
        ),
        kind: ChartKind::HorizontalBar,
        categories: report.tactics.iter().map(|tactic| tactic.name.clone()).collect(),
        series: vec![series_of("Exactly", exact), series_of("With sub-techniques", rolled)],
        unit: Unit::Percent,
    }
}

fn tabulate(report: &CoverageReport) -> Table {
    let (count, percent) = (ColumnKind::Number(Unit::Count), ColumnKind::Number(Unit::Percent));
    let columns = vec![
        column("tactic", "Tactic", ColumnKind::Text),
        column("techniques", "Techniques", count),
        column("covered", "Covered", count),
        column("covered_percent", "Share", percent),
        column("covered_rolled", "Covered", count),
        column("rolled_percent", "Share", percent),
        column("parents", "Parents", count),
        column("parents_covered", "Covered", count),
    ];
    let rows = report.tactics.iter().map(|tactic| row_of(&tactic.name, &tactic.line)).collect();
    Table {
        groups: vec![group("", 2), group("Exactly", 2), group("With sub-techniques", 2), group("Parents", 2)],
        totals: Some(row_of("All techniques", &report.overall)),
        note: Some("A technique of several tactics counts in each, so the tactics add up to more than all.".to_owned()),
        ..whole_table("tactic_coverage", "Coverage by tactic, ATT&CK enterprise 18.1", columns, rows)
    }
}

fn group(title: &str, span: usize) -> ColumnGroup {
    ColumnGroup { title: title.to_owned(), span }
}

fn row_of(name: &str, line: &CoverageLine) -> Vec<Cell> {
    let count = |n: u32| Cell::Integer(i64::from(n));
    vec![
        Cell::Text(name.to_owned()),
        count(line.techniques),
        count(line.covered),
        Cell::Number(line.percent),
        count(line.covered_rolled),
        Cell::Number(line.percent_rolled),
        count(line.parents),
        count(line.parents_rolled),
    ]
}
