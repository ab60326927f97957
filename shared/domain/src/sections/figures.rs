//! The main figures of the period beside those of the period before.

use crate::analytics::{Analysis, AnalyticsInput, PeriodSummary, Summary};
use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Unit};
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::result::{Cell, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column, whole_table};

/// The section.
pub static SECTION: Section = Section {
    id: "figures",
    title: "Figures",
    description: "Counts, rates and durations of the period, beside those of the period before.",
    datasets: &[DatasetId::Incidents],
    metrics: &["total"],
    plan,
    build,
    newest: |_| Vec::new(),
};

/// Figures of one unit, since a table's column has one.
struct FigureTable {
    id: &'static str,
    title: &'static str,
    unit: Unit,
    /// Name of the figure, and what it is called.
    figures: &'static [(&'static str, &'static str)],
}

const TABLES: [FigureTable; 3] = [
    FigureTable {
        id: "counts",
        title: "Counts",
        unit: Unit::Count,
        figures: &[
            ("total_incidents", "Incidents"),
            ("critical_incidents", "Critical"),
            ("high_incidents", "High"),
            ("open_incidents", "Open at the end"),
            ("blocked", "Blocked"),
            ("unique_users", "Different users"),
            ("unique_agents", "Different agents"),
        ],
    },
    FigureTable {
        id: "rates",
        title: "Rates",
        unit: Unit::Percent,
        figures: &[
            ("block_rate", "Blocked, of those with an action"),
            ("auto_resolution_rate", "Resolved without a person"),
            ("sla_compliance", "Service level met"),
        ],
    },
    FigureTable {
        id: "durations",
        title: "Times",
        unit: Unit::Minutes,
        figures: &[
            ("mtta_minutes.mean", "Mean time to acknowledge"),
            ("mtta_minutes.median", "Median time to acknowledge"),
            ("mttr_minutes.mean", "Mean time to resolve"),
            ("mttr_minutes.median", "Median time to resolve"),
        ],
    },
];

fn plan(input: &ReportInput) -> Vec<Query> {
    Summary { input: AnalyticsInput::of_report(input) }.queries()
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let question = Summary { input: AnalyticsInput::of_report(measured.input) };
    let results: Vec<QueryResult> = measured.results.iter().map(|r| (*r).clone()).collect();
    let answer = match question.answer(&results) {
        Ok(answer) => answer,
        Err(refused) => return SectionOutput::empty(format!("There are no figures to show: {refused}.")),
    };
    let tables = TABLES.iter().map(|table| {
        let row = |(name, title): &(&str, &str)| {
            let now = figure(&answer.current, name);
            vec![Cell::Text((*title).to_owned()), now, figure(&answer.previous, name)]
        };
        let columns = vec![
            column("figure", "Figure", ColumnKind::Text),
            column("value", "This period", ColumnKind::Number(table.unit)),
            column("previous", "Period before", ColumnKind::Number(table.unit)),
        ];
        Block::Table(whole_table(table.id, table.title, columns, table.figures.iter().map(row).collect()))
    });
    let total = answer.current.figures.total_incidents;
    SectionOutput::of(tables.collect())
        .tally("in the figures", total)
        .empty_if(total == 0, "No incidents were created in this period.")
}

fn figure(period: &PeriodSummary, name: &str) -> Cell {
    period.figures().into_iter().find(|(known, _)| *known == name).map_or(Cell::Null, |(_, cell)| cell)
}
