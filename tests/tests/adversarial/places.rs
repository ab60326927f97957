//! In every place of a request: paths, query strings, headers, names, filters, tokens and addresses.

use std::fmt::Write as _;

use bytes::Bytes;
use http::{HeaderValue, Request};
use serde_json::{Value, json};
use sitrep_tests::data::incident;
use sitrep_tests::{Answer, TestApp, TestTenant};

use crate::corpus::{cases, in_turn, texts, varied_texts};

/// An answer is a result or a refusal that says why; a failure of ours it never is.
pub(crate) fn assert_answered(what: &str, answer: &Answer) {
    assert!((200..500).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
    if answer.status >= 400 {
        assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
        assert!(!answer.code().is_empty(), "{what}");
    }
}

fn percent(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").unwrap();
        out
    })
}

async fn ask(acme: &TestTenant<'_>, method: &str, path: &str, body: Option<Value>) -> Answer {
    let answer = acme.call_as("owner", method, path, body).await;
    assert_answered(&format!("{method} {path}"), &answer);
    answer
}

#[tokio::test]
async fn no_text_in_a_path_or_a_query_string_is_found_or_fails() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let paths =
        ["/api/v1/reports/{}", "/api/v1/datasets/{}", "/api/v1/metrics/{}", "/api/v1/reports/schedules/{}"];
    for (i, text) in texts().iter().enumerate().filter(|(_, text)| !text.is_empty()) {
        // A dot segment names another path, encoded or not.
        if matches!(text.as_str(), "." | "..") {
            continue;
        }
        let path = paths[i % paths.len()].replace("{}", &percent(text));
        let answer = ask(&acme, "GET", &path, None).await;
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        let strings = ["status={}", "cursor={}", "{}=1"];
        let path = format!("/api/v1/reports/?{}", strings[i % strings.len()].replace("{}", &percent(text)));
        assert_eq!(ask(&acme, "GET", &path, None).await.status, 400, "{path}");
    }
}

const HEADERS: [&str; 6] =
    ["authorization", "if-match", "prefer", "content-type", "x-request-id", "user-agent"];

#[tokio::test]
async fn no_text_in_a_header_fails() {
    let app = TestApp::start().await;
    let token = format!("Bearer {}", app.tenant("acme").await.token("owner").await);
    for (i, case) in cases().into_iter().enumerate() {
        let Ok(value) = HeaderValue::from_bytes(&case.bytes) else { continue };
        for name in &HEADERS[in_turn(i, &case, &HEADERS)] {
            let mut request = Request::get("/api/v1/me").header(*name, value.clone());
            if *name != "authorization" {
                request = request.header("authorization", &token);
            }
            let answer = app.send(request.body(Bytes::new()).unwrap()).await;
            assert_answered(&format!("{name}: {}", case.id), &answer);
            let expected = if *name == "authorization" { 401 } else { 200 };
            assert_eq!(answer.status, expected, "{name}: {}", case.id);
        }
    }
}

#[tokio::test]
async fn an_idempotency_key_is_visible_ascii_and_everything_else_is_refused() {
    let app = TestApp::start().await;
    let token = format!("Bearer {}", app.tenant("acme").await.token("owner").await);
    // What it would end, nobody has.
    let path = "/api/v1/shares/revoke-all";
    let (mut keys, mut refused) = (0, 0);
    for text in varied_texts() {
        let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) else { continue };
        let request = Request::post(path).header("authorization", &token);
        let request = request.header("idempotency-key", value).body(Bytes::new()).unwrap();
        let answer = app.send(request).await;
        assert_answered(&text, &answer);
        if (1..=255).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
            assert_eq!(answer.status, 200, "{}: {}", text, answer.text());
            keys += 1;
        } else {
            assert_eq!((answer.status, answer.field().as_str()), (400, "idempotency-key"), "{text}");
            refused += 1;
        }
    }
    assert!(keys > 100 && refused > 100, "{keys} keys, {refused} refused");
}

