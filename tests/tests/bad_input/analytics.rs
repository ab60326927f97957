//! Questions about incidents whose parameters do not fit.

use sitrep_tests::TestApp;
use sitrep_tests::data::incident;

use crate::problem::{Case, assert_refused, invalid, limit, too_long};

const QUESTIONS: [&str; 6] =
    ["trends", "top-violators", "data-types", "policy-violations", "severity-distribution", "summary"];

#[tokio::test]
async fn questions_are_refused_by_parameter() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    let too_many = format!("user={}", (0..1_001).map(|i| i.to_string()).collect::<Vec<_>>().join("&user="));
    let ninety_days = "Date range cannot exceed 90 days";
    let mut cases = Vec::new();
    for question in QUESTIONS {
        for (query, refusal) in [
            ("start_date=soon", invalid("start_date", "2026-11-20")),
            ("startDate=2026-02-30", invalid("start_date", "2026-11-20")),
            ("start_date=2026-10-05T00:00:00", invalid("start_date", "2026-11-20")),
            ("end_date=tomorrow", invalid("end_date", "2026-11-20")),
            ("start_date=2026-10-05&end_date=2026-10-04", invalid("end_date", "after start_date")),
            (
                "start_date=2026-10-05T00:00:00Z&end_date=2026-10-05T00:00:00Z",
                invalid("end_date", "after start_date"),
            ),
            ("start_date=2026-12-01", invalid("end_date", "after start_date")),
            ("start_date=2026-01-01&end_date=2026-04-01", too_long("end_date", ninety_days)),
            ("start_date=2026-01-01", too_long("end_date", ninety_days)),
            ("start_date=0001-01-01&end_date=9999-12-31", too_long("end_date", ninety_days)),
            ("start_date=2026-10-01&start_date=2026-10-02", invalid("start_date", "once")),
            ("timezone=Mars/Olympus", invalid("timezone", "Europe/Berlin")),
            ("severity=severe", invalid("severity", "critical, high, medium, low, informational, unrated")),
            ("severity=high&severity=HIGH", invalid("severity", "informational")),
            ("action=deny", invalid("action", "blocked, allowed, quarantined, alerted")),
            ("colour=red", invalid("colour", "no parameter")),
            ("tag=x", invalid("tag", "no parameter")),
            ("user=", invalid("user", "leave user out")),
            ("severity=high&team=a&team=", invalid("team", "leave team out")),
            (&too_many, limit("user", "1000 values")),
        ] {
            cases.push(Case::get(&format!("/api/v1/analytics/{question}?{query}"), refusal));
        }
    }
    for (query, refusal) in [
        ("trends?interval=quarter", invalid("interval", "hour, day, week, month")),
        ("trends?group_by=team", invalid("group_by", "severity, type, policy_id")),
        ("trends?group_by=type&groupBy=severity", invalid("group_by", "once")),
        ("trends?by=user", invalid("by", "no parameter")),
        ("top-violators?by=hostname", invalid("by", "user, agent, ip_address")),
        ("top-violators?limit=0", invalid("limit", "1 to 100")),
        ("top-violators?limit=101", invalid("limit", "1 to 100")),
        ("top-violators?limit=ten", invalid("limit", "1 to 100")),
        ("summary?limit=5", invalid("limit", "no parameter")),
    ] {
        cases.push(Case::get(&format!("/api/v1/analytics/{query}"), refusal));
    }
    assert_refused(&app, &acme, cases).await;
}
