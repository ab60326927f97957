//! Tables in HTML: a caption, headers with their scope, and a region of their own to scroll in.

use sitrep_domain::document::{ColumnKind, Table, TableColumn};

use super::page::Page;
use crate::clean::clean_line;
use crate::figures::describe_rows;
use crate::palette::{is_severity, severity_index};
use crate::printed::print_table;

/// Cells longer than this many characters get a column of a readable width.
const LONG: usize = 40;

/// Most columns of a table that is only as wide as it must be, so that figures stay near their names.
const FEW: usize = 3;

/// Columns from which on a table is printed small.
const MANY: usize = 16;

/// A column of a table, its cells printed.
struct Column<'a> {
    column: &'a TableColumn,
    class: &'static str,
    /// Whether its cells name their rows.
    names: bool,
}

impl Page<'_> {
    /// A table; its title is only spoken where the page shows it already.
    pub(super) fn table(&mut self, table: &Table, titled: bool) {
        let shown = print_table(table);
        let table = shown.as_ref();
        self.tables += 1;
        let rows: Vec<Vec<String>> = table.rows.iter().map(|row| self.cells.format_row(table, row)).collect();
        let columns: Vec<Column<'_>> = table
            .columns
            .iter()
            .enumerate()
            .map(|(c, column)| Column {
                column,
                class: class_of(c, column, &rows),
                names: c == 0 && names_rows(column),
            })
            .collect();
        self.out
            .put(format_args!(
                "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Table {}: ",
                self.tables
            ))
            .text(&table.title)
            .raw(match columns.len() {
                ..=FEW => "\"><table class=\"few\">",
                n if n > MANY => "\"><table class=\"many\">",
                _ => "\"><table>",
            })
            .element(if titled { "caption class=\"spoken\"" } else { "caption" }, &table.title);
        self.table_head(table, &columns);
        self.table_body(&columns, &rows);
        if let Some(totals) = self.cells.format_totals(table) {
            self.out.raw("<tfoot>\n");
            self.row(&columns, &totals, true);
            self.out.raw("</tfoot>");
        }
        self.out.raw("</table></div>\n");
        let rows = describe_rows(table.rows.len(), table.total_rows);
        let note = table.note.as_deref().map(|note| clean_line(note).into_owned());
        let notes: Vec<String> = [rows, note].into_iter().flatten().collect();
        if !notes.is_empty() {
            self.out.element("p class=\"note\"", &notes.join(". ")).raw("\n");
        }
    }

    fn table_head(&mut self, table: &Table, columns: &[Column<'_>]) {
        for group in &table.groups {
            self.out.put(format_args!("<colgroup span=\"{}\"></colgroup>", group.span.max(1)));
        }
        self.out.raw("<thead>");
        if !table.groups.is_empty() {
            self.out.raw("<tr class=\"groups\">");
            for group in &table.groups {
                let span = group.span.max(1);
                if group.title.is_empty() {
                    self.out.put(format_args!("<td colspan=\"{span}\"></td>"));
                } else {
                    self.out.element(&format!("th scope=\"colgroup\" colspan=\"{span}\""), &group.title);
                }
            }
            self.out.raw("</tr>\n");
        }
        self.out.raw("<tr>");
        for column in columns {
            self.out.element(&format!("th scope=\"col\" class=\"{}\"", column.class), &column.column.title);
        }
        self.out.raw("</tr></thead>\n");
    }

    fn table_body(&mut self, columns: &[Column<'_>], rows: &[Vec<String>]) {
        self.out.raw("<tbody>\n");
        for row in rows {
            self.row(columns, row, false);
        }
        if rows.is_empty() {
            let span = columns.len().max(1);
            self.out.put(format_args!("<tr><td colspan=\"{span}\">No rows in this period</td></tr>\n"));
        }
        self.out.raw("</tbody>");
    }

    fn row(&mut self, columns: &[Column<'_>], texts: &[String], total: bool) {
        self.out.raw("<tr>");
        for (i, (column, text)) in columns.iter().zip(texts).enumerate() {
            let class = column.class;
            let names = if total { i == 0 } else { column.names };
            let open = if names { "th scope=\"row\"" } else { "td" };
            self.out.put(format_args!("<{open} class=\"{class}\">"));
            if column.column.kind == ColumnKind::Severity && !total && is_severity(text) {
                self.out.element(&format!("span class=\"chip v{}\"", severity_index(text)), text);
            } else {
                self.out.lines(text);
            }
            self.out.raw(if names { "</th>" } else { "</td>" });
        }
        self.out.raw("</tr>\n");
    }
}

/// Whether the cells of a first column name their rows.
const fn names_rows(column: &TableColumn) -> bool {
    matches!(column.kind, ColumnKind::Text | ColumnKind::Bucket(_))
}

/// Class of a column: figures to the right, times on one line, long texts in a column wide enough to read.
fn class_of(index: usize, column: &TableColumn, rows: &[Vec<String>]) -> &'static str {
    match column.kind {
        ColumnKind::Number(_) => "n",
        ColumnKind::Severity | ColumnKind::Bucket(_) | ColumnKind::Time => "t",
        ColumnKind::Text => {
            let is_long =
                |row: &Vec<String>| row.get(index).is_some_and(|text| text.chars().nth(LONG).is_some());
            if rows.iter().any(is_long) { "long" } else { "w" }
        }
    }
}