#[tokio::test]
async fn any_text_is_a_value_of_an_analytics_filter_and_none_is_a_date_or_a_zone() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("of-nobody", "2026-10-05T10:00:00Z", "high")]).await;
    let filters = [
        "user",
        "type",
        "policy_id",
        "status",
        "agent_id",
        "assignee",
        "team",
        "data_type",
        "tags",
        "workspace_id",
    ];
    let others = ["start_date", "end_date", "timezone", "severity", "action"];
    let question = "/api/v1/analytics/summary?start_date=2026-10-01&end_date=2026-10-31";
    for (i, text) in varied_texts().into_iter().enumerate() {
        // One name in turn, so that each gets hundreds of texts.
        let (filter, other) = (filters[i % filters.len()], others[i % others.len()]);
        if i % 4 == 0 {
            let path = format!("/api/v1/analytics/summary?{other}={}!", percent(&text));
            assert_eq!(ask(&acme, "GET", &path, None).await.status, 400, "{path}");
        } else if !text.is_empty() {
            let path = format!("{question}&{filter}={}", percent(&text));
            let answer = ask(&acme, "GET", &path, None).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(answer.json()["total_incidents"], 0, "{path}");
        }
    }
}

#[tokio::test]
async fn no_text_opens_anything_as_a_token() {
    let app = TestApp::start().await;
    app.tenant("acme").await;
    for case in cases() {
        let bearer = [b"Bearer ".as_slice(), &case.bytes].concat();
        let Ok(value) = HeaderValue::from_bytes(&bearer) else { continue };
        let request = Request::get("/api/v1/me").header("authorization", value);
        assert_eq!(app.send(request.body(Bytes::new()).unwrap()).await.status, 401, "{}", case.id);
        let Some(text) = case.text.filter(|text| !text.is_empty()) else { continue };
        if text.len() > 8_192 {
            continue;
        }
        let link = app.call("GET", &format!("/s/{}", percent(&text)), None).await;
        assert_eq!(link.status, 404, "{}", case.id);
    }
}

#[tokio::test]
async fn every_text_is_a_value_of_a_filter_and_none_is_a_name() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let query = |changes: Value| {
        let mut query = json!({"dataset": "incidents", "start": "2026-10-01", "end": "2026-10-31",
            "metrics": [{"as": "n", "measure": {"op": "count"}}]});
        query.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        Some(query)
    };
    let custom = |text: &str| format!("custom.{text}");
    for (i, text) in texts().into_iter().enumerate() {
        let filter = json!({"or": [{"title": [text]}, {"field": "tags", "op": "contains", "value": text},
            {"not": {"field": "custom.note", "op": "ne", "value": text}}]});
        assert_eq!(
            ask(&acme, "POST", "/api/v1/query", query(json!({ "filters": filter }))).await.status,
            200
        );
        let all = [
            json!({"dataset": text}),
            json!({"timezone": format!("{text}/")}),
            json!({"start": format!("{text}!")}),
            json!({"filters": {"field": format!("{text} "), "op": "eq", "value": "x"}}),
            json!({"filters": {"field": "title", "op": format!("{text} "), "value": "x"}}),
            json!({"group_by": [format!("{text} ")]}),
            json!({"order_by": [format!("{text} ")]}),
            json!({"metrics": [{"metric": format!("{text} ")}]}),
            json!({"filters": {custom(&format!("{text} ")): ["x"]}}),
        ];
        // One name in turn, so that each gets hundreds of texts.
        let changes = &all[i % all.len()];
        let answer = ask(&acme, "POST", "/api/v1/query", query(changes.clone())).await;
        assert_eq!(answer.status, 400, "{changes}: {}", answer.text());
    }
}

#[tokio::test]
async fn an_address_is_taken_or_refused_and_makes_no_header() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let (mut taken, mut refused) = (0, 0);
    for case in cases().into_iter().filter(|case| matches!(case.corpus.as_str(), "email" | "blns")) {
        let Some(text) = case.text else { continue };
        let body = json!({"report_type": "incident_summary", "start_date": "2026-10-01", "end_date": "2026-10-31",
            "formats": ["txt"], "recipients": [text]});
        match ask(&acme, "POST", "/api/v1/reports/generate", Some(body)).await.status {
            202 => taken += 1,
            _ => refused += 1,
        }
    }
    assert!(taken > 10 && refused > 200, "{taken} taken, {refused} refused");
    app.settle().await;
    let mails = app.stack.mailbox();
    assert_eq!(mails.len(), taken);
    for mail in mails {
        let raw = mail.raw();
        let head = String::from_utf8_lossy(&raw).split("\r\n\r\n").next().unwrap().to_owned();
        let to = head.lines().filter(|line| line.to_ascii_lowercase().starts_with("to:")).count();
        assert!(to == 1 && !head.to_ascii_lowercase().contains("\nbcc:"), "{head}");
    }
}
