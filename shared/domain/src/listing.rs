//! Listings: the records themselves, chosen by window and filter, in the order of their event time.
//!
//! Where a [`crate::query::Query`] computes figures over records, a listing gives the records: of each id the newest
//! version, one row each. Equal event times are ordered by id, so that there is one order.

use serde::{Deserialize, Serialize};

use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::filter::Filter;
use crate::invalid::Invalid;
use crate::measure::{check_filter, find_field};
use crate::result::Cell;
use crate::window::Window;

/// Which records, and what of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// The dataset.
    pub dataset: DatasetId,
    /// Bounds of the event time; every record without it.
    pub window: Option<Window>,
    /// Which records count.
    pub filter: Option<Filter>,
    /// Columns and `custom.<name>`, in this order; empty means every column and every custom field.
    pub columns: Vec<String>,
}

impl Listing {
    /// Most rows that a report lists.
    pub const MAX_ROWS: usize = 1_000;

    /// Every column of the records of a window.
    #[must_use]
    pub const fn new(dataset: DatasetId, window: Option<Window>) -> Self {
        Self { dataset, window, filter: None, columns: Vec::new() }
    }

    /// The same listing of fewer records.
    #[must_use]
    pub fn filtered(mut self, filter: Option<Filter>) -> Self {
        self.filter = filter;
        self
    }

    /// The same listing with these columns.
    #[must_use]
    pub fn columns(mut self, columns: &[&str]) -> Self {
        self.columns = columns.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// Checks names and types against the dataset.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `start`, `filters` or `columns`.
    pub fn check(&self) -> Result<(), Invalid> {
        let dataset = get_dataset(self.dataset);
        if self.window.is_some() && dataset.event_time.is_none() {
            let detail = format!("{} have no event time; leave start and end out", dataset.id);
            return Err(Invalid::field("start", "no_event_time", detail));
        }
        if let Some(filter) = &self.filter {
            check_filter(filter, dataset).map_err(|e| e.below("filters"))?;
        }
        for (i, name) in self.columns.iter().enumerate() {
            find_field(name, dataset).map_err(|e| e.below(&format!("columns[{i}]")))?;
        }
        Ok(())
    }
}

/// The newest records of a listing, for a report: at most so many rows.
#[derive(Clone, Debug, PartialEq)]
pub struct NewestRows {
    /// Which records.
    pub listing: Listing,
    /// Most rows, 1 to [`Listing::MAX_ROWS`].
    pub limit: usize,
}

impl ListedRows {
    /// What stands for a listing whose records could not be read: its columns, and no row.
    #[must_use]
    pub fn unread(asked: &NewestRows) -> Self {
        Self { columns: asked.listing.columns.clone(), rows: Vec::new(), total_rows: 0 }
    }
}

/// Rows of a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListedRows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, one cell per column; elements of a list stand in one text.
    pub rows: Vec<Vec<Cell>>,
    /// Rows there are in all.
    pub total_rows: u64,
}
