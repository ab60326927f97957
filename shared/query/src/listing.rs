//! Listings of records: the newest versions that a window and a filter admit, by event time and then id.
//!
//! [`RowScan`] asks for segments as [`crate::Scan`] does. What it opens is a stream of bounded batches: segments are
//! sorted by event time, so that a stretch of time at a time is read of all of them, and never all rows. Records without
//! event time come first. Two runs over one snapshot give the same rows in the same order.

mod chunk;
mod part;
mod slices;

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use sitrep_domain::csv::LIST_SEPARATOR;
use sitrep_domain::datasets::get_dataset;
use sitrep_domain::listing::{ListedRows, Listing};
use sitrep_domain::measure::Measure;
use sitrep_domain::query::Query;
use sitrep_domain::result::Cell;
use sitrep_domain::snapshot::Snapshot;

pub use self::chunk::RowCell;
use self::slices::{Place, Slices};
use crate::bitmap::Bitmap;
use crate::column::Column;
use crate::error::QueryError;
use crate::scan::{Admitted, Scan};
use crate::segment::Segment;

/// A listing under way: tells which segments it needs, takes them, opens a stream of rows.
pub struct RowScan {
    scan: Scan,
    listing: Listing,
}

impl RowScan {
    /// Plans a listing, which must have passed [`Listing::check`], over a snapshot of its dataset.
    ///
    /// # Errors
    ///
    /// As [`Scan::new`].
    pub fn new(snapshot: &Arc<Snapshot>, listing: &Listing) -> Result<Self, QueryError> {
        let rows = Query::new(listing.dataset, listing.window).filtered(listing.filter.clone());
        let scan = Scan::new(snapshot, &[rows.measure("rows", Measure::count())])?.holding();
        Ok(Self { scan, listing: listing.clone() })
    }

    /// As [`Scan::wanted`].
    #[must_use]
    pub fn wanted(&self) -> Vec<usize> {
        self.scan.wanted()
    }

    /// As [`Scan::provide`].
    ///
    /// # Errors
    ///
    /// As [`Scan::provide`].
    pub fn provide(&mut self, index: usize, segment: Arc<Segment>) -> Result<(), QueryError> {
        self.scan.provide(index, segment)
    }

    /// Opens the stream of all rows, oldest first.
    ///
    /// # Errors
    ///
    /// [`QueryError::Corrupt`] for a segment that cannot be decoded; [`QueryError::Internal`] while something is still
    /// wanted.
    pub fn open(self) -> Result<RowStream, QueryError> {
        let admitted = self.scan.admit()?;
        let columns = self.columns(&admitted);
        RowStream::new(columns, admitted)
    }

    /// The newest rows, newest first, and how many there are in all.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn newest(self, limit: usize) -> Result<ListedRows, QueryError> {
        let mut admitted = self.scan.admit()?;
        let total_rows = admitted.iter().map(|a| a.rows.count()).sum();
        let columns = self.columns(&admitted);
        keep_newest(&mut admitted, limit)?;
        let stream = RowStream::new(columns.clone(), admitted)?;
        let mut newest = VecDeque::with_capacity(limit + 1);
        for batch in stream {
            let batch = batch?;
            for row in 0..batch.len() {
                newest.push_front((0..columns.len()).map(|c| batch.cell(row, c).into()).collect());
                newest.truncate(limit);
            }
        }
        Ok(ListedRows { columns, rows: newest.into(), total_rows })
    }

    /// Names of the columns: those asked for, or all of the dataset and then the tenant's own fields by name.
    fn columns(&self, admitted: &[Admitted]) -> Vec<String> {
        if !self.listing.columns.is_empty() {
            return self.listing.columns.clone();
        }
        let typed = get_dataset(self.listing.dataset).columns.iter().map(|c| c.name);
        let custom: BTreeSet<&str> =
            admitted.iter().filter(|a| !a.rows.is_empty()).flat_map(|a| a.segment.custom_names()).collect();
        typed.chain(custom).map(str::to_owned).collect()
    }
}

/// Rows in order, in bounded batches.
pub struct RowStream {
    columns: Vec<String>,
    total_rows: u64,
    slices: Slices,
}

impl RowStream {
    /// Most rows of a batch.
    pub const BATCH_ROWS: usize = 4_096;

    fn new(columns: Vec<String>, admitted: Vec<Admitted>) -> Result<Self, QueryError> {
        let total_rows = admitted.iter().map(|a| a.rows.count()).sum();
        let slices = Slices::new(admitted, &columns, Slices::ROOM)?;
        Ok(Self { columns, total_rows, slices })
    }

    /// Names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// Rows there are in all.
    #[must_use]
    pub const fn total_rows(&self) -> u64 {
        self.total_rows
    }
}

impl Iterator for RowStream {
    type Item = Result<RowBatch, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rows = self.slices.next(Self::BATCH_ROWS);
        rows.map(|rows| (!rows.is_empty()).then_some(RowBatch { rows })).transpose()
    }
}

/// Some rows, in order.
pub struct RowBatch {
    rows: Vec<Place>,
}

impl RowBatch {
    /// How many.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The cell of a row in a column of the stream.
    ///
    /// # Panics
    ///
    /// When there is no such row or column.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> RowCell<'_> {
        let place = &self.rows[row];
        place.chunk.cell(place.row, column)
    }
}

impl From<RowCell<'_>> for Cell {
    fn from(cell: RowCell<'_>) -> Self {
        match cell {
            RowCell::Missing => Self::Null,
            RowCell::Text(text) => Self::Text(text.into_owned()),
            RowCell::Time(micros) => jiff::Timestamp::from_microsecond(micros).map_or(Self::Null, Self::Time),
            RowCell::Integer(n) => Self::Integer(n),
            RowCell::Number(x) => Self::Number(x),
            RowCell::Boolean(b) => Self::Boolean(b),
            RowCell::List(items) => Self::Text(items.join(LIST_SEPARATOR)),
        }
    }
}

/// Leaves the rows out that are surely not among the newest: those older than so many others.
fn keep_newest(admitted: &mut [Admitted], limit: usize) -> Result<(), QueryError> {
    let mut times = Vec::new();
    for from in admitted.iter() {
        let of_row = event_times(from)?;
        from.rows.for_each(|row| times.push(of_row.map_or(i64::MIN, |times| times[row])));
    }
    let Some(place) = times.len().checked_sub(limit.max(1)) else { return Ok(()) };
    let oldest_kept = *times.select_nth_unstable(place).1;
    for from in admitted {
        let Some(times) = event_times(from)? else { continue };
        let newer = Bitmap::from_fn(times.len(), |row| times[row] >= oldest_kept);
        from.rows.and(&newer);
    }
    Ok(())
}

/// The event times of a segment by row; `None` when its records have none.
fn event_times(from: &Admitted) -> Result<Option<&[i64]>, QueryError> {
    let Some(name) = from.segment.dataset().event_time else { return Ok(None) };
    let corrupt = |detail: String| QueryError::Corrupt { key: from.key.clone(), detail };
    match from.segment.column(name).map_err(corrupt)? {
        Some(Column::Integer { cells, .. }) => Ok(Some(cells)),
        Some(_) => Err(corrupt("a time column has another type".to_owned())),
        None => Ok(None),
    }
}
