//! Queries over every dataset: with and without event time, lists by element, custom fields of mixed types, ratios.

use serde_json::{Value, json};
use sitrep_tests::{TestApp, TestTenant};

/// A dataset, records of it, and questions with the rows that answer them.
struct Case {
    dataset: &'static str,
    records: Value,
    questions: Vec<(Value, Value)>,
}

const DAY: &str = "2026-10-05T08:00:00Z";

fn cases() -> Vec<Case> {
    let count = json!([{"as": "n", "measure": {"op": "count"}}]);
    let window = |question: Value| {
        let mut question = question;
        (question["start"], question["end"]) = (json!("2026-10-01"), json!("2026-10-31"));
        question
    };
    vec![
        Case {
            dataset: "incidents",
            records: json!([
                {"id": "a", "created_at": DAY, "severity": "high", "tags": ["x", "y"], "techniques": ["T1", "T2"],
                    "custom": {"cost": 3, "site": "berlin"}},
                {"id": "b", "created_at": DAY, "tags": [], "custom": {"cost": "three", "site": ["berlin", "oslo"]}},
                {"id": "c", "created_at": DAY, "severity": "high", "tags": ["x"], "custom": {"cost": true}},
                {"id": "d", "created_at": DAY, "sla_met": true, "custom": {"cost": 3.0}},
                {"id": "e", "created_at": "2026-09-30T23:59:59Z", "tags": ["x"]},
            ]),
            questions: vec![
                (
                    window(json!({"group_by": ["tags"], "metrics": count})),
                    json!([["x", 2], ["y", 1], [null, 2]]),
                ),
                (
                    window(json!({"group_by": ["tags", "techniques"], "metrics": count})),
                    json!([
                        ["x", "T1", 1],
                        ["x", "T2", 1],
                        ["x", null, 1],
                        ["y", "T1", 1],
                        ["y", "T2", 1],
                        [null, null, 2]
                    ]),
                ),
                (
                    window(json!({"group_by": ["custom.cost"], "metrics": count})),
                    json!([[true, 1], [3.0, 2], ["three", 1]]),
                ),
                (
                    window(json!({"group_by": ["custom.site"], "metrics": count, "order_by": ["-n"]})),
                    json!([["berlin", 2], ["oslo", 1], [null, 2]]),
                ),
                (window(json!({"filters": {"custom.cost": [3]}, "metrics": count})), json!([[2]])),
                (window(json!({"filters": {"custom.site": ["oslo"]}, "metrics": count})), json!([[1]])),
                (
                    window(
                        json!({"filters": {"field": "custom.cost", "op": "ge", "value": 1}, "metrics": count}),
                    ),
                    json!([[2]]),
                ),
                (
                    window(json!({"metrics": [{"as": "rate", "measure": {"op": "ratio",
                        "num": {"op": "count", "where": {"field": "severity", "op": "eq", "value": "high"}},
                        "den": {"op": "count"}}}, {"as": "none", "measure": {"op": "ratio", "num": {"op": "count"},
                        "den": {"op": "count", "where": {"field": "team", "op": "eq", "value": "red"}}}},
                        {"as": "cost", "measure": {"op": "sum", "of": "custom.cost"}},
                        {"as": "kinds", "measure": {"op": "count_distinct", "of": "custom.cost"}},
                        {"as": "last", "measure": {"op": "latest", "of": "severity"}}]})),
                    json!([[0.5, null, 6.0, 3, "high"]]),
                ),
                (
                    window(
                        json!({"group_by": [{"time": "week", "of": "created_at", "timezone": "Europe/Berlin"}],
                        "metrics": count}),
                    ),
                    json!([["2026-10-04T22:00:00Z", 4]]),
                ),
            ],
        },
        Case {
            dataset: "changes",
            records: json!([
                {"id": "a", "created_at": DAY, "service": "api", "deployed_at": "2026-10-05T09:30:00Z", "failed": false},
                {"id": "b", "created_at": DAY, "service": "api", "deployed_at": "2026-10-05T08:30:00Z", "failed": true},
                {"id": "c", "created_at": DAY, "service": "web", "deployed_at": "2026-10-05T07:30:00Z"},
            ]),
            questions: vec![(
                window(json!({"group_by": ["service"], "metrics": [{"as": "lead", "measure": {"op": "mean",
                    "of": {"minutes_between": ["created_at", "deployed_at"]}}}]})),
                json!([["api", 60.0], ["web", null]]),
            )],
        },
        Case {
            dataset: "detections",
            records: json!([
                {"id": "a", "created_at": DAY, "level": "high", "enabled": true, "techniques": ["T1", "T2"]},
                {"id": "b", "created_at": DAY, "level": "high", "enabled": false, "techniques": ["T2"]},
            ]),
            questions: vec![
                (window(json!({"group_by": ["enabled"], "metrics": count})), json!([[false, 1], [true, 1]])),
                (
                    window(json!({"group_by": ["techniques"], "metrics": count})),
                    json!([["T1", 1], ["T2", 2]]),
                ),
            ],
        },
        Case {
            dataset: "traces",
            records: json!([
                {"id": "a", "created_at": DAY, "model": "m", "status": "flagged", "latency_ms": 10, "confidence": 0.5},
                {"id": "b", "model": "m", "status": "approved", "latency_ms": 30},
            ]),
            questions: vec![
                // The time is not required: without a window every record counts, with one only what lies in it.
                (json!({"metrics": count}), json!([[2]])),
                (window(json!({"metrics": count})), json!([[1]])),
                (
                    json!({"metrics": [{"as": "p", "measure": {"op": "percentile", "p": 0.5, "of": "latency_ms"}}]}),
                    json!([[20.0]]),
                ),
            ],
        },
        Case {
            dataset: "connectors",
            records: json!([
                {"id": "a", "created_at": DAY, "connector": "okta", "status": "up", "http_code": 200},
                {"id": "b", "created_at": DAY, "connector": "okta", "status": "down", "http_code": 503},
            ]),
            questions: vec![(
                window(json!({"group_by": ["http_code"], "metrics": count, "order_by": ["-http_code"]})),
                json!([[503, 1], [200, 1]]),
            )],
        },
        Case {
            dataset: "audit_log",
            records: json!([{"id": "a", "created_at": DAY, "actor": "ann", "action": "login", "region": "eu-1"}]),
            questions: vec![(
                window(json!({"group_by": ["actor", "region"], "metrics": count})),
                json!([["ann", "eu-1", 1]]),
            )],
        },
        Case {
            dataset: "policies",
            records: json!([
                {"id": "a", "severity": "high", "service": "s3", "categories": ["encryption", "logging"]},
                {"id": "b", "service": "s3", "categories": ["logging"]},
                {"id": "a", "severity": "low", "service": "iam", "categories": ["logging"]},
            ]),
            questions: vec![
                (json!({"group_by": ["severity"], "metrics": count}), json!([["low", 1], ["unrated", 1]])),
                (json!({"group_by": ["categories"], "metrics": count}), json!([["logging", 2]])),
            ],
        },
        Case {
            dataset: "requirements",
            records: json!([
                {"id": "a", "framework": "cis", "section": "1", "checks": ["c1", "c2"], "automated": true},
                {"id": "b", "framework": "cis", "section": "2", "checks": [], "automated": false},
            ]),
            questions: vec![(
                json!({"group_by": ["framework"], "metrics": [{"as": "n", "measure": {"op": "count"}},
                    {"as": "checks", "measure": {"op": "count_distinct", "of": "checks"}},
                    {"as": "with", "measure": {"op": "count", "where": {"field": "automated", "op": "eq", "value": true}}}]}),
                json!([["cis", 2, 2, 1]]),
            )],
        },
    ]
}

