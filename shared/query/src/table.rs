//! Tables: accepted records by column, before they become segments.
//!
//! Columns that nobody sends cost nothing: a column is filled up with "missing" only when a value arrives. Missing is
//! [`MISSING`] for texts, `i64::MIN` for times and integers, NaN for numbers; no accepted value equals any of these.

use std::collections::BTreeMap;

use sitrep_domain::dataset::{Column, ColumnType, Dataset};
use sitrep_domain::invalid::FieldError;
use sitrep_domain::record::{CustomValue, Record, Scalar};

use crate::words::{MISSING, Words};

/// Most different custom fields of one body: each is a column of its segments.
pub const MAX_CUSTOM_NAMES: usize = 256;

/// "Missing" in columns of times and integers.
pub(crate) const NO_INTEGER: i64 = i64::MIN;

/// The cells of one column; rows past the end are missing.
pub(crate) enum Cells {
    Text { codes: Vec<u32>, words: Words },
    Integer(Vec<i64>),
    Number(Vec<f64>),
    Boolean(Vec<Option<bool>>),
    List { lists: Vec<Option<Vec<u32>>>, words: Words },
}

impl Cells {
    fn new(kind: ColumnType) -> Self {
        match kind {
            ColumnType::Text => Self::text(),
            ColumnType::Time | ColumnType::Integer => Self::Integer(Vec::new()),
            ColumnType::Number => Self::Number(Vec::new()),
            ColumnType::Boolean => Self::Boolean(Vec::new()),
            ColumnType::List => Self::List { lists: Vec::new(), words: Words::default() },
        }
    }

    fn text() -> Self {
        Self::Text { codes: Vec::new(), words: Words::default() }
    }

    fn put(&mut self, row: usize, value: &Scalar) {
        match (self, value) {
            (Self::Text { codes, words }, Scalar::Text(text)) => {
                put_at(codes, row, words.number(text), MISSING);
            }
            (Self::Integer(cells), Scalar::Time(n) | Scalar::Integer(n)) => {
                put_at(cells, row, *n, NO_INTEGER);
            }
            (Self::Number(cells), Scalar::Number(x)) => put_at(cells, row, *x, f64::NAN),
            (Self::Boolean(cells), Scalar::Boolean(b)) => put_at(cells, row, Some(*b), None),
            (Self::List { lists, words }, Scalar::List(items)) => {
                let numbers = items.iter().map(|item| words.number(item)).collect();
                put_at(lists, row, Some(numbers), None);
            }
            _ => unreachable!("a record's values have the types of its dataset's columns"),
        }
    }

    /// Adds the cells of the rows that follow the first `rows`.
    fn append(&mut self, rows: usize, next: Self) {
        match (self, next) {
            (Self::Text { codes, words }, Self::Text { codes: more, words: theirs }) => {
                let ours = translate(words, &theirs);
                let number = |code: u32| ours.get(code as usize).copied().unwrap_or(MISSING);
                extend_at(codes, rows, more.into_iter().map(number), MISSING);
            }
            (Self::Integer(cells), Self::Integer(more)) => {
                extend_at(cells, rows, more.into_iter(), NO_INTEGER);
            }
            (Self::Number(cells), Self::Number(more)) => extend_at(cells, rows, more.into_iter(), f64::NAN),
            (Self::Boolean(cells), Self::Boolean(more)) => extend_at(cells, rows, more.into_iter(), None),
            (Self::List { lists, words }, Self::List { lists: more, words: theirs }) => {
                let ours = translate(words, &theirs);
                let numbers = |list: Vec<u32>| list.into_iter().map(|code| ours[code as usize]).collect();
                extend_at(lists, rows, more.into_iter().map(|list| list.map(numbers)), None);
            }
            _ => unreachable!("two tables of one dataset have the same columns"),
        }
    }

    /// The time or integer of a row, if it has one.
    pub(crate) fn integer(&self, row: usize) -> Option<i64> {
        match self {
            Self::Integer(cells) => cells.get(row).copied().filter(|n| *n != NO_INTEGER),
            _ => None,
        }
    }
}

/// Our numbers of their words, by theirs.
fn translate(ours: &mut Words, theirs: &Words) -> Vec<u32> {
    theirs.iter().map(|word| ours.number(word)).collect()
}

fn extend_at<T: Clone>(cells: &mut Vec<T>, row: usize, more: impl ExactSizeIterator<Item = T>, missing: T) {
    if more.len() > 0 {
        cells.resize(row, missing);
        cells.extend(more);
    }
}

fn put_at<T: Clone>(cells: &mut Vec<T>, row: usize, value: T, missing: T) {
    cells.resize(row, missing);
    cells.push(value);
}

