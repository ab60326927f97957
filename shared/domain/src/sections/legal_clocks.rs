//! The time limits that laws set for telling of an incident, with article and day.

use crate::document::{Block, ColumnKind, Table};
use crate::legal::{Clock, clocks};
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, whole_table};

/// The section.
pub static SECTION: Section = Section {
    id: "legal_clocks",
    title: "Time limits of the law",
    description: "Time limits for telling an authority or those concerned of an incident, with the article that sets each.",
    datasets: &[],
    metrics: &[],
    plan: |_| Vec::new(),
    build,
    newest: |_| Vec::new(),
};

fn build(_: &Measured<'_>) -> SectionOutput {
    let columns = vec![
        column("law", "Law", ColumnKind::Text),
        column("step", "Step", ColumnKind::Text),
        column("limit", "Limit", ColumnKind::Text),
        column("starts", "From", ColumnKind::Text),
        column("source", "Source", ColumnKind::Text),
    ];
    let row = |clock: &Clock| {
        let step = format!("{} {}", clock.step, clock.to);
        let cells = [clock.name.to_owned(), step, clock.limit.words(), clock.starts.to_owned(), clock.source.to_owned()];
        cells.map(Cell::Text).to_vec()
    };
    let rows = clocks().iter().map(row).collect();
    let oldest = clocks().iter().map(|clock| clock.as_of).min();
    let note = oldest.map(|day| {
        format!("As read on {day}. No legal advice: which of these apply, and since when, is for a person to decide.")
    });
    SectionOutput::of(vec![Block::Table(Table {
        note,
        ..whole_table("legal_clocks", "Time limits for telling of an incident", columns, rows)
    })])
}