async fn ingest(tenant: &TestTenant<'_>, dataset: &str, records: &Value) {
    let path = format!("/api/v1/datasets/{dataset}/records");
    for record in records.as_array().unwrap() {
        let answer = tenant.post(&path, json!([record])).await.expect(200);
        assert_eq!(answer["rejected"], 0, "{dataset}: {answer}");
    }
}

#[tokio::test]
async fn every_dataset_can_be_asked() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let cases = cases();
    let mut asked = 0;
    for case in &cases {
        ingest(&acme, case.dataset, &case.records).await;
        for (question, rows) in &case.questions {
            let mut body = question.clone();
            body["dataset"] = json!(case.dataset);
            let answer = acme.post("/api/v1/query", body.clone()).await.expect(200);
            assert_eq!(answer["rows"], *rows, "{body}");
            assert_eq!(
                (&answer["truncated"], &answer["snapshot"]["dataset"]),
                (&json!(false), &json!(case.dataset))
            );
            asked += 1;
        }
    }
    let names: Vec<&str> =
        sitrep_domain::datasets::DATASETS.iter().map(|dataset| dataset.id.as_str()).collect();
    assert_eq!(
        cases.iter().map(|case| case.dataset).collect::<Vec<_>>(),
        names,
        "every dataset has its case"
    );
    assert_eq!(asked, 21);
}

