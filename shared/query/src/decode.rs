//! Decoding: one column of one or more Parquet files to a [`Column`].
//!
//! Whatever a file holds, the answer is a column of the right length or a text that says what does not fit; the
//! caller knows the segment and makes an error of it. This is the general reader; files as our writer makes them are
//! mostly read by [`crate::direct`].

use arrow::array::{
    Array, ArrayRef, AsArray as _, BooleanArray, Float64Array, Int64Array, ListArray, StringArray,
    TimestampMicrosecondArray,
};
use arrow::datatypes::Int32Type;
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use sitrep_domain::dataset::{ColumnType, Dataset};
use sitrep_domain::record::CustomValue;

use crate::column::{Column, NO_BOOLEAN};
use crate::layout::{self, ROW_GROUP};
use crate::words::{MISSING, Words};

/// What a column is decoded as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decode {
    Typed(ColumnType),
    Custom,
}

impl Decode {
    /// What a column of that name is decoded as in a dataset; `None` when a segment has no such column.
    pub(crate) fn of(name: &str, dataset: &Dataset) -> Option<Self> {
        match dataset.find_column(name) {
            Some((_, column)) => Some(Self::Typed(column.kind)),
            None if name.starts_with(layout::CUSTOM) => Some(Self::Custom),
            None if [layout::LINE, layout::SEQ].contains(&name) => Some(Self::Typed(ColumnType::Integer)),
            None => None,
        }
    }
}

/// Visits the parts of the column at `root` of the file's schema.
pub(crate) fn for_each_array(
    file: &Bytes,
    metadata: &ArrowReaderMetadata,
    root: usize,
    mut visit: impl FnMut(&ArrayRef) -> Result<(), String>,
) -> Result<(), String> {
    let mask = ProjectionMask::roots(metadata.parquet_schema(), [root]);
    let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file.clone(), metadata.clone())
        .with_projection(mask)
        .with_batch_size(ROW_GROUP)
        .build()
        .map_err(|e| e.to_string())?;
    for batch in reader {
        visit(batch.map_err(|e| e.to_string())?.column(0))?;
    }
    Ok(())
}

/// A column under way: the cells of one file after the other.
pub(crate) struct Builder {
    pub(crate) column: Column,
    pub(crate) words: Words,
}

impl Builder {
    /// Room for so many rows.
    pub(crate) fn new(decode: Decode, rows: usize) -> Self {
        let column = match decode {
            Decode::Custom => Column::Custom { codes: Vec::with_capacity(rows), values: Vec::new() },
            Decode::Typed(ColumnType::Text) => {
                Column::Text { codes: Vec::with_capacity(rows), words: Words::default() }
            }
            Decode::Typed(kind @ (ColumnType::Time | ColumnType::Integer)) => {
                Column::Integer { cells: Vec::with_capacity(rows), is_time: kind == ColumnType::Time }
            }
            Decode::Typed(ColumnType::Number) => Column::Number(Vec::with_capacity(rows)),
            Decode::Typed(ColumnType::Boolean) => Column::Boolean(Vec::with_capacity(rows)),
            Decode::Typed(ColumnType::List) => Column::List {
                present: Vec::with_capacity(rows),
                ends: Vec::with_capacity(rows),
                codes: Vec::new(),
                words: Words::default(),
            },
        };
        Self { column, words: Words::default() }
    }

    /// How many rows have their cell.
    pub(crate) fn rows(&self) -> usize {
        match &self.column {
            Column::Text { codes, .. } | Column::Custom { codes, .. } => codes.len(),
            Column::List { ends, .. } => ends.len(),
            Column::Integer { cells, .. } => cells.len(),
            Column::Number(cells) => cells.len(),
            Column::Boolean(cells) => cells.len(),
        }
    }

    /// Cuts it off behind so many rows, or fills it up with missing cells.
    pub(crate) fn resize(&mut self, rows: usize) {
        match &mut self.column {
            Column::Text { codes, .. } | Column::Custom { codes, .. } => codes.resize(rows, MISSING),
            Column::List { present, ends, codes, .. } => {
                present.resize(rows, false);
                ends.truncate(rows);
                codes.truncate(ends.last().map_or(0, |end| *end as usize));
                ends.resize(rows, ends.last().copied().unwrap_or(0));
            }
            Column::Integer { cells, .. } => cells.resize(rows, i64::MIN),
            Column::Number(cells) => cells.resize(rows, f64::NAN),
            Column::Boolean(cells) => cells.resize(rows, NO_BOOLEAN),
        }
    }

