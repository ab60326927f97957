//! Idempotency keys through HTTP: however often, however fast and through whatever fault a request is repeated, it has one
//! effect; and nobody meets another one's key.

use std::collections::BTreeSet;

use futures::future::join_all;
use serde_json::{Value, json};
use sitrep_tests::data::incident;
use sitrep_tests::rows::Rows;
use sitrep_tests::{Answer, TestApp, TestTenant};

const SCHEDULES: &str = "/api/v1/reports/schedules";
const GENERATE: &str = "/api/v1/reports/generate";
const MAPPINGS: &str = "/api/v1/datasets/incidents/mappings";
const RECORDS: &str = "/api/v1/datasets/incidents/records";
const DAY_S: i64 = 86_400;

async fn post_as(acme: &TestTenant<'_>, role: &str, path: &str, key: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    acme.send_as(role, "POST", path, &headers, body.to_string()).await
}

async fn post(acme: &TestTenant<'_>, path: &str, key: &str, body: &Value) -> Answer {
    post_as(acme, "owner", path, key, body).await
}

fn saved(name: &str) -> Value {
    json!({"name": name, "report_type": "incident_summary", "formats": ["txt"]})
}

fn october() -> Value {
    json!({"report_type": "incident_summary", "start_date": "2026-10-01", "end_date": "2026-10-31", "formats": ["txt"]})
}

async fn count(acme: &TestTenant<'_>, path: &str) -> usize {
    let list = acme.get(path).await.expect(200);
    if let Some(rows) = list["rows"].as_u64() {
        return rows as usize;
    }
    let items = list["items"].as_array().or(list["shares"].as_array());
    items.unwrap_or_else(|| panic!("{path}: {list}")).len()
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == "true"
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_again() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let first = post(&acme, SCHEDULES, "k1", &saved("Weekly")).await;
    assert_eq!((first.status, is_replay(&first)), (201, false), "{}", first.text());
    app.advance_by(3_600).await;
    acme.sign_out();
    let again = post(&acme, SCHEDULES, "k1", &saved("Weekly")).await;
    assert!(is_replay(&again));
    assert_eq!((again.status, again.text()), (first.status, first.text()));
    for header in ["location", "etag", "content-type"] {
        assert!(!first.header(header).is_empty(), "{header}");
        assert_eq!(again.header(header), first.header(header), "{header}");
    }
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(count(&acme, SCHEDULES).await, 1);
    // Another spelling of the same path is the same operation.
    assert!(is_replay(&post(&acme, "/api/v1/reports/schedule/", "k1", &saved("Weekly")).await));
    // Without a key, or with another, it is a request of its own.
    assert_eq!(post(&acme, SCHEDULES, "k2", &saved("Weekly")).await.status, 201);
    assert_eq!(acme.post(SCHEDULES, saved("Weekly")).await.status, 201);
    assert_eq!(count(&acme, SCHEDULES).await, 3);
}

#[tokio::test]
async fn a_key_is_for_one_request_and_no_other() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let (one, two) = (acme.report(october()).await, acme.report(october()).await);
    assert_eq!(post(&acme, SCHEDULES, "k", &saved("A")).await.status, 201);
    let path = |report: &Value| format!("/api/v1/reports/{}/rerun", report["id"].as_str().unwrap());
    assert_eq!(post(&acme, &path(&one), "k", &Value::Null).await.status, 202, "another operation's own key");
    for (path, body) in [(SCHEDULES.to_owned(), saved("B")), (path(&two), Value::Null)] {
        let refused = post(&acme, &path, "k", &body).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, "IDEMPOTENCY_MISMATCH"), "{path}");
        assert_eq!(refused.field(), "idempotency-key");
    }
    assert_eq!(count(&acme, SCHEDULES).await, 1);
    for bad in ["", "two words", &"k".repeat(256)] {
        let refused = post(&acme, SCHEDULES, bad, &saved("A")).await;
        assert_eq!((refused.status, refused.field().as_str()), (400, "idempotency-key"), "{bad}");
    }
    assert_eq!(post(&acme, SCHEDULES, &"k".repeat(255), &saved("A")).await.status, 201);
}

