//! Which articles and controls this product's figures are evidence for.

use crate::document::{Block, ColumnKind, Table};
use crate::legal::{Mapping, mappings};
use crate::metrics::find_metric;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, whole_table};
use crate::sections::find_section;

/// The section.
pub static SECTION: Section = Section {
    id: "regulator_mapping",
    title: "Regulator mapping",
    description: "Articles and controls of laws and standards, and the parts of reports that are evidence for each.",
    datasets: &[],
    metrics: &[],
    plan: |_| Vec::new(),
    build,
    newest: |_| Vec::new(),
};

fn build(_: &Measured<'_>) -> SectionOutput {
    let columns = vec![
        column("framework", "Framework", ColumnKind::Text),
        column("article", "Article", ColumnKind::Text),
        column("demand", "What it asks for", ColumnKind::Text),
        column("evidence", "Evidence", ColumnKind::Text),
        column("found_in", "Sections and metrics", ColumnKind::Text),
    ];
    let rows = mappings().iter().map(row_of).collect();
    let note = mappings().iter().map(|mapping| mapping.as_of).min().map(|day| {
        format!("As read on {day}. A figure is evidence that something is measured, not that a demand is met.")
    });
    SectionOutput::of(vec![Block::Table(Table {
        note,
        ..whole_table("regulator_mapping", "Articles, controls and their evidence", columns, rows)
    })])
}

fn row_of(mapping: &Mapping) -> Vec<Cell> {
    let sections = mapping.sections.iter().filter_map(|id| find_section(id)).map(|section| section.title);
    let metrics = mapping.metrics.iter().filter_map(|id| find_metric(id)).map(|metric| metric.title);
    let found_in = sections.chain(metrics).collect::<Vec<_>>().join(", ");
    let texts = [mapping.framework, mapping.article, mapping.demand, mapping.evidence];
    texts.iter().map(|text| (*text).to_owned()).chain([found_in]).map(Cell::Text).collect()
}
