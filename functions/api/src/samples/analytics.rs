//! Answers to questions about incidents.

use serde_json::{Value, json};
use sitrep_domain::analytics::{
    DataTypeShare, DurationFigures, Interval, PeriodSummary, PolicyViolation, SeverityDistributionAnswer,
    SeverityShare, SummaryAnswer, SummaryFigures, TrendPoint, TrendSeries, TrendsAnswer, Violator,
    ViolatorKey,
};

use super::at;

pub(crate) fn trends_answer() -> Value {
    let point = |day: &str, count| TrendPoint { timestamp: at(day), count };
    let points = vec![point("2026-10-01T00:00:00Z", 41), point("2026-10-02T00:00:00Z", 0)];
    json!(TrendsAnswer {
        interval: Interval::Day,
        start_date: at("2026-10-01T00:00:00Z"),
        end_date: at("2026-10-03T00:00:00Z"),
        timezone: "UTC".to_owned(),
        group_by: None,
        series: vec![TrendSeries { key: "total".to_owned(), points }],
        total_incidents: 41,
    })
}

pub(crate) fn top_violators_answer() -> Value {
    let key = ViolatorKey::Agent {
        agent_id: "agent-7".to_owned(),
        agent_name: Some("laptop of Ann".to_owned()),
        hostname: Some("ann-mbp".to_owned()),
    };
    json!([Violator { key, incident_count: 12, critical_count: 3 }])
}

pub(crate) fn data_types_answer() -> Value {
    let row = |data_type: Option<&str>, count, percentage| DataTypeShare {
        data_type: data_type.map(str::to_owned),
        count,
        percentage: Some(percentage),
        avg_confidence: Some(0.82),
        confidence_excluded: 1,
    };
    json!([row(Some("pii"), 30, 75.0), row(None, 10, 25.0)])
}

pub(crate) fn policy_violations_answer() -> Value {
    json!([PolicyViolation {
        policy_id: "dlp-1".to_owned(),
        policy_name: Some("No card numbers outside".to_owned()),
        total: 12,
        blocked: 8,
        allowed: 1,
        quarantined: 1,
        alerted: 2,
        block_rate: Some(66.67),
        critical: 3,
        last_violation_at: Some(at("2026-10-31T22:41:00Z")),
    }])
}

pub(crate) fn severity_distribution_answer() -> Value {
    let row = |severity, count, percentage| SeverityShare { severity, count, percentage: Some(percentage) };
    let distribution = vec![
        row("critical", 5, 12.5),
        row("high", 10, 25.0),
        row("medium", 10, 25.0),
        row("low", 10, 25.0),
        row("informational", 4, 10.0),
        row("unrated", 1, 2.5),
    ];
    json!(SeverityDistributionAnswer { total: 40, distribution })
}

pub(crate) fn summary_answer() -> Value {
    let period = |start: &str, end: &str, total_incidents| PeriodSummary {
        start_date: at(start),
        end_date: at(end),
        figures: figures(total_incidents),
    };
    json!(SummaryAnswer {
        current: period("2026-10-01T00:00:00Z", "2026-10-31T00:00:00Z", 118),
        previous: period("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z", 131),
    })
}

fn figures(total_incidents: u64) -> SummaryFigures {
    let durations = |mean, median| DurationFigures {
        mean: Some(mean),
        median: Some(median),
        population: total_incidents - 8,
        excluded: 8,
    };
    SummaryFigures {
        total_incidents,
        critical_incidents: 9,
        high_incidents: 41,
        open_incidents: 12,
        blocked: 60,
        block_rate: Some(62.5),
        mtta_minutes: durations(22.4, 11.0),
        mttr_minutes: durations(1_310.5, 410.0),
        auto_resolution_rate: Some(18.64),
        sla_compliance: Some(91.53),
        unique_users: 57,
        unique_agents: 23,
        risk_score: Some(41.2),
    }
}