/// Accepted records, in order of arrival.
pub(crate) struct Table {
    pub(crate) dataset: &'static Dataset,
    pub(crate) columns: Vec<Cells>,
    /// The tenant's own fields, each value as JSON text.
    pub(crate) custom: BTreeMap<String, Cells>,
    /// Line of each row in the body.
    pub(crate) lines: Vec<u64>,
    event: Option<usize>,
    resolved: Option<usize>,
    updated: Option<usize>,
}

impl Table {
    pub(crate) fn new(dataset: &'static Dataset) -> Self {
        let index_of = |name: Option<&str>| name.and_then(|n| dataset.find_column(n)).map(|(i, _)| i);
        Self {
            dataset,
            columns: dataset.columns.iter().map(|c| Cells::new(c.kind)).collect(),
            custom: BTreeMap::new(),
            lines: Vec::new(),
            event: dataset.event_time_index(),
            resolved: index_of(dataset.resolved_time),
            updated: index_of(dataset.updated_time),
        }
    }

    /// Adds a record.
    pub(crate) fn push(&mut self, line: u64, record: Record) -> Result<(), FieldError> {
        let (values, custom) = record.into_parts();
        for (column, value) in self.dataset.columns.iter().zip(&values) {
            check_storable(column, value.as_ref())?;
        }
        let fresh = custom.keys().filter(|name| !self.custom.contains_key(*name)).count();
        if self.custom.len() + fresh > MAX_CUSTOM_NAMES {
            let detail = format!("one body has at most {MAX_CUSTOM_NAMES} different custom fields");
            return Err(FieldError::new("custom", "too_many", detail));
        }
        let row = self.lines.len();
        for (cells, value) in self.columns.iter_mut().zip(&values) {
            if let Some(value) = value {
                cells.put(row, value);
            }
        }
        for (name, value) in custom {
            let text = Scalar::Text(custom_text(&value));
            self.custom.entry(name).or_insert_with(Cells::text).put(row, &text);
        }
        self.lines.push(line);
        Ok(())
    }

    /// Whether another one's rows can follow without too many custom fields.
    pub(crate) fn has_room_for(&self, next: &Self) -> bool {
        let fresh = next.custom.keys().filter(|name| !self.custom.contains_key(*name)).count();
        self.custom.len() + fresh <= MAX_CUSTOM_NAMES
    }

    /// Adds the rows of another table of the same dataset behind those that are there.
    pub(crate) fn append(&mut self, next: Self) {
        let rows = self.lines.len();
        for (cells, more) in self.columns.iter_mut().zip(next.columns) {
            cells.append(rows, more);
        }
        for (name, more) in next.custom {
            self.custom.entry(name).or_insert_with(Cells::text).append(rows, more);
        }
        self.lines.extend(next.lines);
    }

    /// Event time of a row, in microseconds since 1970 UTC.
    pub(crate) fn event_time(&self, row: usize) -> Option<i64> {
        self.columns[self.event?].integer(row)
    }

    /// Resolved time of a row.
    pub(crate) fn resolved_time(&self, row: usize) -> Option<i64> {
        self.columns[self.resolved?].integer(row)
    }

    /// What decides between versions of one id: the updated time, or else the event time.
    pub(crate) fn version(&self, row: usize) -> Option<i64> {
        let updated = self.updated.and_then(|column| self.columns[column].integer(row));
        updated.or_else(|| self.event_time(row))
    }

    /// The id of a row as a number, and the ids by number.
    pub(crate) fn ids(&self) -> (&[u32], &Words) {
        match &self.columns[0] {
            Cells::Text { codes, words } => (codes, words),
            _ => unreachable!("the first column of every dataset is its id"),
        }
    }

    /// The newest version of each id, by row: the newer version wins, on a tie the later row.
    pub(crate) fn newest_rows(&self) -> Vec<usize> {
        let (codes, words) = self.ids();
        let mut newest: Vec<Option<usize>> = vec![None; words.len()];
        for (row, code) in codes.iter().enumerate() {
            let best = &mut newest[*code as usize];
            if best.is_none_or(|old| self.version(row) >= self.version(old)) {
                *best = Some(row);
            }
        }
        newest.into_iter().flatten().collect()
    }
}

/// The one integer that a segment cannot hold, because it stands for "missing".
fn check_storable(column: &Column, value: Option<&Scalar>) -> Result<(), FieldError> {
    match value {
        Some(Scalar::Integer(NO_INTEGER)) => {
            let detail = format!("{} is a number from {} to {}", column.name, i64::MIN + 1, i64::MAX);
            Err(FieldError::new(column.name, "out_of_range", detail))
        }
        _ => Ok(()),
    }
}

/// The JSON text of a custom value; equal values have equal texts.
fn custom_text(value: &CustomValue) -> String {
    match value {
        CustomValue::Boolean(b) => b.to_string(),
        // `{:?}` is the shortest text that reads back as the same number; -0 and 0 are one value.
        CustomValue::Number(x) => format!("{:?}", x + 0.0),
        CustomValue::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        CustomValue::List(items) => serde_json::Value::from(items.as_slice()).to_string(),
    }
}
