//! Chunks: a few rows of one segment, decoded, in the columns of the listing.

use std::borrow::Cow;

use arrow::array::{
    Array, ArrayRef, AsArray as _, BooleanArray, Float64Array, Int64Array, ListArray, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use sitrep_domain::dataset::ColumnType;
use sitrep_domain::record::CustomValue;

use crate::decode::{Decode, parse_custom, typed};

/// One value of a listed record.
#[derive(Clone, Debug, PartialEq)]
pub enum RowCell<'c> {
    /// No value.
    Missing,
    /// A text.
    Text(Cow<'c, str>),
    /// An instant, in microseconds since 1970 UTC.
    Time(i64),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// The elements of a list, in the order in which they were sent.
    List(Vec<Cow<'c, str>>),
}

/// Decoded rows.
pub(super) struct Chunk {
    /// Ids, and event times if there are any; for the order.
    ids: StringArray,
    times: Option<TimestampMicrosecondArray>,
    columns: Vec<ChunkColumn>,
    rows: usize,
}

/// Where a chunk's columns lie in a batch of its segment.
pub(super) struct Places {
    pub(super) id: usize,
    pub(super) time: Option<usize>,
    /// For each column of the listing; `None` when the segment has no value in it.
    pub(super) columns: Vec<Option<(usize, Decode)>>,
}

enum ChunkColumn {
    Missing,
    Text(StringArray),
    Custom(StringArray),
    Time(TimestampMicrosecondArray),
    Integer(Int64Array),
    Number(Float64Array),
    Boolean(BooleanArray),
    List(ListArray),
}

impl Chunk {
    pub(super) fn new(batch: &RecordBatch, places: &Places) -> Result<Self, String> {
        let column = |place: &Option<(usize, Decode)>| match place {
            Some((index, decode)) => ChunkColumn::new(batch.column(*index), *decode),
            None => Ok(ChunkColumn::Missing),
        };
        Ok(Self {
            ids: typed::<StringArray>(batch.column(places.id))?.clone(),
            times: places.time.map(|index| typed(batch.column(index)).cloned()).transpose()?,
            columns: places.columns.iter().map(column).collect::<Result<_, _>>()?,
            rows: batch.num_rows(),
        })
    }

    pub(super) const fn rows(&self) -> usize {
        self.rows
    }

    /// Event time of a row; before every instant when it has none.
    pub(super) fn time(&self, row: usize) -> i64 {
        self.times.as_ref().filter(|t| t.is_valid(row)).map_or(i64::MIN, |times| times.value(row))
    }

    pub(super) fn id(&self, row: usize) -> &str {
        text(&self.ids, row).unwrap_or_default()
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> RowCell<'_> {
        self.columns[column].cell(row).unwrap_or(RowCell::Missing)
    }
}

impl ChunkColumn {
    fn new(array: &ArrayRef, decode: Decode) -> Result<Self, String> {
        Ok(match decode {
            Decode::Custom => Self::Custom(typed::<StringArray>(array)?.clone()),
            Decode::Typed(ColumnType::Text) => Self::Text(typed::<StringArray>(array)?.clone()),
            Decode::Typed(ColumnType::Time) => Self::Time(typed::<TimestampMicrosecondArray>(array)?.clone()),
            Decode::Typed(ColumnType::Integer) => Self::Integer(typed::<Int64Array>(array)?.clone()),
            Decode::Typed(ColumnType::Number) => Self::Number(typed::<Float64Array>(array)?.clone()),
            Decode::Typed(ColumnType::Boolean) => Self::Boolean(typed::<BooleanArray>(array)?.clone()),
            Decode::Typed(ColumnType::List) => {
                let list: &ListArray = typed(array)?;
                typed::<StringArray>(list.values())?;
                Self::List(list.clone())
            }
        })
    }

    fn cell(&self, row: usize) -> Option<RowCell<'_>> {
        Some(match self {
            Self::Missing => return None,
            Self::Text(texts) => RowCell::Text(text(texts, row)?.into()),
            Self::Custom(texts) => custom_cell(text(texts, row)?),
            Self::Time(times) => RowCell::Time(times.is_valid(row).then(|| times.value(row))?),
            Self::Integer(numbers) => RowCell::Integer(numbers.is_valid(row).then(|| numbers.value(row))?),
            Self::Number(numbers) => RowCell::Number(numbers.is_valid(row).then(|| numbers.value(row))?),
            Self::Boolean(bits) => RowCell::Boolean(bits.is_valid(row).then(|| bits.value(row))?),
            Self::List(lists) => RowCell::List(elements(lists, row)?),
        })
    }
}

fn text(texts: &StringArray, row: usize) -> Option<&str> {
    texts.is_valid(row).then(|| texts.value(row))
}

fn elements(lists: &ListArray, row: usize) -> Option<Vec<Cow<'_, str>>> {
    if lists.is_null(row) {
        return None;
    }
    let ends = lists.value_offsets();
    let place = |end: i32| usize::try_from(end).unwrap_or_default();
    let texts = lists.values().as_string::<i32>();
    Some((place(ends[row])..place(ends[row + 1])).map(|i| texts.value(i).into()).collect())
}

/// A custom value from its text, which is JSON. A text without escapes is not copied.
fn custom_cell(json: &str) -> RowCell<'_> {
    if let Ok(text) = serde_json::from_str::<&str>(json) {
        return RowCell::Text(text.into());
    }
    match parse_custom(json) {
        Ok(CustomValue::Text(text)) => RowCell::Text(text.into()),
        Ok(CustomValue::Number(x)) => RowCell::Number(x),
        Ok(CustomValue::Boolean(b)) => RowCell::Boolean(b),
        Ok(CustomValue::List(items)) => RowCell::List(items.into_iter().map(Cow::Owned).collect()),
        // Written by ourselves, so this is never reached; a reader still sees what is there.
        Err(_) => RowCell::Text(json.into()),
    }
}
