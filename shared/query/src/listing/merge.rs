//! The merge: rows of all segments in one order.
//!
//! A segment is opened when the merge reaches its first event time and closed after its last row, so that as many are
//! open as overlap in time.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::cursor::{Cursor, Place};
use crate::error::QueryError;
use crate::population::micros;
use crate::scan::Admitted;

/// Rows that all open segments together may hold, about.
const OPEN_ROWS: usize = 32_768;
/// Fewest and most rows that one segment is read by.
const BATCH: (usize, usize) = (256, 4_096);

/// Rows of several segments in one order.
pub(super) struct Merge {
    columns: Vec<String>,
    batch_rows: usize,
    /// Not opened yet, the earliest last.
    waiting: Vec<(i64, Admitted)>,
    open: BinaryHeap<Head>,
}

/// The next row of an open segment. The greatest head is the one that comes first.
struct Head {
    place: Place,
    cursor: Cursor,
}

impl Merge {
    pub(super) fn new(admitted: Vec<Admitted>, columns: Vec<String>) -> Self {
        let start = |from: &Admitted| from.meta.event_range.map_or(i64::MIN, |(first, _)| micros(first));
        let admitted = admitted.into_iter().filter(|from| !from.rows.is_empty());
        let mut waiting: Vec<(i64, Admitted)> = admitted.map(|from| (start(&from), from)).collect();
        waiting.sort_by_key(|(start, from)| std::cmp::Reverse((*start, from.meta.seq)));
        let batch_rows = (OPEN_ROWS / most_open(&waiting).max(1)).clamp(BATCH.0, BATCH.1);
        Self { columns, batch_rows, waiting, open: BinaryHeap::new() }
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<Place>, QueryError> {
        self.open_reached()?;
        let Some(mut first) = self.open.peek_mut() else { return Ok(None) };
        match first.cursor.next()? {
            Some(place) => Ok(Some(std::mem::replace(&mut first.place, place))),
            None => Ok(Some(PeekMut::pop(first).place)),
        }
    }

    /// Opens every segment that may hold a row before the first of those that are open.
    fn open_reached(&mut self) -> Result<(), QueryError> {
        while let Some((start, _)) = self.waiting.last() {
            if self.open.peek().is_some_and(|first| first.place.key().0 < *start) {
                break;
            }
            let Some((_, from)) = self.waiting.pop() else { break };
            let mut cursor = Cursor::open(from, &self.columns, self.batch_rows)?;
            if let Some(place) = cursor.next()? {
                self.open.push(Head { place, cursor });
            }
        }
        Ok(())
    }
}

/// How many segments overlap in time, at most.
fn most_open(segments: &[(i64, Admitted)]) -> usize {
    let end = |from: &Admitted| from.meta.event_range.map_or(i64::MIN, |(_, last)| micros(last));
    let mut events: Vec<(i64, bool)> =
        segments.iter().flat_map(|(start, from)| [(*start, false), (end(from), true)]).collect();
    // Opening comes before closing at one instant.
    events.sort_unstable();
    let step = |(open, most): (usize, usize), (_, closes): (i64, bool)| {
        if closes { (open - 1, most) } else { (open + 1, most.max(open + 1)) }
    };
    events.into_iter().fold((0, 0), step).1
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other.place.key().cmp(&self.place.key())
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}
