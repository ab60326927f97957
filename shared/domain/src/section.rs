//! What a section is: a part of a report that says which queries it needs and makes its blocks from their results.
//!
//! A section is plain data with two pure functions. Headings, the order of sections and what an empty one looks like
//! belong to [`crate::report_plan`]; whether its counts add up is checked by [`crate::gate`].

use std::collections::BTreeMap;

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, TableColumn};
use crate::listing::{ListedRows, NewestRows};
use crate::metric::percent_of;
use crate::query::Query;
use crate::report_data::MetricFigure;
use crate::report_input::ReportInput;
use crate::result::{Cell, Figure, QueryResult};
use crate::template::MetricUse;

/// A part of a report.
#[derive(Debug)]
pub struct Section {
    /// Its id, snake_case.
    pub id: &'static str,
    /// Its title, as printed.
    pub title: &'static str,
    /// What it tells, in one sentence.
    pub description: &'static str,
    /// The datasets that it is made from, the main one first; none when it is made of the report's figures or of
    /// reference tables alone.
    pub datasets: &'static [DatasetId],
    /// Metrics of the dictionary that it draws on; those of one figure are measured for every report that has it.
    pub metrics: &'static [&'static str],
    /// The queries it needs. [`Measured::results`] has their results, in this order.
    pub plan: fn(&ReportInput) -> Vec<Query>,
    /// Makes its blocks. The results have the shape that the queries ask for; the gate has seen to it.
    pub build: fn(&Measured<'_>) -> SectionOutput,
    /// The records that it lists, newest first. [`Measured::listed`] has their rows, in this order.
    pub newest: fn(&ReportInput) -> Vec<NewestRows>,
}

/// What a section is built from.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// What the report is about.
    pub input: &'a ReportInput,
    /// The metrics that the template shows as cards.
    pub cards: &'a [MetricUse],
    /// Figures of every metric of one figure that the report uses, by id.
    pub figures: &'a BTreeMap<String, MetricFigure>,
    /// Results of the section's own queries, in the order of its plan.
    pub results: &'a [&'a QueryResult],
    /// Rows of the section's own listings, in the order that it asks for them.
    pub listed: &'a [&'a ListedRows],
    /// How many records there are of each dataset that the report reads.
    pub records: &'a BTreeMap<DatasetId, u64>,
}

impl Measured<'_> {
    /// Value of a metric in its unit; `Null` when there is nothing to compute from.
    #[must_use]
    pub fn value(&self, metric: &str) -> &Cell {
        self.figures.get(metric).map_or(&Cell::Null, |figure| &figure.value)
    }

    /// Value of a metric in the period before; `Null` when there is nothing to compute from.
    #[must_use]
    pub fn previous(&self, metric: &str) -> &Cell {
        self.figures.get(metric).map_or(&Cell::Null, |figure| &figure.previous)
    }

    /// Incidents created in the window.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.records_of(DatasetId::Incidents)
    }

    /// Records of a dataset that the report is about: those of the window, or all of a catalogue.
    #[must_use]
    pub fn records_of(&self, dataset: DatasetId) -> u64 {
        self.records.get(&dataset).copied().unwrap_or(0)
    }
}

/// What a section says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SectionOutput {
    /// Its blocks, without its heading. Tables are kept in the report's data even when the section is empty.
    pub blocks: Vec<Block>,
    /// Why there is nothing to say, as a sentence; `None` when there is.
    pub empty: Option<String>,
    /// Sums that must be the number of records that the report is about.
    pub tallies: Vec<Tally>,
    /// How many records its breakdowns and top lists rest on.
    pub coverage: Vec<Coverage>,
}

/// A sum over a table that must be the number of a dataset's records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The dataset whose records were added up.
    pub of: DatasetId,
    /// What was added up, such as `by severity`.
    pub what: &'static str,
    /// The sum.
    pub sum: u64,
}

/// How many records a breakdown or top list rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Id of the metric.
    pub metric: &'static str,
    /// Records that are in it.
    pub population: u64,
    /// Records left out.
    pub excluded: u64,
}

impl SectionOutput {
    /// An output that says something.
    #[must_use]
    pub fn of(blocks: Vec<Block>) -> Self {
        Self { blocks, ..Self::default() }
    }

    /// An output that has nothing to say, with the reason as a sentence.
    #[must_use]
    pub fn empty(reason: impl Into<String>) -> Self {
        Self { empty: Some(reason.into()), ..Self::default() }
    }

    /// The same output, empty for that reason if `condition` holds.
    #[must_use]
    pub fn empty_if(mut self, condition: bool, reason: impl Into<String>) -> Self {
        if condition {
            self.empty = Some(reason.into());
        }
        self
    }

    /// The same output with a sum that must be the number of incidents in the window.
    #[must_use]
    pub fn tally(self, what: &'static str, sum: u64) -> Self {
        self.tally_of(DatasetId::Incidents, what, sum)
    }

    /// The same output with a sum that must be the number of records of a dataset.
    #[must_use]
    pub fn tally_of(mut self, of: DatasetId, what: &'static str, sum: u64) -> Self {
        self.tallies.push(Tally { of, what, sum });
        self
    }

    /// The same output with the number of records that a breakdown or top list rests on.
    #[must_use]
    pub fn covering(mut self, metric: &'static str, population: u64, excluded: u64) -> Self {
        self.coverage.push(Coverage { metric, population, excluded });
        self
    }
}

/// A column of a table.
#[must_use]
pub fn column(name: &str, title: impl Into<String>, kind: ColumnKind) -> TableColumn {
    TableColumn { name: name.to_owned(), title: title.into(), kind }
}

/// A table that shows every row there is.
#[must_use]
pub fn whole_table(
    id: &str,
    title: impl Into<String>,
    columns: Vec<TableColumn>,
    rows: Vec<Vec<Cell>>,
) -> Table {
    Table::new(id, title, columns, rows)
}

/// A count as a cell.
#[must_use]
pub fn count_cell(n: u64) -> Cell {
    Cell::Integer(i64::try_from(n).unwrap_or(i64::MAX))
}

/// The percentage of a part; no value when there is no whole.
#[must_use]
pub fn share_cell(part: u64, total: u64) -> Cell {
    percent_of(part, total).map_or(Cell::Null, Cell::Number)
}

/// The count in a cell; 0 for anything that is not one.
#[must_use]
pub fn whole(cell: &Cell) -> u64 {
    match cell {
        Cell::Integer(n) => u64::try_from(*n).unwrap_or(0),
        _ => 0,
    }
}

/// The figure of that name in one row of a result.
///
/// # Panics
///
/// When the query did not ask for it: results have the shape of their queries by the time a section sees them.
#[must_use]
pub fn figure<'a>(result: &'a QueryResult, row: usize, name: &str) -> &'a Figure {
    let index =
        result.figure_names.iter().position(|n| n == name).expect("the section asked for this figure");
    &result.rows[row].figures[index]
}
