//! Where the numbers come from, as tables that every format with tables draws like any other.

use sitrep_domain::document::{ColumnKind, Provenance, Table, TableColumn, Unit};
use sitrep_domain::result::Cell;

/// Facts of the run, then definitions of the metrics; those that are empty are left out.
pub(crate) fn provenance_tables(provenance: &Provenance) -> Vec<Table> {
    let tables = [facts_table(provenance), metrics_table(provenance)];
    tables.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

fn facts_table(provenance: &Provenance) -> Table {
    let text = |text: &String| Cell::Text(text.clone());
    Table::new(
        "facts",
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
    Table::new("definitions", "Metric definitions", columns, rows)
}

fn column(title: &str, kind: ColumnKind) -> TableColumn {
    TableColumn { name: String::new(), title: title.to_owned(), kind }
}
