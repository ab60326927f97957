//! Rate limits through HTTP: exactly as many pass as the window lets through, each user has limits of their own, and
//! every answer says where its caller stands.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use serde_json::{Value, json};
use sitrep::application::application;
use sitrep_tests::tenant::{PASSWORD, ROLES};
use sitrep_tests::{Answer, TestApp};

const HEADERS: [&str; 5] =
    ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "ratelimit", "ratelimit-policy"];

fn number(answer: &Answer, header: &str) -> i64 {
    answer.header(header).parse().unwrap_or_else(|_| panic!("{header}: {:?}", answer.header(header)))
}

fn passed(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| answer.status == 200).count()
}

async fn sign_in(app: &TestApp, username: &str, password: &str) -> Answer {
    app.call("POST", "/api/v1/auth/login", Some(json!({"username": username, "password": password}))).await
}

#[tokio::test]
async fn of_200_requests_at_once_exactly_100_pass() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    acme.token("owner").await;
    let answers = join_all((0..200).map(|_| acme.get("/api/v1/me"))).await;
    assert_eq!(passed(&answers), 100);
    let mut remaining: Vec<i64> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| number(answer, "x-ratelimit-remaining"))
        .collect();
    remaining.sort_unstable();
    assert_eq!(remaining, (0..100).collect::<Vec<_>>(), "each stands somewhere else");
    for refused in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"));
        assert_eq!((number(refused, "retry-after"), number(refused, "x-ratelimit-remaining")), (60, 0));
        assert!(refused.text().contains("ask for more at once"), "{}", refused.text());
    }
}

#[tokio::test]
async fn of_200_requests_at_once_to_two_processes_exactly_100_pass() {
    let app = TestApp::start_limited().await;
    let token = app.tenant("acme").await.token("owner").await;
    let mut event: Value = serde_json::from_str(include_str!("../../events/api/health.json")).unwrap();
    event["rawPath"] = json!("/api/v1/me");
    event["requestContext"]["http"]["path"] = json!("/api/v1/me");
    event["headers"]["authorization"] = json!(format!("Bearer {token}"));
    // Each has services of its own, and remembers by itself what it knows to be used up.
    let start = || async { application(app.stack.backend().clone()).await.unwrap().functions.api };
    let (one, two) = (start().await, start().await);
    let answers =
        join_all((0..200).map(|n| if n % 2 == 0 { one(event.clone()) } else { two(event.clone()) }));
    let mut by_status = BTreeMap::new();
    for answer in answers.await {
        *by_status.entry(answer.unwrap()["statusCode"].as_u64()).or_insert(0) += 1;
    }
    assert_eq!(by_status, BTreeMap::from([(Some(200), 100), (Some(429), 100)]));
}

#[tokio::test]
async fn the_21st_export_of_a_minute_is_refused_and_says_what_helps() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    acme.token("owner").await;
    let export = "/api/v1/export/analytics/summary/csv?start_date=2026-10-01&end_date=2026-10-31";
    for n in 1..=20 {
        let answer = acme.get(export).await;
        assert!(matches!(answer.status, 200 | 303), "{n}: {}", answer.text());
        assert_eq!(answer.header("x-ratelimit-remaining"), (20 - n).to_string());
    }
    // The request uses up the last of the other limit, and still the one that refused it is told.
    assert_eq!(passed(&join_all((0..79).map(|_| acme.get("/api/v1/me"))).await), 79);
    let refused = acme.get(export).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"));
    assert_eq!((number(&refused, "retry-after"), number(&refused, "x-ratelimit-limit")), (60, 20));
    assert_eq!(refused.header("ratelimit"), "\"requests\";r=0;t=60, \"exports\";r=0;t=60");
    assert!(refused.text().contains("more than 20 exports within 60 s"), "{}", refused.text());
    assert!(refused.text().contains("a scheduled report brings the same figures"), "{}", refused.text());
    app.advance_by(60).await;
    assert!(matches!(acme.get(export).await.status, 200 | 303));
}

