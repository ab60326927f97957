//! What would cost too much is refused at once, by a limit that has a name.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sitrep_tests::data::gzip;
use sitrep_tests::{TestApp, TestTenant};

/// How long a refusal may take; the contract's second is for a release build, and tests are not one.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

async fn refuse(tenant: &TestTenant<'_>, body: Value, told: &str) {
    let mut body = body;
    (body["dataset"], body["start"], body["end"]) =
        (json!("incidents"), json!("2026-10-01"), json!("2026-10-31"));
    if body["metrics"].is_null() {
        body["metrics"] = json!([{"as": "n", "measure": {"op": "count"}}]);
    }
    let start = Instant::now();
    let answer = tenant.post("/api/v1/query", body.clone()).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "LIMIT_EXCEEDED"), "{body}: {}", answer.text());
    assert!(answer.text().contains(told), "{told}: {}", answer.text());
    println!("{body}: {} in {:?}", answer.json()["detail"], start.elapsed());
    assert!(start.elapsed() < PATIENCE, "{body}: {:?}", start.elapsed());
}

#[tokio::test]
async fn too_many_groups_are_refused_and_one_key_of_many_values_is_not() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    for part in 0..4 {
        let mut lines = String::new();
        for i in 0..50_000 {
            let (id, day, hour) = (part * 50_000 + i, 1 + i % 28, i % 24);
            writeln!(
                lines,
                r#"{{"id":"i-{id}","created_at":"2026-10-{day:02}T{hour:02}:00:00Z","confidence":0.{i}}}"#
            )
            .unwrap();
        }
        acme.ingest_gzip("native", gzip(lines.as_bytes())).await;
    }
    let hour = json!({"time": "hour", "of": "created_at"});
    refuse(&acme, json!({"group_by": ["id", hour]}), "100000 groups").await;
    refuse(&acme, json!({"group_by": [hour, "id", "confidence"]}), "100000 groups").await;
    let many: Vec<Value> = (0..128)
        .map(|i| {
            json!({"as": format!("m{i}"), "measure": {"op": "mean", "of": "confidence",
            "where": {"field": "confidence", "op": "ge", "value": i}}})
        })
        .collect();
    refuse(&acme, json!({"group_by": ["id"], "metrics": many}), "62500 groups").await;
    let top = json!({"dataset": "incidents", "start": "2026-10-01", "end": "2026-10-31", "group_by": ["id"],
        "metrics": [{"as": "n", "measure": {"op": "count"}}], "order_by": ["-n"], "limit": 3});
    let answer = acme.post("/api/v1/query", top).await.expect(200);
    assert_eq!((&answer["total_rows"], &answer["truncated"]), (&json!(200_000), &json!(true)));
}

#[tokio::test]
async fn lists_that_multiply_are_refused() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let list = |name: &str| -> Vec<String> { (0..256).map(|i| format!("{name}{i}")).collect() };
    let record = |i: usize| {
        json!({"id": format!("i-{i}"), "created_at": "2026-10-05T08:00:00Z", "tags": list("t"),
            "techniques": list("x"), "custom": {"a": list("a"), "b": list("b")}})
    };
    acme.ingest(&(0..300).map(record).collect::<Vec<_>>()).await;
    for keys in
        [json!(["tags", "techniques", "custom.a", "custom.b"]), json!(["tags", "techniques", "custom.a"])]
    {
        refuse(&acme, json!({"group_by": keys}), "records times groups").await;
    }
    // 300 records in 65,536 groups each.
    refuse(&acme, json!({"group_by": ["tags", "techniques"]}), "records times groups").await;
}

#[tokio::test]
async fn trends_of_too_many_series_are_refused() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let record = |i: usize| json!({"id": format!("i-{i}"), "created_at": "2026-10-05T08:00:00Z", "type": format!("t{i}")});
    acme.ingest(&(0..24).map(record).collect::<Vec<_>>()).await;
    let path =
        "/api/v1/analytics/trends?start_date=2026-08-03&end_date=2026-10-31&interval=hour&group_by=type";
    let answer = acme.get(path).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "LIMIT_EXCEEDED"), "{}", answer.text());
    assert!(answer.text().contains("50000 points"), "{}", answer.text());
    let answer = acme.get(&format!("{path}&type=t1&type=t2")).await.expect(200);
    assert_eq!(answer["series"]["t1"].as_array().unwrap().len(), 2_160);
}
