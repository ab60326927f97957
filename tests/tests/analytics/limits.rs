//! What would cost too much is refused at once, by a limit that has a name.

use std::fmt::Write as _;
use std::time::Instant;

use serde_json::{Value, json};
use sitrep_tests::data::gzip;
use sitrep_tests::{TestApp, TestTenant};

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
    println!("{told}: {} in {:?}", answer.json()["detail"], start.elapsed());
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

#[tokio::test]
async fn an_answer_that_is_too_large_to_travel_is_refused_with_a_remedy() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    // 8 KB is the most that a text has; 1,000 of them are 8 MB.
    let name = "n".repeat(8_000);
    for part in 0..4 {
        let mut lines = String::new();
        for i in part * 250..(part + 1) * 250 {
            writeln!(
                lines,
                r#"{{"id":"i-{i}","created_at":"2026-10-05T08:00:00Z","severity":"high","policy_id":"p-{i}","policy_name":"{i}{name}"}}"#
            )
            .unwrap();
        }
        acme.ingest_gzip("native", gzip(lines.as_bytes())).await;
    }
    let path = "/api/v1/analytics/policy-violations?start_date=2026-10-01&end_date=2026-10-31";
    let answer = acme.get(path).await;
    assert_eq!((answer.status, answer.code().as_str()), (422, "LIMIT_EXCEEDED"));
    assert!(answer.text().contains("9 MB, at most 5; narrow the window"), "{}", answer.text());
    let few: String = (0..500).map(|i| format!("&policy_id=p-{i}")).collect();
    let answer = acme.get(&format!("{path}{few}")).await.expect(200);
    assert_eq!(answer.as_array().map(Vec::len), Some(500));
}

#[tokio::test]
async fn measures_and_their_filters_have_a_budget_over_the_whole_query() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let count = |n: usize| json!({"op": "count", "where": {"field": "confidence", "op": "ge", "value": n}});
    let sums = |sums: usize, terms: usize| -> Value {
        let term = |n: usize| json!({"weight": 1, "measure": count(n)});
        let sum = |i: usize| {
            let terms: Vec<Value> = (0..terms).map(|j| term(i * terms + j)).collect();
            json!({"as": format!("m{i}"), "measure": {"op": "weighted_sum", "terms": terms}})
        };
        (0..sums).map(sum).collect()
    };
    refuse(&acme, json!({"metrics": sums(128, 63)}), "at most 512 measures").await;
    refuse(&acme, json!({"metrics": sums(9, 63)}), "at most 512 measures").await;
    let compare = |n: usize| json!({"field": "confidence", "op": "ne", "value": n});
    let wide: Vec<Value> = (0..6)
        .map(|i| {
            let all: Vec<Value> = (0..167).map(|j| compare(i * 167 + j)).collect();
            json!({"as": format!("m{i}"), "measure": {"op": "count", "where": {"and": all}}})
        })
        .collect();
    refuse(&acme, json!({"metrics": wide}), "at most 1000 comparisons").await;
    let body =
        json!({"dataset": "incidents", "start": "2026-10-01", "end": "2026-10-31", "metrics": sums(8, 63)});
    let answer = acme.post("/api/v1/query", body).await.expect(200);
    assert_eq!(answer["total_rows"], 1);
}

#[tokio::test]
async fn figures_that_rest_on_the_same_values_count_one_by_one() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    for part in 0..2 {
        let mut lines = String::new();
        for i in part * 40_000..(part + 1) * 40_000 {
            writeln!(
                lines,
                r#"{{"id":"i-{i}","created_at":"2026-10-05T08:00:00Z","confidence":0.{i},"techniques":["T1059"]}}"#
            )
            .unwrap();
        }
        acme.ingest_gzip("native", gzip(lines.as_bytes())).await;
    }
    let measures = |count: usize, measure: &dyn Fn(usize) -> Value| -> Value {
        (0..count).map(|i| json!({"as": format!("m{i}"), "measure": measure(i)})).collect()
    };
    let percentile = |i: usize| json!({"op": "percentile", "p": i as f64 / 128.0, "of": "confidence"});
    let coverage = |_: usize| json!({"op": "coverage", "catalogue": "attack-18.1", "of": "techniques"});
    refuse(&acme, json!({"group_by": ["id"], "metrics": measures(128, &percentile)}), "62500 groups").await;
    refuse(&acme, json!({"group_by": ["id"], "metrics": measures(128, &coverage)}), "976 groups").await;
    let top = json!({"dataset": "incidents", "start": "2026-10-01", "end": "2026-10-31", "group_by": ["id"],
        "metrics": measures(99, &percentile), "order_by": ["-m98"], "limit": 3});
    let answer = acme.post("/api/v1/query", top).await.expect(200);
    assert_eq!((&answer["total_rows"], &answer["truncated"]), (&json!(80_000), &json!(true)));
}
