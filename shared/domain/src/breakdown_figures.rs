//! Figures that several breakdowns share, one list per kind of record.

use serde_json::json;

use crate::breakdown::BreakdownFigure;
use crate::datasets::detections;
use crate::document::Unit;
use crate::filter::{Compare, Filter};
use crate::measure::{Measure, MeasureOp, Value};
use crate::metrics::{
    change_fail_rate, change_lead_time, low_confidence_share, mean_confidence, policy_coverage,
    sla_compliance,
};

/// Audit entries: how many, how many of them without success, by how many actors, and the last.
pub(crate) const AUDIT_ENTRIES: &[BreakdownFigure] = &[
    BreakdownFigure::count("entries", "Entries", |_| Measure::count()),
    BreakdownFigure::count("not_success", "Not success", |_| {
        Measure::count().filtered(Filter::compare("outcome", Compare::Ne, "success"))
    }),
    BreakdownFigure::count("actors", "Actors", |_| Measure::count_distinct(Value::column("actor"))),
    BreakdownFigure::time("last", "Last", |_| Measure::new(MeasureOp::Max(Value::column("created_at")))),
];

/// Deployed changes: how many, their failures and their lead time.
pub(crate) const DEPLOYED_CHANGES: &[BreakdownFigure] = &[
    BreakdownFigure::count("deployed", "Deployed", |_| Measure::count()),
    BreakdownFigure::count("failed", "Failed", |_| {
        Measure::count().filtered(Filter::compare("failed", Compare::Eq, true))
    }),
    BreakdownFigure::percent("fail_percent", "Fail rate", |settings| {
        (change_fail_rate::METRIC.measure)(settings)
    }),
    BreakdownFigure::of("median_lead_minutes", "Median lead time", Unit::Minutes, |settings| {
        (change_lead_time::METRIC.measure)(settings)
    }),
];

/// Incidents: how many, how many critical, and how many not resolved.
pub(crate) const INCIDENTS: &[BreakdownFigure] = &[
    BreakdownFigure::count("incidents", "Incidents", |_| Measure::count()),
    BreakdownFigure::count("critical", "Critical", |_| {
        Measure::count().filtered(Filter::compare("severity", Compare::Eq, "critical"))
    }),
    BreakdownFigure::count("unresolved", "Not resolved", |_| {
        Measure::count().filtered(Filter::is_null("resolved_at"))
    }),
];

/// Detection rules: how many, how many of them active, and how many without a technique.
pub(crate) const DETECTION_RULES: &[BreakdownFigure] = &[
    BreakdownFigure::count("rules", "Rules", |_| Measure::count()),
    BreakdownFigure::count("active", "Active", |_| Measure::count().filtered(detections::active())),
    BreakdownFigure::count("without_technique", "Without technique", |_| {
        Measure::count().filtered(Filter::is_null("techniques"))
    }),
];

/// Decisions of agents: how many, how sure, and how many were stopped.
pub(crate) const AGENT_DECISIONS: &[BreakdownFigure] = &[
    BreakdownFigure::count("decisions", "Decisions", |_| Measure::count()),
    BreakdownFigure::of("mean_confidence", "Mean confidence", Unit::Number, |settings| {
        (mean_confidence::METRIC.measure)(settings)
    }),
    BreakdownFigure::percent("low_confidence_percent", "Low confidence", |settings| {
        (low_confidence_share::METRIC.measure)(settings)
    }),
    BreakdownFigure::percent("policy_percent", "With a policy", |settings| {
        (policy_coverage::METRIC.measure)(settings)
    }),
    BreakdownFigure::count("flagged", "Flagged, escalated or blocked", |_| {
        Measure::count().filtered(Filter::compare(
            "status",
            Compare::In,
            json!(["flagged", "escalated", "blocked"]),
        ))
    }),
];

/// Resolved incidents: how many, how fast, and how well.
pub(crate) const RESOLVED_INCIDENTS: &[BreakdownFigure] = &[
    BreakdownFigure::count("resolved", "Resolved", |_| Measure::count()),
    BreakdownFigure::of("median_minutes", "Median time to resolve", Unit::Minutes, |_| {
        Measure::percentile(0.5, Value::minutes_between("created_at", "resolved_at"))
    }),
    BreakdownFigure::of("p95_minutes", "95th percentile", Unit::Minutes, |_| {
        Measure::percentile(0.95, Value::minutes_between("created_at", "resolved_at"))
    }),
    BreakdownFigure::count("reopened", "Reopened", |_| {
        Measure::count().filtered(Filter::compare("reopen_count", Compare::Gt, 0))
    }),
    BreakdownFigure::percent("met_percent", "Share met", |settings| {
        (sla_compliance::METRIC.measure)(settings)
    }),
];
