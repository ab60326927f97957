//! Report data: the numbers of a report without their looks.
//!
//! It is what `GET /reports/{id}` answers in `data` and what the JSON artifact carries. Its form is versioned by
//! [`ReportData::SCHEMA`]; durations are minutes, unrounded.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::document::{Block, Table, Unit};
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

impl DataTable {
    /// The tables among the blocks, then those of charts whose numbers none of them has.
    #[must_use]
    pub fn of_blocks(blocks: &[Block]) -> Vec<Self> {
        let tables = blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(Self::from(table)),
            _ => None,
        });
        let charts = blocks.iter().filter_map(|block| match block {
            Block::Chart(chart) if !chart.is_told_in(blocks) => Some(Self::from(&chart.table())),
            _ => None,
        });
        let mut all: Vec<Self> = tables.chain(charts).collect();
        Self::number_repeated(&mut all);
        all
    }

    /// Gives a table whose id another before it has a number, from 2 on.
    pub fn number_repeated<'a>(tables: impl IntoIterator<Item = &'a mut Self>) {
        let mut taken = BTreeSet::new();
        for table in tables {
            let plain = table.id.clone();
            let mut copies = 1;
            while !taken.insert(table.id.clone()) {
                copies += 1;
                table.id = format!("{plain}_{copies}");
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Chart, ChartKind, Series, SeriesRole};

    fn chart(values: &[f64]) -> Chart {
        let values = values.iter().copied().map(Some).collect();
        Chart {
            title: "Load".into(),
            summary: String::new(),
            kind: ChartKind::Line,
            categories: vec!["a".into(), "b".into()],
            series: vec![Series { name: "n".into(), values, role: SeriesRole::Plain }],
            unit: Unit::Count,
        }
    }

    #[test]
    fn a_chart_whose_numbers_no_table_has_becomes_one_with_an_id_of_its_own() {
        let told = Table { id: "load".into(), ..chart(&[1.0, 2.0]).table() };
        let blocks = [
            Block::Chart(chart(&[1.0, 2.0])),
            Block::Chart(chart(&[3.0, 4.0])),
            Block::Table(told),
            Block::Chart(chart(&[5.0, 6.0])),
        ];
        let tables = DataTable::of_blocks(&blocks);
        let ids: Vec<&str> = tables.iter().map(|table| table.id.as_str()).collect();
        assert_eq!(ids, ["load", "chart_load", "chart_load_2"]);
        assert_eq!(tables[2].rows[1], [Cell::Text("b".into()), Cell::Integer(6)]);
    }
}
