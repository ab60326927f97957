//! Results: the numbers a query gives, each with how many records it rests on.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::query::Query;

/// One value of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// No value: missing key, or nothing to compute from. Never 0 in disguise.
    Null,
    /// True or false.
    Boolean(bool),
    /// A whole number, such as a count.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// An instant: RFC 3339, UTC.
    Time(Timestamp),
    /// A text.
    Text(String),
}

impl Cell {
    /// The number in it, if it is one.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Integer(n) => Some(*n as f64),
            Self::Number(x) => Some(*x),
            _ => None,
        }
    }

    /// The text in it, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// One computed figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The value; `Null` when there is nothing to compute from.
    pub value: Cell,
    /// Records that it rests on (of a ratio: those of its divisor).
    pub population: u64,
    /// Records of the population left out: value missing, or a negative duration.
    pub excluded: u64,
}

/// One row of a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultRow {
    /// One per group key.
    pub keys: Vec<Cell>,
    /// One per measure.
    pub figures: Vec<Figure>,
}

/// What a query gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryResult {
    /// Names of the group keys.
    pub key_names: Vec<String>,
    /// Names of the measures.
    pub figure_names: Vec<String>,
    /// The rows, ordered and limited. Without group keys: exactly one.
    pub rows: Vec<ResultRow>,
    /// Rows there were before the limit.
    pub total_rows: u64,
    /// Records left out because their first key is missing; 0 unless the query drops those.
    pub unassigned: u64,
}

impl QueryResult {
    /// What stands for the result of a query whose records could not be read: its shape, and no figure.
    #[must_use]
    pub fn unread(query: &Query) -> Self {
        let nothing = || Figure { value: Cell::Null, population: 0, excluded: 0 };
        let row =
            || ResultRow { keys: Vec::new(), figures: query.measures.iter().map(|_| nothing()).collect() };
        let rows: Vec<ResultRow> = query.group_by.is_empty().then(row).into_iter().collect();
        Self {
            key_names: query.group_by.iter().map(|key| key.name().to_owned()).collect(),
            figure_names: query.measures.iter().map(|measure| measure.name.clone()).collect(),
            total_rows: rows.len() as u64,
            rows,
            unassigned: 0,
        }
    }

    /// Whether the limit cut rows off.
    #[must_use]
    pub fn truncated(&self) -> bool {
        (self.rows.len() as u64) < self.total_rows
    }

    /// The figure of that name in the first row.
    #[must_use]
    pub fn find_figure(&self, name: &str) -> Option<&Figure> {
        let index = self.figure_names.iter().position(|n| n == name)?;
        self.rows.first().and_then(|row| row.figures.get(index))
    }
}