#[tokio::test]
async fn a_window_begins_with_its_first_request_and_ends_a_minute_later() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    acme.token("owner").await;
    app.advance_by(25).await;
    assert_eq!(passed(&join_all((0..99).map(|_| acme.get("/api/v1/me"))).await), 99);
    app.advance_by(59).await;
    let last = acme.get("/api/v1/me").await;
    assert_eq!((last.status, number(&last, "x-ratelimit-remaining")), (200, 0));
    let refused = acme.get("/api/v1/me").await;
    assert_eq!((refused.status, number(&refused, "retry-after")), (429, 1));
    // Whoever waits as told is let in, and finds a whole window.
    app.advance_by(1).await;
    let first = acme.get("/api/v1/me").await;
    assert_eq!((first.status, number(&first, "x-ratelimit-remaining")), (200, 99));
    assert_eq!(passed(&join_all((0..150).map(|_| acme.get("/api/v1/me"))).await), 99);
}

#[tokio::test]
async fn a_window_is_told_in_every_form() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    let first = acme.get("/api/v1/me").await;
    let reset = number(&first, "x-ratelimit-reset");
    let now = sitrep_app::clock::Clock::now(app.stack.clock().as_ref()).as_second();
    assert_eq!(reset, now + 60);
    assert_eq!(first.header("ratelimit"), "\"requests\";r=99;t=60");
    assert_eq!(first.header("ratelimit-policy"), "\"requests\";q=100;w=60");
}

#[tokio::test]
async fn users_and_tenants_do_not_spend_each_others_requests() {
    let app = TestApp::start_limited().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    acme.token("owner").await;
    assert_eq!(passed(&join_all((0..101).map(|_| acme.get("/api/v1/me"))).await), 100);
    for (tenant, role) in [(&acme, "viewer"), (&globex, "owner")] {
        let answer = tenant.call_as(role, "GET", "/api/v1/me", None).await;
        assert_eq!((answer.status, number(&answer, "x-ratelimit-remaining")), (200, 99), "{role}");
    }
}

#[tokio::test]
async fn what_is_refused_for_another_reason_counts_and_is_told_too() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    acme.token("viewer").await;
    let body = || Some(json!({"nonsense": true}));
    for (method, path, body, status) in [
        ("GET", "/api/v1/users", None, 403),
        ("GET", "/api/v1/reports/0f6ad2f0-7f2a-4f6e-9a53-7d2f3f5b9c11", None, 404),
        ("GET", "/api/v1/me?unknown=1", None, 400),
        ("POST", "/api/v1/reports/generate", body(), 403),
    ] {
        let answer = acme.call_as("viewer", method, path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text());
        assert!(HEADERS.iter().all(|name| !answer.header(name).is_empty()), "{path}: {:?}", answer.headers);
    }
    let fifth = acme.call_as("viewer", "GET", "/api/v1/me", None).await;
    assert_eq!(number(&fifth, "x-ratelimit-remaining"), 95);
    // Too many comes before the role: who is turned away learns nothing of what would be allowed.
    assert_eq!(
        passed(&join_all((0..95).map(|_| acme.call_as("viewer", "GET", "/api/v1/me", None))).await),
        95
    );
    assert_eq!(acme.call_as("viewer", "GET", "/api/v1/users", None).await.status, 429);
}

#[tokio::test]
async fn the_sixth_attempt_to_sign_in_is_refused_whether_or_not_the_account_exists() {
    let app = TestApp::start_limited().await;
    app.tenant("acme").await;
    let mut seen: Vec<Vec<String>> = Vec::new();
    for username in ["owner@acme.example", "nobody@acme.example", "no address at all"] {
        let mut answers = Vec::new();
        for _ in 0..7 {
            let answer = sign_in(&app, username, "a wrong password, but long").await;
            let headers: Vec<String> = HEADERS.iter().map(|name| answer.header(name).to_owned()).collect();
            let mut body = answer.json();
            body["timestamp"] = Value::Null;
            answers.push(format!("{} {headers:?} {} {body}", answer.status, answer.header("retry-after")));
        }
        assert!(answers[4].starts_with("401"), "{}", answers[4]);
        assert!(
            answers[5].starts_with("429") && answers[5].contains("attempts to sign in"),
            "{}",
            answers[5]
        );
        seen.push(answers);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
    // The right password does not open a door that is shut, nor does another spelling of the name.
    for username in ["owner@acme.example", "Owner@Acme.Example"] {
        assert_eq!(sign_in(&app, username, PASSWORD).await.status, 429, "{username}");
    }
    assert_eq!(sign_in(&app, "viewer@acme.example", PASSWORD).await.status, 200);
    app.advance_by(60).await;
    let again = sign_in(&app, "owner@acme.example", PASSWORD).await;
    assert_eq!((again.status, again.header("ratelimit")), (200, "\"sign_in\";r=4;t=60"));
}

#[tokio::test]
async fn of_many_attempts_to_sign_in_at_once_five_are_looked_at() {
    let app = TestApp::start_limited().await;
    app.tenant("acme").await;
    let answers = join_all((0..12).map(|_| sign_in(&app, "owner@acme.example", PASSWORD))).await;
    assert_eq!(passed(&answers), 5);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 7);
}