#[tokio::test]
async fn of_64_posts_at_once_with_one_key_one_has_an_effect() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.token("owner").await;
    for round in 0..3 {
        let (key, body) = (format!("round-{round}"), saved(&format!("Round {round}")));
        let answers = join_all((0..64).map(|_| post(&acme, SCHEDULES, &key, &body))).await;
        let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(made.iter().filter(|answer| !is_replay(answer)).count(), 1);
        assert!(made.iter().all(|answer| answer.text() == made[0].text()));
        for other in answers.iter().filter(|answer| answer.status != 201) {
            let reason = other.json()["errors"][0]["code"].clone();
            assert_eq!((other.status, reason), (409, json!("still_running")), "{}", other.text());
        }
        assert_eq!(count(&acme, SCHEDULES).await, round + 1);
        let audit = Rows::open(&app, "acme").await;
        let id = made[0].json()["id"].as_str().unwrap().to_owned();
        assert_eq!(audit.audit_of(&format!("schedule/{id}")).await.len(), 1);
        assert!(is_replay(&post(&acme, SCHEDULES, &key, &body).await));
    }
}

#[tokio::test]
async fn two_users_and_two_tenants_with_the_same_key_do_not_meet() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    let body = saved("Same");
    let mut ids = BTreeSet::new();
    for (tenant, role) in [(&acme, "owner"), (&acme, "admin"), (&globex, "owner")] {
        let answer = post_as(tenant, role, SCHEDULES, "same-key", &body).await;
        assert_eq!((answer.status, is_replay(&answer)), (201, false), "{role}: {}", answer.text());
        ids.insert(answer.json()["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 3, "{ids:?}");
    assert_eq!((count(&acme, SCHEDULES).await, count(&globex, SCHEDULES).await), (2, 1));
}

#[tokio::test]
async fn a_refused_request_does_nothing_and_leaves_its_key_free() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let bad = json!({"name": "", "report_type": "incident_summary"});
    assert_eq!(post(&acme, SCHEDULES, "k", &bad).await.status, 400);
    assert_eq!(post(&acme, SCHEDULES, "k", &bad).await.status, 400, "and not 409 or 422");
    assert_eq!(post(&acme, SCHEDULES, "k", &saved("Good")).await.status, 201);
    // What a role forbids is forbidden before anything is looked at, the key included.
    let viewer = post_as(&acme, "viewer", SCHEDULES, "not a key", &bad).await;
    assert_eq!(viewer.status, 403, "{}", viewer.text());
    let unknown = format!("/api/v1/reports/{}/share", uuid::Uuid::nil());
    assert_eq!(post(&acme, &unknown, "k", &bad).await.status, 404, "existence comes before the body");
    let with_query = format!("{unknown}?unknown=1");
    assert_eq!(post(&acme, &with_query, "k", &bad).await.status, 404, "and before the query beside it");
    assert_eq!(post(&acme, &format!("{SCHEDULES}?unknown=1"), "k2", &saved("Good")).await.field(), "unknown");
}

/// Cancels and deletes the first report that appears.
async fn delete_first_report(acme: &TestTenant<'_>) {
    let id = loop {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        let list = acme.get("/api/v1/reports").await.expect(200);
        if let Some(id) = list["items"][0]["id"].as_str() {
            break id.to_owned();
        }
    };
    assert_eq!(acme.post(&format!("/api/v1/reports/{id}/cancel"), Value::Null).await.status, 200);
    assert_eq!(acme.delete(&format!("/api/v1/reports/{id}")).await.status, 204);
}

#[tokio::test]
async fn a_request_that_was_done_and_then_finds_its_effect_gone_is_not_done_again() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.token("owner").await;
    let mut refused = 0;
    for key in ["a", "b", "c", "d", "e"] {
        let headers = [("content-type", "application/json"), ("idempotency-key", key), ("prefer", "wait=20")];
        let ask = || acme.send_as("owner", "POST", GENERATE, &headers, october().to_string());
        let (first, ()) = tokio::join!(ask(), delete_first_report(&acme));
        // Who looks between cancelling and deleting sees the report cancelled.
        assert!(matches!(first.status, 200 | 404), "{}", first.text());
        refused += u32::from(first.status == 404);
        let again = ask().await;
        assert!(is_replay(&again), "{}", again.text());
        assert_eq!((again.status, again.text()), (first.status, first.text()));
        assert_eq!(count(&acme, "/api/v1/reports").await, 0, "it is gone, and no other was made");
    }
    assert!(refused > 0, "somebody looked after it was deleted");
}

