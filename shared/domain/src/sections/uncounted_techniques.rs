//! Technique ids of the rules that count for nothing: revoked, deprecated, or not in the catalogue.

use crate::attack::CatalogueId;
use crate::attack::coverage::{CoverageReport, NotCountedReason};
use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, count_cell, whole_table};
use crate::sections::tactic_coverage::count_ids;

/// The section.
pub static SECTION: Section = Section {
    id: "uncounted_techniques",
    title: "Ids that do not count",
    description: "Technique ids that ATT&CK revoked, deprecated or does not know, with what stands in their place.",
    datasets: &[DatasetId::Detections],
    metrics: &["technique_coverage"],
    plan: |input| vec![count_ids(input)],
    build,
    newest: |_| Vec::new(),
};

/// Most rows of the table.
const ROWS: usize = 50;

fn build(measured: &Measured<'_>) -> SectionOutput {
    let Some(report) = CoverageReport::of_result(CatalogueId::Attack18_1, measured.results[0]) else {
        return SectionOutput::empty("The rules name more different techniques than can be counted.");
    };
    let rows: Vec<_> = report.not_counted.iter().take(ROWS).map(|id| {
        let reason = match id.reason {
            NotCountedReason::Revoked => "revoked",
            NotCountedReason::Deprecated => "deprecated",
            NotCountedReason::Unknown => "not in ATT&CK 18.1",
        };
        let replaced = id.replaced_by.clone().map_or(Cell::Null, Cell::Text);
        let (records, counting) = (count_cell(id.records), count_cell(id.counting_records));
        vec![Cell::Text(id.id.clone()), Cell::Text(reason.to_owned()), replaced, records, counting]
    }).collect();
    let nothing = rows.is_empty();
    let columns = vec![
        column("technique", "Id", ColumnKind::Text),
        column("reason", "Why", ColumnKind::Text),
        column("replaced_by", "In its place", ColumnKind::Text),
        column("rules", "Rules", ColumnKind::Number(Unit::Count)),
        column("active_rules", "Active rules", ColumnKind::Number(Unit::Count)),
    ];
    let table = Table {
        total_rows: report.not_counted.len() as u64,
        ..whole_table("uncounted_techniques", "Technique ids that count for nothing", columns, rows)
    };
    SectionOutput::of(vec![Block::Table(table)])
        .empty_if(nothing, "Every technique that the rules name is in ATT&CK 18.1 and neither revoked nor deprecated.")
}