#[tokio::test]
async fn every_operation_says_where_the_caller_stands() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let document = app.call("GET", "/api/v1/openapi.json", None).await.expect(200);
    let mut limited = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let concrete: Vec<&str> =
                path.split('/').map(|part| if part.starts_with('{') { "unknown" } else { part }).collect();
            let method = method.to_uppercase();
            // A PDF waits for its run, which nobody makes here.
            let query = if path.ends_with("/pdf") { "?unknown=1" } else { "" };
            let target = format!("{}{query}", concrete.join("/"));
            let answer = acme.call_as("owner", &method, &target, Some(json!({}))).await;
            let told: Vec<bool> = HEADERS.iter().map(|name| !answer.header(name).is_empty()).collect();
            // Nobody's attempt to sign in was counted: the body has no name.
            let counted = operation["x-rate-limits"].is_array() && operation["operationId"] != "sign_in";
            assert_eq!(told, [true; 5], "{method} {path} {}", answer.status);
            if counted {
                limited.insert(operation["operationId"].as_str().unwrap().to_owned());
                let names: Vec<&str> = operation["x-rate-limits"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|n| n.as_str().unwrap())
                    .collect();
                assert!(names.iter().all(|name| answer.header("ratelimit").contains(&format!("\"{name}\""))));
                assert!(operation["responses"]["429"].is_object(), "{method} {path}");
            }
        }
    }
    assert!(limited.len() > 40, "{}", limited.len());
}

#[tokio::test]
async fn nobody_is_let_through_while_counters_cannot_be_reached() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    acme.token("owner").await;
    for mode in ["error", "throttle", "drop_request"] {
        app.fault(json!({"service": "dynamodb", "operation": "UpdateItem", "mode": mode, "times": 1_000}))
            .await;
        let answer = acme.get("/api/v1/me").await;
        assert_eq!((answer.status, answer.code().as_str()), (503, "UNAVAILABLE"), "{mode}");
        assert_eq!(number(&answer, "retry-after"), 5, "{mode}");
        assert_eq!(sign_in(&app, "viewer@acme.example", PASSWORD).await.status, 503, "{mode}");
        app.stack.faults().clear();
    }
    // A lost answer is asked for again, and counts twice rather than not at all.
    app.fault(json!({"service": "dynamodb", "operation": "UpdateItem", "mode": "drop_response", "times": 1}))
        .await;
    let answer = acme.get("/api/v1/me").await;
    assert_eq!(answer.status, 200);
    assert!(number(&answer, "x-ratelimit-remaining") >= 98);
}

#[tokio::test]
async fn answers_that_are_no_operations_tell_the_limits_and_count_whoever_is_signed_in() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    let first = number(&acme.get("/api/v1/me").await, "x-ratelimit-remaining");
    for (n, (method, path, status)) in
        (1..).zip([("GET", "/api/v1/nowhere", 404), ("GET", "/x", 404), ("DELETE", "/api/v1/me", 405)])
    {
        let answer = acme.call_as("owner", method, path, None).await;
        assert_eq!((answer.status, number(&answer, "x-ratelimit-remaining")), (status, first - n), "{path}");
        let stranger = app.call(method, path, None).await;
        assert_eq!((stranger.status, number(&stranger, "x-ratelimit-remaining")), (status, 100), "{path}");
    }
    let stranger = app.call("GET", "/api/v1/me", None).await;
    assert_eq!((stranger.status, stranger.header("ratelimit")), (401, "\"requests\";r=100;t=60"));
    for _ in 0..100 {
        acme.get("/api/v1/nowhere").await;
    }
    assert_eq!(acme.get("/api/v1/nowhere").await.status, 429, "a path that is not there is no way around");
}

#[tokio::test]
async fn the_limits_are_the_same_for_every_role() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    for role in ROLES {
        let answer = acme.call_as(role, "GET", "/api/v1/me", None).await;
        assert_eq!(answer.header("ratelimit-policy"), "\"requests\";q=100;w=60", "{role}");
    }
}
