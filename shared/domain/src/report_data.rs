//! Report data: the numbers of a report without their looks.
//!
//! It is what `GET /reports/{id}` answers in `data` and what the JSON artifact carries. Its form is versioned by
//! [`ReportData::SCHEMA`]; durations are minutes, unrounded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Table, Unit};
use crate::result::Cell;

/// The numbers of a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportData {
    /// Name and version of this form.
    pub schema: String,
    /// Figures by metric id.
    pub metrics: BTreeMap<String, MetricFigure>,
    /// The sections, in the order of the report.
    pub sections: Vec<SectionData>,
}

impl ReportData {
    /// Name and version of the current form.
    pub const SCHEMA: &'static str = "sitrep.report-data/1";
}

/// One metric's figure in a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricFigure {
    /// Version of the metric.
    pub version: u32,
    /// The value in the metric's unit; null when there was nothing to compute from.
    pub value: Cell,
    /// Its unit.
    pub unit: Unit,
    /// Records that it rests on.
    pub population: u64,
    /// Records of the population left out.
    pub excluded: u64,
    /// The value of the period of the same length before; null when there was nothing to compute from.
    pub previous: Cell,
}

/// The tables of one section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionData {
    /// Id of the section.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its tables.
    pub tables: Vec<DataTable>,
}

/// One table of numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataTable {
    /// Machine name, unique in the report.
    pub id: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows, one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// Rows there are in all.
    pub total_rows: u64,
    /// Whether rows were left out.
    pub truncated: bool,
}

impl From<&Table> for DataTable {
    fn from(table: &Table) -> Self {
        Self {
            id: table.id.clone(),
            columns: table.columns.iter().map(|c| c.name.clone()).collect(),
            rows: table.rows.clone(),
            total_rows: table.total_rows,
            truncated: table.truncated(),
        }
    }
}