#[tokio::test]
async fn a_catalogue_takes_no_window_and_everything_else_with_a_required_time_needs_one() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let count = json!([{"as": "n", "measure": {"op": "count"}}]);
    for dataset in sitrep_domain::datasets::DATASETS {
        let body = json!({"dataset": dataset.id, "metrics": count});
        let mut with_window = body.clone();
        (with_window["start"], with_window["end"]) = (json!("2026-10-01"), json!("2026-10-31"));
        let (without, with) =
            (acme.post("/api/v1/query", body).await, acme.post("/api/v1/query", with_window).await);
        let expected = match dataset.id.as_str() {
            "policies" | "requirements" => ((200, ""), (400, "start")),
            "traces" => ((200, ""), (200, "")),
            _ => ((400, "start"), (200, "")),
        };
        let found = ((without.status, without.field()), (with.status, with.field()));
        assert_eq!(
            found,
            ((expected.0.0, expected.0.1.to_owned()), (expected.1.0, expected.1.1.to_owned())),
            "{}",
            dataset.id
        );
    }
}

#[tokio::test]
async fn every_dataset_says_what_is_in_it() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    for case in cases() {
        let path = format!("/api/v1/datasets/{}", case.dataset);
        let empty = acme.get(&path).await.expect(200);
        assert_eq!(
            (&empty["rows"], &empty["segments"], &empty["generation"]),
            (&json!(0), &json!(0), &json!(0))
        );
        assert_eq!((&empty["first_event_at"], &empty["last_ingest_at"]), (&Value::Null, &Value::Null));
        ingest(&acme, case.dataset, &case.records).await;
        let sent = case.records.as_array().unwrap().len();
        let filled = acme.get(&path).await.expect(200);
        assert_eq!((&filled["rows"], &filled["generation"]), (&json!(sent), &json!(sent)), "{filled}");
        assert_eq!(filled["last_ingest_at"], "2026-11-18T00:00:00Z", "{filled}");
        let times: Vec<&str> = case
            .records
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|record| record["created_at"].as_str())
            .collect();
        assert_eq!(filled["first_event_at"].as_str(), times.iter().min().copied(), "{filled}");
        assert_eq!(filled["last_event_at"].as_str(), times.iter().max().copied(), "{filled}");
        assert_eq!(filled["schema"]["id"], case.dataset);
        let columns = filled["schema"]["columns"].as_array().unwrap();
        assert!(
            columns.iter().all(|column| column["name"].is_string() && column["type"].is_string()),
            "{filled}"
        );
        assert_eq!((&columns[0]["name"], &columns[0]["required"]), (&json!("id"), &json!(true)));
    }
    let all = acme.get("/api/v1/datasets").await.expect(200);
    assert_eq!(all["items"].as_array().unwrap().len(), 8, "{all}");
}
