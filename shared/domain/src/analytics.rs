//! Analytics: six fixed questions about incidents, each with the queries it needs and the answer made from their results.
//!
//! A question is plain data made of validated parameters; [`Analysis`] says which [`Query`]s it asks and how its answer
//! reads. The API, exports and reports share both, so a figure is the same wherever it shows. What is computed comes
//! from the metric dictionary wherever it has an entry; running queries belongs to whoever holds the records.

mod data_types;
mod input;
mod policy_violations;
mod severity_distribution;
mod summary;
mod tables;
mod top_violators;
mod trends;

use serde::Serialize;

use crate::invalid::Invalid;
use crate::metrics::get_metric;
use crate::query::{NamedMeasure, Query};
use crate::result::{Cell, Figure, QueryResult, ResultRow};

pub use data_types::{DataTypeShare, DataTypes, DataTypesAnswer};
pub use input::{AnalyticsInput, AnalyticsParameters, FILTERS};
pub use policy_violations::{PolicyViolation, PolicyViolations, PolicyViolationsAnswer};
pub use severity_distribution::{SeverityDistribution, SeverityDistributionAnswer, SeverityShare};
pub use summary::{DurationFigures, PeriodSummary, Summary, SummaryAnswer, SummaryFigures};
pub use tables::{AnswerTable, Tabular};
pub use top_violators::{TopViolators, TopViolatorsAnswer, Violator, ViolatorKey, ViolatorKind};
pub use trends::{Interval, SeriesKey, TrendPoint, TrendSeries, Trends, TrendsAnswer};

/// Most rows of a list that has no limit of its own; past it the question is refused, never cut silently.
pub const MAX_LIST_ROWS: usize = 10_000;

/// A question about incidents.
pub trait Analysis: Send + Sync {
    /// What it is answered with.
    type Answer: Serialize + Send;

    /// What must be asked, all on one snapshot. Each passes [`Query::check`].
    fn queries(&self) -> Vec<Query>;

    /// The answer, from the results of [`Self::queries`] in their order.
    ///
    /// # Errors
    ///
    /// [`Invalid`] of kind `LimitExceeded` when the answer would be longer than the question allows.
    fn answer(&self, results: &[QueryResult]) -> Result<Self::Answer, Invalid>;
}

/// A metric of the dictionary under another name.
fn metric_as(name: &str, metric: &str) -> NamedMeasure {
    NamedMeasure { name: name.to_owned(), ..get_metric(metric).named_measure() }
}

/// The figures of one row, by name.
#[derive(Clone, Copy)]
struct RowFigures<'a> {
    names: &'a [String],
    figures: &'a [Figure],
}

impl<'a> RowFigures<'a> {
    fn of(result: &'a QueryResult, row: &'a ResultRow) -> Self {
        Self { names: &result.figure_names, figures: &row.figures }
    }

    /// The figure of that name.
    fn get(&self, name: &str) -> &'a Figure {
        let index = self.names.iter().position(|n| n == name).expect("the question asked for this figure");
        &self.figures[index]
    }

    /// A count.
    fn count(&self, name: &str) -> u64 {
        crate::section::whole(&self.get(name).value)
    }

    /// A number, if there is one.
    fn number(&self, name: &str) -> Option<f64> {
        self.get(name).value.as_f64()
    }

    /// A text, if there is one.
    fn text(&self, name: &str) -> Option<String> {
        self.get(name).value.as_str().map(str::to_owned)
    }

    /// A figure of a metric in the metric's unit: percentages 0–100 with two decimals.
    fn metric(&self, name: &str, metric: &str) -> Option<f64> {
        get_metric(metric).in_unit(&self.get(name).value).as_f64()
    }
}

/// The text of a group key; none when it is missing.
fn key_text(key: &Cell) -> Option<String> {
    key.as_str().map(str::to_owned)
}

/// Refuses a list that is longer than [`MAX_LIST_ROWS`].
fn check_whole(result: &QueryResult, what: &str, filter: &str) -> Result<(), Invalid> {
    if !result.truncated() {
        return Ok(());
    }
    let detail = format!(
        "there are {} {what}, and an answer has at most {MAX_LIST_ROWS}; narrow the dates or filter by {filter}",
        result.total_rows
    );
    Err(Invalid::limit(filter, detail))
}

/// The percentage of a part, 0–100 with two decimals; none when there is no whole.
fn share(part: u64, total: u64) -> Option<f64> {
    crate::section::share_cell(part, total).as_f64()
}

#[cfg(test)]
mod tests;