#[tokio::test]
async fn a_refused_repetition_does_not_free_the_key_of_what_may_have_been_done() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let mut ids = Vec::new();
    for name in ["One", "Two"] {
        let made = acme.post(SCHEDULES, saved(name)).await.expect(201);
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    let run_now = |id: &str| format!("{SCHEDULES}/{id}/run-now");
    app.fault(json!({"service": "function", "operation": "api", "mode": "crash", "after": "done"})).await;
    assert_eq!(post(&acme, &run_now(&ids[0]), "k", &Value::Null).await.status, 500);
    app.advance_by(61).await;
    assert_eq!(acme.delete(&format!("{SCHEDULES}/{}", ids[0])).await.status, 204);
    for _ in 0..2 {
        assert_eq!(post(&acme, &run_now(&ids[0]), "k", &Value::Null).await.status, 404);
    }
    let other = post(&acme, &run_now(&ids[1]), "k", &Value::Null).await;
    assert_eq!((other.status, other.code().as_str()), (422, "IDEMPOTENCY_MISMATCH"), "{}", other.text());
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    assert_eq!(post(&acme, SCHEDULES, "k", &saved("A")).await.status, 201);
    app.advance_by(DAY_S - 1).await;
    acme.sign_out();
    assert!(is_replay(&post(&acme, SCHEDULES, "k", &saved("A")).await));
    app.advance_by(1).await;
    let anew = post(&acme, SCHEDULES, "k", &saved("B")).await;
    assert_eq!((anew.status, is_replay(&anew)), (201, false), "{}", anew.text());
    assert_eq!(count(&acme, SCHEDULES).await, 2);
}

#[tokio::test]
async fn a_secret_is_shown_once_and_kept_nowhere() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    let report = acme.report(october()).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/reports/{report}/share");
    let body = json!({"recipients": ["auditor@outside.example"], "variant": "full"});
    let first = post(&acme, &path, "k", &body).await.expect(201);
    assert!(first["shares"][0]["url"].as_str().unwrap().contains("/s/"));
    let again = post(&acme, &path, "k", &body).await;
    assert!(is_replay(&again));
    let mut expected = first.clone();
    expected["shares"][0]["url"] = Value::Null;
    assert_eq!(again.expect(201), expected);
    assert_eq!(app.stack.mailbox().len(), 1, "mailed once");
    assert_eq!(acme.get(&format!("/api/v1/reports/{report}/share-stats")).await.expect(200)["total"], 1);
}

/// Every operation whose effect has an id of its own, and how many of that effect there are.
async fn effects(acme: &TestTenant<'_>, report: &str, schedule: &str) -> Vec<(String, Value, String)> {
    let deliveries = acme.get(&format!("/api/v1/reports/{report}/deliveries")).await.expect(200);
    let delivery = deliveries["items"][0]["id"].as_str().unwrap().to_owned();
    let user = json!({"email": "new@acme.example", "password": "correct horse battery", "role": "viewer"});
    let share = json!({"recipients": ["auditor@outside.example"], "variant": "full"});
    let record = incident("a", "2026-10-05T10:00:00Z", "high");
    let of = |report: &str, what: &str| format!("/api/v1/reports/{report}/{what}");
    let (schedules, reports) =
        (|| format!("{SCHEDULES}?limit=200"), || "/api/v1/reports?limit=200".to_owned());
    vec![
        (SCHEDULES.to_owned(), saved("Saved"), schedules()),
        (GENERATE.to_owned(), october(), reports()),
        (format!("{SCHEDULES}/{schedule}/run-now"), Value::Null, reports()),
        (of(report, "reproduce"), Value::Null, reports()),
        (of(report, "rerun"), Value::Null, reports()),
        ("/api/v1/users".to_owned(), user, "/api/v1/users?limit=200".to_owned()),
        (of(report, "share"), share, of(report, "share-stats")),
        (format!("/api/v1/reports/deliveries/{delivery}/retry"), Value::Null, of(report, "deliveries")),
        (RECORDS.to_owned(), json!([record]), "/api/v1/datasets/incidents".to_owned()),
    ]
}

