//! The questions that are timed: those of the analytics API, and a whole report.
//!
//! `ask_duckdb.py` asks the same of the same files under the same names.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::filter::Filter;
use sitrep_domain::measure::{Measure, MeasureOp, Value};
use sitrep_domain::query::{GroupKey, Population, Query, TimeBucket};
use sitrep_domain::report_input::ReportInput;
use sitrep_domain::report_plan::ReportPlan;
use sitrep_domain::templates::find_template;
use sitrep_domain::window::Window;

use crate::Outcome;
use crate::records::{DAYS, FIRST_DAY};

/// A question: its name and the queries that one pass answers.
pub(crate) type Question = (String, Vec<Query>);

/// The questions of the analytics API.
pub(crate) fn analytics() -> Outcome<Vec<Question>> {
    let all = window(0, DAYS)?;
    let about = || Query::new(DatasetId::Incidents, Some(all));
    let bucket = |time| GroupKey::Time { time, of: "created_at".into(), timezone: "UTC".into() };
    let trend = |time| about().by(bucket(time)).measure("n", Measure::count());
    let critical = || when("severity", "critical").map(|f| Measure::count().filtered(f));
    let top = |key: &str| -> Outcome<Query> {
        Ok(about().by_field(key).measure("n", Measure::count()).measure("critical", critical()?).top("n", 10))
    };
    let mut policies = about().by_field("policy_id").measure("n", Measure::count());
    for action in ["blocked", "allowed", "quarantined", "alerted"] {
        policies = policies.measure(action, Measure::count().filtered(when("action", action)?));
    }
    policies = policies.measure("critical", critical()?);
    policies = policies.measure("last", Measure::new(MeasureOp::Max(Value::column("created_at"))));
    let types = about()
        .by_field("data_type")
        .measure("n", Measure::count())
        .measure("confidence", Measure::mean(Value::column("confidence")));
    let severities = about().by_field("severity").measure("n", Measure::count());
    let (previous, current) = (window(0, DAYS / 2)?, window(DAYS / 2, DAYS)?);
    Ok([
        ("trend by day and severity", vec![trend(TimeBucket::Day).by_field("severity")]),
        ("trend by hour", vec![trend(TimeBucket::Hour)]),
        ("trend by day and policy", vec![trend(TimeBucket::Day).by_field("policy_id")]),
        ("top users", vec![top("user")?]),
        ("top agents", vec![top("agent_id")?]),
        ("data types", vec![types]),
        ("policy violations", vec![policies]),
        ("severity distribution", vec![severities]),
        ("summary and the period before", vec![summary(current)?, summary(previous)?]),
    ]
    .map(|(name, queries)| (name.to_owned(), queries))
    .into())
}

/// Every query of the executive report over the second half of the days, compared with the first.
pub(crate) fn report() -> Outcome<Vec<Query>> {
    let (previous, current) = (window(0, DAYS / 2)?, window(DAYS / 2, DAYS)?);
    let day = |at: Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let days = (day(current.start()), day(current.end() - SignedDuration::from_secs(1)));
    let input = ReportInput::new(current, previous, days, "UTC", TimeBucket::Day, None)?;
    let template = find_template("executive_monthly").ok_or("the template is built in")?;
    Ok(ReportPlan::new(&[template], input).queries().to_vec())
}

fn window(first: usize, after: usize) -> Outcome<Window> {
    let start: Timestamp = FIRST_DAY.parse()?;
    let day = |n: usize| start + SignedDuration::from_hours(24 * n as i64);
    Ok(Window::new(day(first), day(after))?)
}

fn when(field: &str, value: impl Into<serde_json::Value>) -> Outcome<Filter> {
    Ok(Filter::parse(&json!({"field": field, "op": "eq", "value": value.into()}))?)
}

fn summary(window: Window) -> Outcome<Query> {
    let minutes = |to: &str| Value::minutes_between("created_at", to);
    let distinct = |name: &str| Measure::new(MeasureOp::CountDistinct(Value::column(name)));
    let share = |field: &str, value: serde_json::Value| -> Outcome<Measure> {
        let known = Filter::parse(&json!({"field": field, "op": "is_null", "value": false}))?;
        let num = Box::new(Measure::count().filtered(when(field, value)?));
        Ok(Measure::new(MeasureOp::Ratio { num, den: Box::new(Measure::count().filtered(known)) }))
    };
    Ok(Query::new(DatasetId::Incidents, Some(window))
        .measure("total", Measure::count())
        .measure("critical", Measure::count().filtered(when("severity", "critical")?))
        .measure("high", Measure::count().filtered(when("severity", "high")?))
        .measure_of("open", Measure::count(), Population::CreatedAndOpenAtEnd)
        .measure("blocked", Measure::count().filtered(when("action", "blocked")?))
        .measure("block_rate", share("action", json!("blocked"))?)
        .measure("mtta_mean", Measure::mean(minutes("acknowledged_at")))
        .measure("mtta_median", Measure::percentile(0.5, minutes("acknowledged_at")))
        .measure("mttr_mean", Measure::mean(minutes("resolved_at")))
        .measure("mttr_median", Measure::percentile(0.5, minutes("resolved_at")))
        .measure("auto_resolution_rate", share("auto_resolved", json!(true))?)
        .measure("sla_compliance", share("sla_met", json!(true))?)
        .measure("users", distinct("user"))
        .measure("agents", distinct("agent_id")))
}
