//! Parts: the admitted rows of one segment, in order, read a stretch of time at a time.
//!
//! A segment is sorted by event time (rows without one first). A part knows which of its rows were given already, and
//! decodes those of the others that it is asked for. It keeps the segment's file alone: what was decoded to find out
//! which rows are admitted can go.

use std::ops::Range;
use std::sync::Arc;

use parquet::arrow::arrow_reader::{RowSelection, RowSelector};

use super::chunk::{Chunk, Places};
use super::event_times;
use crate::decode::Decode;
use crate::error::QueryError;
use crate::file::guard;
use crate::scan::Admitted;
use crate::segment::{RowReader, Segment};

/// The admitted rows of a segment, and how many of them were given.
pub(super) struct Part {
    key: String,
    reader: RowReader,
    places: Places,
    /// Numbers of the rows, ascending.
    rows: Vec<u32>,
    /// Their event times, ascending.
    times: Vec<i64>,
    given: usize,
}

impl Part {
    /// The rows of a segment, to be read in these columns of the listing.
    pub(super) fn new(from: &Admitted, columns: &[String]) -> Result<Self, QueryError> {
        let corrupt = |detail: String| QueryError::Corrupt { key: from.key.clone(), detail };
        let count = usize::try_from(from.rows.count()).unwrap_or(0);
        let (mut rows, mut times) = (Vec::with_capacity(count), Vec::with_capacity(count));
        let time_of = event_times(from)?;
        from.rows.for_each(|row| {
            rows.push(u32::try_from(row).unwrap_or(u32::MAX));
            times.push(time_of.map_or(i64::MIN, |times| times[row]));
        });
        if !times.is_sorted() {
            return Err(corrupt("its rows are not in the order of their event time".to_owned()));
        }
        let (roots, places) = place_columns(&from.segment, columns).map_err(corrupt)?;
        let reader = from.segment.row_reader(&roots).map_err(corrupt)?;
        Ok(Self { key: from.key.clone(), reader, places, rows, times, given: 0 })
    }

    /// How many rows are left.
    pub(super) const fn left(&self) -> usize {
        self.rows.len() - self.given
    }

    /// How many of the rows that are left come before an instant.
    pub(super) fn left_before(&self, instant: i64) -> usize {
        self.times[self.given..].partition_point(|time| *time < instant)
    }

    /// The first and the last instant of the rows that are left, if there are any.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let left = &self.times[self.given..];
        left.first().copied().zip(left.last().copied())
    }

    /// The next so many rows, for [`Self::read`]; they count as given.
    pub(super) const fn take(&mut self, count: usize) -> Range<usize> {
        let start = self.given;
        self.given += count;
        start..self.given
    }

    /// Decodes rows that were taken.
    pub(super) fn read(&self, taken: Range<usize>) -> Result<Vec<Arc<Chunk>>, QueryError> {
        let corrupt = |detail: String| QueryError::Corrupt { key: self.key.clone(), detail };
        let rows = &self.rows[taken];
        let chunks = self.read_chunks(rows).map_err(corrupt)?;
        if chunks.iter().map(|chunk| chunk.rows()).sum::<usize>() != rows.len() {
            return Err(corrupt("it has other rows than it says".to_owned()));
        }
        Ok(chunks)
    }

    fn read_chunks(&self, rows: &[u32]) -> Result<Vec<Arc<Chunk>>, String> {
        let reader = self.reader.read(select(rows), rows.len())?;
        guard(|| {
            let chunk = |batch: Result<_, arrow::error::ArrowError>| {
                Chunk::new(&batch.map_err(|e| e.to_string())?, &self.places).map(Arc::new)
            };
            reader.map(chunk).collect()
        })
    }
}

/// Selects rows by their numbers, ascending.
fn select(rows: &[u32]) -> RowSelection {
    let mut selectors = Vec::new();
    let mut next = 0;
    for run in rows.chunk_by(|a, b| a + 1 == *b) {
        let first = run[0] as usize;
        if first > next {
            selectors.push(RowSelector::skip(first - next));
        }
        selectors.push(RowSelector::select(run.len()));
        next = first + run.len();
    }
    selectors.into()
}

/// Which columns of the file are read, ascending, and where each column of the listing lies among them.
fn place_columns(segment: &Segment, columns: &[String]) -> Result<(Vec<usize>, Places), String> {
    let dataset = segment.dataset();
    let id = segment.place_of(dataset.columns[0].name).ok_or("it has no ids")?.0;
    let time = dataset.event_time.and_then(|name| segment.place_of(name)).map(|(root, _)| root);
    let wanted: Vec<Option<(usize, Decode)>> = columns.iter().map(|name| segment.place_of(name)).collect();
    let mut roots: Vec<usize> =
        wanted.iter().flatten().map(|(root, _)| *root).chain([id]).chain(time).collect();
    roots.sort_unstable();
    roots.dedup();
    let position = |root: usize| roots.partition_point(|other| *other < root);
    let places = Places {
        id: position(id),
        time: time.map(position),
        columns: wanted.into_iter().map(|place| place.map(|(root, kind)| (position(root), kind))).collect(),
    };
    Ok((roots, places))
}
