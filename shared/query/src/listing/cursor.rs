//! Cursors: the admitted rows of one segment, in order, a few at a time.
//!
//! A segment is sorted by event time (rows without one first) and within equal times by arrival; a cursor orders those
//! by id. It holds a batch of rows and, where many records have the same time, the rest of these.

use std::collections::VecDeque;
use std::sync::Arc;

use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowSelection, RowSelector};
use sitrep_domain::dataset::Dataset;

use super::chunk::{Chunk, Places};
use crate::bitmap::Bitmap;
use crate::decode::Decode;
use crate::error::QueryError;
use crate::file::guard;
use crate::scan::Admitted;
use crate::segment::Segment;

/// Rows without an admitted one are skipped in blocks of so many; single ones are not worth it.
const BLOCK: usize = 1_024;

/// One row of a chunk.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) chunk: Arc<Chunk>,
    pub(super) row: usize,
}

impl Place {
    /// What rows are ordered by: event time, then id.
    pub(super) fn key(&self) -> (i64, &str) {
        (self.chunk.time(self.row), self.chunk.id(self.row))
    }
}

/// The admitted rows of one segment.
pub(super) struct Cursor {
    key: String,
    admitted: Bitmap,
    places: Places,
    /// Row numbers in the order in which the reader gives them.
    numbers: std::vec::IntoIter<usize>,
    /// `None` once everything has been read.
    reader: Option<ParquetRecordBatchReader>,
    ready: VecDeque<Place>,
    /// Rows of the newest event time read, which may go on in the next batch.
    open: Vec<Place>,
}

impl Cursor {
    /// Opens a segment for these columns of the listing.
    pub(super) fn open(from: Admitted, columns: &[String], batch_rows: usize) -> Result<Self, QueryError> {
        let Admitted { segment, meta, rows } = from;
        let corrupt = |detail: String| QueryError::Corrupt { key: meta.key.clone(), detail };
        let blocks = blocks_with_rows(&rows, segment.rows());
        let (roots, places) = place_columns(&segment, columns).map_err(corrupt)?;
        let reader = segment.read_rows(&roots, select(&blocks), batch_rows).map_err(corrupt)?;
        let within = |block: &(bool, std::ops::Range<usize>)| block.0.then(|| block.1.clone());
        let numbers: Vec<usize> = blocks.iter().filter_map(within).flatten().collect();
        Ok(Self {
            key: meta.key,
            admitted: rows,
            places,
            numbers: numbers.into_iter(),
            reader: Some(reader),
            ready: VecDeque::new(),
            open: Vec::new(),
        })
    }

    /// The next row, in order.
    pub(super) fn next(&mut self) -> Result<Option<Place>, QueryError> {
        while self.ready.is_empty() && self.reader.is_some() {
            self.read().map_err(|detail| QueryError::Corrupt { key: self.key.clone(), detail })?;
        }
        Ok(self.ready.pop_front())
    }

    /// Reads a batch, and readies all rows before the last event time in it: those of that time may go on.
    fn read(&mut self) -> Result<(), String> {
        let Some(reader) = &mut self.reader else { return Ok(()) };
        let Some(batch) = guard(|| reader.next().transpose().map_err(|e| e.to_string()))? else {
            self.reader = None;
            return self.ready_until(None);
        };
        let chunk = Arc::new(Chunk::new(&batch, &self.places)?);
        let Some(last) = chunk.rows().checked_sub(1) else { return Ok(()) };
        for row in 0..=last {
            let number = self.numbers.next().ok_or("it has more rows than asked for")?;
            if self.admitted.contains(number) {
                self.open.push(Place { chunk: Arc::clone(&chunk), row });
            }
        }
        self.ready_until(Some(chunk.time(last)))
    }

    fn ready_until(&mut self, time: Option<i64>) -> Result<(), String> {
        let count = match time {
            Some(time) => self.open.partition_point(|place| place.key().0 < time),
            None => self.open.len(),
        };
        let before = self.ready.len();
        self.ready.extend(self.open.drain(..count));
        let fresh = &mut self.ready.make_contiguous()[before..];
        if !fresh.is_sorted_by_key(|place| place.key().0) {
            return Err("its rows are not in the order of their event time".to_owned());
        }
        fresh.sort_by(|a, b| a.key().cmp(&b.key()));
        Ok(())
    }
}

/// The segment's rows in blocks that have an admitted row or none, in order.
fn blocks_with_rows(admitted: &Bitmap, rows: usize) -> Vec<(bool, std::ops::Range<usize>)> {
    let mut blocks: Vec<(bool, std::ops::Range<usize>)> = Vec::new();
    for start in (0..rows).step_by(BLOCK) {
        let end = rows.min(start + BLOCK);
        let has_rows = (start..end).any(|row| admitted.contains(row));
        match blocks.last_mut() {
            Some((same, range)) if *same == has_rows => range.end = end,
            _ => blocks.push((has_rows, start..end)),
        }
    }
    blocks
}

fn select(blocks: &[(bool, std::ops::Range<usize>)]) -> RowSelection {
    let selector = |(has_rows, range): &(bool, std::ops::Range<usize>)| {
        if *has_rows { RowSelector::select(range.len()) } else { RowSelector::skip(range.len()) }
    };
    blocks.iter().map(selector).collect::<Vec<_>>().into()
}

/// Which columns of the file are read, ascending, and where each column of the listing lies among them.
fn place_columns(segment: &Segment, columns: &[String]) -> Result<(Vec<usize>, Places), String> {
    let dataset: &Dataset = segment.dataset();
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
