//! Data types: which kinds of data the incidents of the window concern.
//!
//! Shares divide by all incidents of the window, as in the dictionary (`data_type_share`), so incidents without a data
//! type are a row of their own, the last one, and the shares add up to 100.

use serde::Serialize;

use super::{Analysis, AnalyticsInput, MAX_LIST_ROWS, RowFigures, check_whole, key_text, metric_as, share};
use crate::invalid::Invalid;
use crate::measure::{Measure, Value};
use crate::query::{OrderBy, Query};
use crate::result::{Cell, QueryResult};

const COLUMN: &str = "data_type";
const COUNT: &str = "count";
const CONFIDENCE: &str = "avg_confidence";

/// The question: incidents per data type.
#[derive(Clone, Debug)]
pub struct DataTypes {
    /// Window, zone and filter.
    pub input: AnalyticsInput,
}

/// Incidents per data type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DataTypesAnswer {
    /// Count descending, then data type ascending; the row without data type last.
    pub rows: Vec<DataTypeShare>,
    /// Incidents of the window without a data type: the count of that row.
    pub unassigned: u64,
    /// Incidents of the window.
    pub total: u64,
}

/// One data type.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DataTypeShare {
    /// The data type; none for incidents that have none.
    pub data_type: Option<String>,
    /// Incidents created in the window.
    pub count: u64,
    /// Percentage of all incidents of the window, 0–100 with two decimals.
    pub percentage: Option<f64>,
    /// Mean confidence, 0–1; none when no incident has one.
    pub avg_confidence: Option<f64>,
    /// Incidents that the mean leaves out for want of a confidence.
    pub confidence_excluded: u64,
}

impl Analysis for DataTypes {
    type Answer = DataTypesAnswer;

    fn queries(&self) -> Vec<Query> {
        let mut query = self.input.query().by_field(COLUMN);
        query.measures.push(metric_as(COUNT, "total"));
        query.order_by = vec![OrderBy { by: COUNT.to_owned(), descending: true }];
        query.limit = MAX_LIST_ROWS;
        vec![query.measure(CONFIDENCE, Measure::mean(Value::column("confidence")))]
    }

    fn answer(&self, results: &[QueryResult]) -> Result<DataTypesAnswer, Invalid> {
        let result = &results[0];
        check_whole(result, "data types", COLUMN)?;
        let count = |row| RowFigures::of(result, row).count(COUNT);
        let total = result.rows.iter().map(count).sum();
        let row = |row| {
            let figures = RowFigures::of(result, row);
            DataTypeShare {
                data_type: key_text(&row.keys[0]),
                count: figures.count(COUNT),
                percentage: share(figures.count(COUNT), total),
                avg_confidence: figures.number(CONFIDENCE),
                confidence_excluded: figures.get(CONFIDENCE).excluded,
            }
        };
        let mut rows: Vec<DataTypeShare> = result.rows.iter().map(row).collect();
        rows.sort_by_key(|row| row.data_type.is_none());
        let unassigned = result.rows.iter().filter(|row| row.keys[0] == Cell::Null).map(count).sum();
        Ok(DataTypesAnswer { rows, unassigned, total })
    }
}