#[tokio::test]
async fn whatever_stops_a_request_half_way_its_repetition_has_no_second_effect() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    let schedule = acme.post(SCHEDULES, saved("Base")).await.expect(201)["id"].as_str().unwrap().to_owned();
    let crash =
        |step: &str| json!({"service": "function", "operation": "api", "mode": "crash", "after": step});
    let wire = |operation: &str, mode: &str, times: u32| json!({"service": "dynamodb", "operation": operation, "mode": mode, "times": times});
    let faults = [
        crash("claimed"),
        crash("stored"),
        crash("done"),
        crash("kept"),
        wire("TransactWriteItems", "drop_response", 1),
        wire("TransactWriteItems", "drop_response", 4),
        wire("PutItem", "drop_response", 1),
        wire("PutItem", "drop_response", 4),
        wire("PutItem", "error", 4),
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        acme.sign_out();
        let mut asked = october();
        asked["recipients"] = json!(["viewer@acme.example"]);
        let report = acme.report(asked).await["id"].as_str().unwrap().to_owned();
        for (path, mut body, list) in effects(&acme, &report, &schedule).await {
            if path.ends_with("/users") {
                body["email"] = json!(format!("new-{n}@acme.example"));
            }
            // Versions of one record would become one row once segments are made fewer.
            if path == RECORDS {
                body[0]["id"] = json!(format!("a-{n}"));
            }
            let what = format!("{fault} {path}");
            acme.sign_out();
            acme.token("owner").await;
            let before = count(&acme, &list).await;
            app.fault(fault.clone()).await;
            let key = format!("{n}{path}");
            let first = post(&acme, &path, &key, &body).await;
            app.stack.faults().clear();
            // The lease of what crashed ends, and its repetition takes over.
            app.advance_by(61).await;
            let second = post(&acme, &path, &key, &body).await;
            assert!(matches!(second.status, 200..=202), "{what}: {} then {}", first.text(), second.text());
            let third = post(&acme, &path, &key, &body).await;
            assert!(is_replay(&third), "{what}: {}", third.text());
            assert_eq!(
                count(&acme, &list).await,
                before + 1,
                "{what}: {} then {}",
                first.status,
                second.status
            );
        }
    }
    app.settle().await;
}

#[tokio::test]
async fn a_key_says_nothing_where_nothing_is_changed_or_nobody_is_known() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let query = |dataset: &str| {
        json!({"dataset": dataset, "start": "2026-10-01T00:00:00Z",
        "end": "2026-11-01T00:00:00Z", "metrics": [{"as": "n", "measure": {"op": "count"}}]})
    };
    for dataset in ["incidents", "changes"] {
        let answer = post(&acme, "/api/v1/query", "k", &query(dataset)).await;
        assert_eq!((answer.status, is_replay(&answer)), (200, false), "{}", answer.text());
    }
    for _ in 0..2 {
        let body = json!({"username": "owner@acme.example", "password": "correct horse battery"});
        let answer = post(&acme, "/api/v1/auth/login", "k", &body).await;
        assert_eq!((answer.status, is_replay(&answer)), (200, false), "{}", answer.text());
    }
}

