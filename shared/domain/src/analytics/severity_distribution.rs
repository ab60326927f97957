//! Severity distribution: how the incidents of the window are spread over the severities.
//!
//! Every severity has its row, worst first, `unrated` last, so the counts add up to the total.

use serde::Serialize;

use super::{Analysis, AnalyticsInput, RowFigures, metric_as, share};
use crate::invalid::Invalid;
use crate::query::Query;
use crate::result::QueryResult;
use crate::severity;

const COUNT: &str = "incidents";

/// The question: incidents per severity.
#[derive(Clone, Debug)]
pub struct SeverityDistribution {
    /// Window, zone and filter.
    pub input: AnalyticsInput,
}

/// Incidents per severity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeverityDistributionAnswer {
    /// Incidents created in the window.
    pub total: u64,
    /// One row per severity, worst first, `unrated` last.
    pub distribution: Vec<SeverityShare>,
}

/// One severity.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeverityShare {
    /// The severity, or `unrated`.
    pub severity: &'static str,
    /// Incidents created in the window.
    pub count: u64,
    /// Percentage of all incidents of the window, 0–100 with two decimals; none when there are none.
    pub percentage: Option<f64>,
}

impl Analysis for SeverityDistribution {
    type Answer = SeverityDistributionAnswer;

    fn queries(&self) -> Vec<Query> {
        let mut query = self.input.query().by_field("severity");
        query.measures.push(metric_as(COUNT, "by_severity"));
        vec![query]
    }

    fn answer(&self, results: &[QueryResult]) -> Result<SeverityDistributionAnswer, Invalid> {
        let result = &results[0];
        let mut counts = [0; severity::COUNT];
        for row in &result.rows {
            counts[severity::place(&row.keys[0])] += RowFigures::of(result, row).count(COUNT);
        }
        let total = counts.iter().sum();
        let rows = severity::list().zip(counts);
        let row = |(severity, count)| SeverityShare { severity, count, percentage: share(count, total) };
        Ok(SeverityDistributionAnswer { total, distribution: rows.map(row).collect() })
    }
}