    /// Adds cells as Arrow has them.
    pub(crate) fn append(&mut self, array: &ArrayRef) -> Result<(), String> {
        let words = &mut self.words;
        match &mut self.column {
            Column::Text { codes, .. } | Column::Custom { codes, .. } => append_texts(codes, words, array)?,
            Column::Integer { cells, .. } => append_integers(cells, array)?,
            Column::Number(cells) => {
                let array: &Float64Array = typed(array)?;
                cells.extend(array.iter().map(|x| x.unwrap_or(f64::NAN)));
            }
            Column::Boolean(cells) => {
                let array: &BooleanArray = typed(array)?;
                cells.extend(array.iter().map(|b| b.map_or(NO_BOOLEAN, u8::from)));
            }
            Column::List { present, ends, codes, .. } => append_lists(present, ends, codes, words, array)?,
        }
        Ok(())
    }

    /// The column, which must have so many rows.
    pub(crate) fn finish(self, rows: usize) -> Result<Column, String> {
        let found = self.rows();
        let mut column = self.column;
        match &mut column {
            Column::Text { words, .. } | Column::List { words, .. } => *words = self.words,
            Column::Custom { values, .. } => {
                *values = self.words.iter().map(parse_custom).collect::<Result<_, _>>()?;
            }
            Column::Integer { .. } | Column::Number(_) | Column::Boolean(_) => {}
        }
        if found == rows { Ok(column) } else { Err(format!("a column has {found} of {rows} rows")) }
    }
}

pub(crate) fn typed<T: Array + 'static>(array: &ArrayRef) -> Result<&T, String> {
    array.as_any().downcast_ref().ok_or_else(|| format!("a column is unexpectedly {}", array.data_type()))
}

fn append_integers(cells: &mut Vec<i64>, array: &ArrayRef) -> Result<(), String> {
    let (values, nulls) = match array.as_any().downcast_ref::<Int64Array>() {
        Some(array) => (array.values(), array.nulls()),
        None => {
            let array: &TimestampMicrosecondArray = typed(array)?;
            (array.values(), array.nulls())
        }
    };
    match nulls {
        None => cells.extend_from_slice(values),
        Some(nulls) => {
            cells.extend(values.iter().zip(nulls).map(|(n, there)| if there { *n } else { i64::MIN }));
        }
    }
    Ok(())
}

fn append_texts(codes: &mut Vec<u32>, words: &mut Words, array: &ArrayRef) -> Result<(), String> {
    if let Some(array) = array.as_any().downcast_ref::<StringArray>() {
        codes.extend(array.iter().map(|text| text.map_or(MISSING, |t| words.number(t))));
        return Ok(());
    }
    let array = array.as_dictionary_opt::<Int32Type>().ok_or("a text column has another type")?;
    let values: &StringArray = typed(array.values())?;
    let ours: Vec<u32> = values.iter().map(|text| text.map_or(MISSING, |t| words.number(t))).collect();
    let code = |key: Option<i32>| {
        let key = key.and_then(|k| usize::try_from(k).ok());
        key.and_then(|k| ours.get(k).copied()).unwrap_or(MISSING)
    };
    codes.extend(array.keys().iter().map(code));
    Ok(())
}

/// A list counts once per record and element, so repetitions go.
fn append_lists(
    present: &mut Vec<bool>,
    ends: &mut Vec<u32>,
    codes: &mut Vec<u32>,
    words: &mut Words,
    array: &ArrayRef,
) -> Result<(), String> {
    let array: &ListArray = typed(array)?;
    for list in array {
        let start = codes.len();
        present.push(list.is_some());
        if let Some(list) = list {
            for text in typed::<StringArray>(&list)?.iter().flatten() {
                let code = words.number(text);
                if !codes[start..].contains(&code) {
                    codes.push(code);
                }
            }
        }
        ends.push(u32::try_from(codes.len()).map_err(|_| "a list column has too many elements")?);
    }
    Ok(())
}

pub(crate) fn parse_custom(text: &str) -> Result<CustomValue, String> {
    let unreadable = || "a custom field has an unreadable value".to_owned();
    // Numbers are read by the standard library, which gives back exactly the number that was written.
    if let Ok(x) = text.parse::<f64>() {
        return Ok(CustomValue::Number(x));
    }
    let mut value: CustomValue = serde_json::from_str(text).map_err(|_| unreadable())?;
    if let CustomValue::List(items) = &mut value {
        let mut seen = std::collections::HashSet::new();
        items.retain(|item| seen.insert(item.clone()));
    }
    Ok(value)
}
