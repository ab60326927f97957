//! Policy violations: what was done about the incidents of each policy.
//!
//! Incidents without a policy are left out of the list and counted beside it. The block rate is the dictionary's:
//! blocked incidents by incidents that have an action. A policy's name is that of its newest incident that has one.

use jiff::Timestamp;
use serde::Serialize;

use super::{Analysis, AnalyticsInput, MAX_LIST_ROWS, RowFigures, check_whole, key_text, metric_as};
use crate::datasets::incidents::ACTIONS;
use crate::filter::{Compare, Filter};
use crate::invalid::Invalid;
use crate::measure::{Measure, MeasureOp, Value};
use crate::query::Query;
use crate::result::{Cell, QueryResult, ResultRow};

const COLUMN: &str = "policy_id";
const TOTAL: &str = "total";
const NAME: &str = "policy_name";
const BLOCK_RATE: &str = "block_rate";
const CRITICAL: &str = "critical";
const LAST: &str = "last_violation_at";

/// The question: incidents per policy, and what was done about them.
#[derive(Clone, Debug)]
pub struct PolicyViolations {
    /// Window, zone and filter.
    pub input: AnalyticsInput,
}

/// Incidents per policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyViolationsAnswer {
    /// Total descending, then policy id ascending.
    pub rows: Vec<PolicyViolation>,
    /// Incidents of the window without a policy.
    pub unassigned: u64,
}

/// One policy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyViolation {
    /// Its id.
    pub policy_id: String,
    /// Its name in its newest incident of the window that has one.
    pub policy_name: Option<String>,
    /// Incidents created in the window.
    pub total: u64,
    /// Those that were blocked.
    pub blocked: u64,
    /// Those that were allowed.
    pub allowed: u64,
    /// Those that were quarantined.
    pub quarantined: u64,
    /// Those that were alerted.
    pub alerted: u64,
    /// Percentage blocked of those that have an action, 0–100 with two decimals; none when none has.
    pub block_rate: Option<f64>,
    /// Those that are critical.
    pub critical: u64,
    /// When the newest one was created.
    pub last_violation_at: Option<Timestamp>,
}

impl Analysis for PolicyViolations {
    type Answer = PolicyViolationsAnswer;

    fn queries(&self) -> Vec<Query> {
        let mut query = self.input.query().by_field(COLUMN);
        query.measures.extend([metric_as(TOTAL, "total"), metric_as(CRITICAL, "critical")]);
        query.measures.push(metric_as(BLOCK_RATE, "block_rate"));
        for action in ACTIONS {
            let is_action = Filter::compare("action", Compare::Eq, *action);
            query = query.measure(*action, Measure::count().filtered(is_action));
        }
        query = query.measure(NAME, Measure::latest(Value::column(NAME)));
        query = query.measure(LAST, Measure::new(MeasureOp::Max(Value::column("created_at"))));
        vec![query.top(TOTAL, MAX_LIST_ROWS)]
    }

    fn answer(&self, results: &[QueryResult]) -> Result<PolicyViolationsAnswer, Invalid> {
        let result = &results[0];
        check_whole(result, "policies", COLUMN)?;
        let rows = result.rows.iter().filter_map(|row| violation(result, row)).collect();
        Ok(PolicyViolationsAnswer { rows, unassigned: result.unassigned })
    }
}

fn violation(result: &QueryResult, row: &ResultRow) -> Option<PolicyViolation> {
    let figures = RowFigures::of(result, row);
    Some(PolicyViolation {
        policy_id: key_text(&row.keys[0])?,
        policy_name: figures.text(NAME),
        total: figures.count(TOTAL),
        blocked: figures.count("blocked"),
        allowed: figures.count("allowed"),
        quarantined: figures.count("quarantined"),
        alerted: figures.count("alerted"),
        block_rate: figures.metric(BLOCK_RATE, "block_rate"),
        critical: figures.count(CRITICAL),
        last_violation_at: match figures.get(LAST).value {
            Cell::Time(at) => Some(at),
            _ => None,
        },
    })
}
