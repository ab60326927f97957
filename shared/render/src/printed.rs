//! What formats for people share: tables without columns that no row fills, no title that was said just before, and how
//! many cards stand in a row.
//!
//! Machines get tables whole: CSV and JSON keep every column.

use std::borrow::Cow;

use sitrep_domain::document::{Block, ColumnKind, Table};
use sitrep_domain::result::Cell;

/// The table without columns that are empty in every row, which its note names. Figures stay: no value says something
/// there. So does the first column, which names the rows.
pub(crate) fn print_table(table: &Table) -> Cow<'_, Table> {
    let empty: Vec<usize> = (1..table.columns.len()).filter(|c| is_empty(table, *c)).collect();
    if empty.is_empty() || table.rows.is_empty() || !table.groups.is_empty() {
        return Cow::Borrowed(table);
    }
    let titles: Vec<&str> = empty.iter().map(|c| table.columns[*c].title.as_str()).collect();
    let remark = format!("Not recorded in any row, and left out: {}.", titles.join(", "));
    let mut shown = table.clone();
    for c in empty.into_iter().rev() {
        shown.columns.remove(c);
        shown.rows.iter_mut().chain(&mut shown.totals).for_each(|row| drop(row.remove(c)));
    }
    shown.note = Some(shown.note.map_or_else(|| remark.clone(), |note| format!("{note} {remark}")));
    Cow::Owned(shown)
}

fn is_empty(table: &Table, column: usize) -> bool {
    let is_figure = matches!(table.columns[column].kind, ColumnKind::Number(_) | ColumnKind::Severity);
    !is_figure && table.rows.iter().chain(&table.totals).all(|row| row[column] == Cell::Null)
}

/// Whether the block before a table has its title already: the heading of its section, or its chart.
pub(crate) fn is_titled_by(table: &Table, before: Option<&Block>) -> bool {
    match before {
        Some(Block::Heading { text: title, .. }) => table.title == *title,
        Some(Block::Chart(chart)) => table.title == chart.title,
        _ => false,
    }
}

/// Cards per row: as many as fit without leaving one alone in the last row, if that can be had.
pub(crate) fn cards_per_row(cards: usize) -> usize {
    match cards {
        0..=4 => cards.max(1),
        n if n.is_multiple_of(4) => 4,
        n if n.is_multiple_of(5) && n > 5 => 5,
        n if n.is_multiple_of(3) => 3,
        n if n % 4 == 1 => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::document::{TableColumn, Unit};

    fn table(kinds: &[ColumnKind], rows: &[&[Cell]]) -> Table {
        let column = |(i, kind): (usize, &ColumnKind)| TableColumn {
            name: format!("c{i}"),
            title: format!("C{i}"),
            kind: *kind,
        };
        let columns = kinds.iter().enumerate().map(column).collect();
        Table::new("t", "T", columns, rows.iter().map(|row| row.to_vec()).collect())
    }

    #[test]
    fn columns_that_no_row_fills_are_left_out_and_named() {
        use ColumnKind::{Number, Severity, Text, Time};
        let (some, none) = (Cell::Text("x".into()), Cell::Null);
        let filled = table(
            &[Text, Text, Number(Unit::Count), Severity, Time],
            &[&[none.clone(), none.clone(), none.clone(), none.clone(), none.clone()]],
        );
        let shown = print_table(&filled);
        let names: Vec<&str> = shown.columns.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["c0", "c2", "c3"], "the first column, figures and severities stay");
        assert_eq!(shown.rows[0].len(), 3);
        assert_eq!(shown.note.as_deref(), Some("Not recorded in any row, and left out: C1, C4."));
        for whole in [
            table(&[Text, Text], &[]),
            table(&[Text, Text], &[&[some.clone(), none.clone()], &[some.clone(), some.clone()]]),
        ] {
            assert!(matches!(print_table(&whole), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn a_title_is_said_by_the_heading_or_the_chart_right_before() {
        let titled = table(&[ColumnKind::Text], &[]);
        assert!(is_titled_by(&titled, Some(&Block::heading(1, "T"))));
        assert!(!is_titled_by(&titled, Some(&Block::heading(1, "Other"))));
        assert!(!is_titled_by(&titled, Some(&Block::PageBreak)));
        assert!(!is_titled_by(&titled, None));
    }

    #[test]
    fn rows_of_cards_leave_none_alone_where_that_can_be_had() {
        for (cards, columns) in
            [(0, 1), (1, 1), (3, 3), (4, 4), (5, 3), (6, 3), (7, 4), (8, 4), (9, 3), (10, 5)]
        {
            assert_eq!(cards_per_row(cards), columns, "{cards} cards");
        }
    }
}
