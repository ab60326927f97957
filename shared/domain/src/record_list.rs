//! Record lists: the newest records of a dataset, one row each, with how many there are in all.

use crate::dataset::DatasetId;
use crate::document::{ColumnKind, Table};
use crate::filter::Filter;
use crate::listing::{ListedRows, Listing, NewestRows};
use crate::metric::MetricSettings;
use crate::report_input::ReportInput;
use crate::result::Cell;
use crate::section::column;
use crate::severity;

/// The newest records of a dataset.
pub(crate) struct RecordList {
    /// Id of the table.
    pub(crate) id: &'static str,
    /// Title of the table.
    pub(crate) title: &'static str,
    pub(crate) dataset: DatasetId,
    /// The columns, their titles and how they are printed.
    pub(crate) columns: &'static [(&'static str, &'static str, ColumnKind)],
    /// Which records.
    pub(crate) filter: fn(&MetricSettings) -> Option<Filter>,
    /// Most rows.
    pub(crate) limit: usize,
}

impl RecordList {
    /// The listing over the report's window.
    pub(crate) fn newest(&self, input: &ReportInput) -> NewestRows {
        let window = crate::datasets::get_dataset(self.dataset).event_time.map(|_| input.window());
        self.newest_of(input, window)
    }

    /// The listing over another window.
    pub(crate) fn newest_of(&self, input: &ReportInput, window: Option<crate::window::Window>) -> NewestRows {
        let both: Vec<Filter> =
            input.filter().cloned().into_iter().chain((self.filter)(&input.metric_settings())).collect();
        let filter = (!both.is_empty()).then_some(Filter::And(both));
        let names: Vec<&str> = self.columns.iter().map(|(name, ..)| *name).collect();
        NewestRows {
            listing: Listing::new(self.dataset, window).filtered(filter).columns(&names),
            limit: self.limit,
        }
    }

    /// The table of what was listed.
    pub(crate) fn tabulate(&self, listed: &ListedRows) -> Table {
        let columns = self.columns.iter().map(|(name, title, kind)| column(name, *title, *kind)).collect();
        let named = |row: &Vec<Cell>| {
            let name = |((_, _, kind), cell): (&(_, _, ColumnKind), &Cell)| match (kind, cell) {
                (ColumnKind::Severity, Cell::Null) => Cell::Text(severity::UNRATED.to_owned()),
                (_, Cell::Boolean(yes)) => Cell::Text(if *yes { "yes" } else { "no" }.to_owned()),
                (_, cell) => cell.clone(),
            };
            self.columns.iter().zip(row).map(name).collect()
        };
        let rows = listed.rows.iter().map(named).collect();
        Table { total_rows: listed.total_rows, ..Table::new(self.id, self.title, columns, rows) }
    }
}