#[tokio::test]
async fn records_sent_again_with_their_key_are_not_taken_in_again() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let path = RECORDS;
    let body = json!([incident("a", "2026-10-05T10:00:00Z", "high")]);
    let first = post(&acme, path, "k", &body).await.expect(200);
    let again = post(&acme, path, "k", &body).await;
    assert!(is_replay(&again));
    assert_eq!(again.expect(200), first);
    assert_eq!(post(&acme, &format!("{path}?atomic=true"), "k", &body).await.status, 422);
    // Past what an ingest takes there is nothing to remember.
    let large = json!([{"id": "x", "title": "x".repeat(4 << 20)}]);
    for _ in 0..2 {
        assert_eq!(post(&acme, path, "large", &large).await.status, 413);
    }
    assert_eq!(post(&acme, path, "k", &body).await.expect(200)["generation"], first["generation"]);
}

#[tokio::test]
async fn records_that_two_at_once_commit_with_one_key_are_taken_in_once_and_both_get_one_answer() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let body = json!([incident("a", "2026-10-05T10:00:00Z", "high"), {"id": "b", "severity": "?"}]);
    // The first one has looked for what was done before it, has found nothing, and is about to commit.
    let slow = app.stack.hold("api", "stored");
    let (first, second) = futures::join!(post(&acme, RECORDS, "k", &body), async {
        slow.reached().await;
        app.jump_by(61);
        let second = post(&acme, RECORDS, "k", &body).await;
        slow.release();
        second
    });
    assert_eq!((first.status, second.status), (200, 200), "{} and {}", first.text(), second.text());
    assert!(!is_replay(&first) && !is_replay(&second), "both were at work");
    assert_eq!(first.text(), second.text());
    let report = first.json();
    let told = ["accepted", "rejected", "generation"].map(|name| report[name].as_u64());
    assert_eq!(told, [Some(1), Some(1), Some(1)], "{report}");
    let dataset = acme.get("/api/v1/datasets/incidents").await.expect(200);
    let had = ["rows", "segments", "generation"].map(|name| dataset[name].as_u64());
    assert_eq!(had, [Some(1); 3], "{dataset}");
    let audit = Rows::open(&app, "acme").await.audit_of("dataset/incidents").await;
    assert_eq!(audit.iter().filter(|(action, _)| action == "records.ingested").count(), 1, "{audit:?}");
    let third = post(&acme, RECORDS, "k", &body).await;
    assert_eq!((is_replay(&third), third.text()), (true, first.text()));
}

#[tokio::test]
async fn the_largest_report_of_an_ingest_is_replayed_in_whole() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    // A hundred errors with names and words that are long and grow when they are quoted.
    let words: serde_json::Map<_, _> =
        (0..200).map(|n| (format!("\"{n}\"").repeat(8), json!("high"))).collect();
    let severity = json!({"from": ["severity"], "enum": words});
    let wordy =
        json!({"fields": {"id": {"from": "id"}, "created_at": {"from": "created_at"}, "severity": severity}});
    let made = acme.call_as("owner", "PUT", &format!("{MAPPINGS}/wordy"), Some(wordy)).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let name = "\"\u{1}".repeat(3_000);
    let wrong = |n: usize| {
        json!({"id": format!("w{n}"), "severity": "?", "created_at": "2026-10-05T10:00:00Z",
            "custom": {&name: 1}})
    };
    let good = json!({"id": "b", "created_at": "2026-10-05T10:00:00Z"});
    let rows: Vec<Value> = (0..101).map(wrong).chain([good]).collect();
    for mapping in ["wordy", "native"] {
        let path = format!("{RECORDS}?mapping={mapping}");
        let first = post(&acme, &path, mapping, &json!(rows)).await;
        assert_eq!(first.status, 200, "{}", first.text());
        assert_eq!(first.json()["errors"].as_array().unwrap().len(), 100);
        let again = post(&acme, &path, mapping, &json!(rows)).await;
        assert!(is_replay(&again), "{}", again.text());
        assert_eq!(again.text(), first.text());
    }
}
