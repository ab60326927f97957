//! Where the numbers come from: facts and metric definitions as tables at the end of the report.

use std::collections::BTreeSet;

use sitrep_domain::document::{ColumnKind, Provenance, Table, TableColumn, Unit};
use sitrep_domain::result::Cell;

use super::compose::Composer;

impl Composer<'_> {
    pub(super) fn provenance(&mut self, provenance: &Provenance) {
        self.heading(1, "Provenance");
        if !provenance.facts.is_empty() {
            self.table(&facts_table(provenance));
        }
        if !provenance.metrics.is_empty() {
            self.table(&metrics_table(provenance));
        }
        if let Some(note) = describe_missing(self.shaper.missing()) {
            self.text(&note);
        }
    }
}

/// Says which characters print as boxes, if any do.
fn describe_missing(missing: &BTreeSet<char>) -> Option<String> {
    let first: Vec<String> = missing.iter().take(12).map(|c| format!("U+{:04X}", *c as u32)).collect();
    let more = if missing.len() > first.len() { ", …" } else { "" };
    let count = match missing.len() {
        0 => return None,
        1 => "1 character could not be shown".to_owned(),
        n => format!("{n} different characters could not be shown"),
    };
    Some(format!(
        "{count}: the typefaces of this file lack {}{more}. A box with the code stands in the place of each; copied from \
         here it is itself again, and the HTML, CSV, JSON and text files show it.",
        first.join(", ")
    ))
}

fn facts_table(provenance: &Provenance) -> Table {
    let text = |text: &String| Cell::Text(text.clone());
    table(
        "How this report was made",
        vec![column("Fact", ColumnKind::Text), column("Value", ColumnKind::Text)],
        provenance.facts.iter().map(|(label, value)| vec![text(label), text(value)]).collect(),
    )
}

fn metrics_table(provenance: &Provenance) -> Table {
    let count = |n: u64| i64::try_from(n).map_or(Cell::Null, Cell::Integer);
    let rows = provenance
        .metrics
        .iter()
        .map(|note| {
            let name = Cell::Text(format!("{}\n{}", note.title, note.id));
            vec![name, Cell::Text(note.description.clone()), count(note.population), count(note.excluded)]
        })
        .collect();
    let columns = vec![
        column("Metric", ColumnKind::Text),
        column("Definition", ColumnKind::Text),
        column("Records", ColumnKind::Number(Unit::Count)),
        column("Left out", ColumnKind::Number(Unit::Count)),
    ];
    table("Metric definitions", columns, rows)
}

fn column(title: &str, kind: ColumnKind) -> TableColumn {
    TableColumn { name: String::new(), title: title.to_owned(), kind }
}

fn table(title: &str, columns: Vec<TableColumn>, rows: Vec<Vec<Cell>>) -> Table {
    Table {
        id: String::new(),
        title: title.to_owned(),
        columns,
        groups: Vec::new(),
        totals: None,
        total_rows: rows.len() as u64,
        rows,
        note: None,
    }
}
