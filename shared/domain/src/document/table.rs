//! Tables: typed columns, rows of cells, and how much of the whole they show.

use serde::{Deserialize, Serialize};

use super::figure::Unit;
use crate::query::TimeBucket;
use crate::result::Cell;

/// How a column is printed and aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    /// Text, to the left.
    Text,
    /// A severity: text with a chip.
    Severity,
    /// A number with its unit, to the right.
    Number(Unit),
    /// A day, month or other bucket: the UTC instant of its local start, printed at this grain in the document's zone.
    Bucket(TimeBucket),
    /// An instant, printed to the minute in the document's zone.
    Time,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Machine name, snake_case: header of the CSV, name in the JSON.
    pub name: String,
    /// Title as printed.
    pub title: String,
    /// How its cells are printed.
    pub kind: ColumnKind,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Machine name, unique in the document: names the CSV file.
    pub id: String,
    /// Title as printed.
    pub title: String,
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// The rows, each with one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// Titles that span neighbouring columns, above theirs, from the first column on; empty when there are none. Their
    /// spans add up to the number of columns.
    pub groups: Vec<ColumnGroup>,
    /// A last row that sums the others up, with one cell per column.
    pub totals: Option<Vec<Cell>>,
    /// Rows there are in all; when more than `rows`, formats say "n of m rows shown".
    pub total_rows: u64,
    /// A remark below the table, such as how many records have no team.
    pub note: Option<String>,
}

/// A title above neighbouring columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnGroup {
    /// The title; an empty one leaves its columns without.
    pub title: String,
    /// How many columns it spans, 1 and up.
    pub span: usize,
}

impl Table {
    /// A table that shows every row there is, without groups, totals or a note.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        title: impl Into<String>,
        columns: Vec<TableColumn>,
        rows: Vec<Vec<Cell>>,
    ) -> Self {
        let total_rows = rows.len() as u64;
        let (id, title) = (id.into(), title.into());
        Self { id, title, columns, rows, groups: Vec::new(), totals: None, total_rows, note: None }
    }

    /// Whether rows were left out.
    #[must_use]
    pub fn truncated(&self) -> bool {
        (self.rows.len() as u64) < self.total_rows
    }
}
