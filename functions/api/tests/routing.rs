//! What the API answers before it asks anybody: routing, identity, media types, and the headers of every answer.
//!
//! The services here know no AWS, so an answer that needed it would be `503`.

use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use serde_json::{Value, json};
use sitrep_app::clock::{SystemClock, SystemIds};
use sitrep_app::data::{ResultCache, SnapshotCache};
use sitrep_app::segment_cache::SegmentCache;
use sitrep_app::services::Services;
use sitrep_app::time_limits::TimeLimits;
use sitrep_aws::channels::email::{MailIdentity, Mailer};
use sitrep_aws::clients::Clients;
use sitrep_aws::cursor::CursorKey;
use sitrep_aws::objects::{Buckets, Objects};
use sitrep_aws::queues::{QueueUrls, Queues};
use sitrep_aws::scheduler::{Scheduler, WakeTarget};
use sitrep_aws::secrets::Secrets;
use sitrep_aws::store::{Store, Tables};

fn services() -> Arc<Services> {
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url("http://127.0.0.1:1")
        .build();
    let clients = Clients::new(&config, None);
    let key = vec![7_u8; 32];
    let from = sitrep_domain::email::Email::new("reports@sitrep.example").expect("a valid address");
    let name = || "x".to_owned();
    Arc::new(Services {
        store: Store::new(&clients, Tables { core: name(), global: name() }, CursorKey::new(key.clone())),
        objects: Objects::new(&clients, Buckets { artifacts: name(), records: name() }),
        queues: Queues::new(&clients, QueueUrls { render: name(), deliver: name(), ingest: name() }),
        scheduler: Scheduler::new(
            &clients,
            WakeTarget { group: name(), function_arn: name(), role_arn: name() },
        ),
        mailer: Mailer::new(&clients, MailIdentity { from, configuration_set: name() }),
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        secrets: Secrets { token_key: key.clone(), hash_key: key.clone(), cursor_key: CursorKey::new(key) },
        segments: Arc::new(SegmentCache::new(1)),
        limiter: Arc::default(),
        snapshots: Arc::new(SnapshotCache::new(1)),
        results: Arc::new(ResultCache::new(1)),
        time_limits: TimeLimits::default(),
        public_url: "https://sitrep.example".to_owned(),
    })
}

/// Answers a request as API Gateway would pass it.
async fn ask(method: &str, path: &str, content_type: &str, body: &str) -> (u64, Value, Value) {
    let mut event: Value =
        serde_json::from_str(include_str!("../../../events/api/sign_in.json")).expect("JSON");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    event["rawPath"] = path.into();
    event["rawQueryString"] = query.into();
    event["requestContext"]["http"]["method"] = method.into();
    event["headers"]["content-type"] = content_type.into();
    event["body"] = body.into();
    let answer = sitrep_api_function::handler(services())(event).await.expect("an answer");
    let text = answer["body"].as_str().expect("a text");
    let body = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    (answer["statusCode"].as_u64().expect("a number"), answer["headers"].clone(), body)
}

#[tokio::test]
async fn a_problem_says_what_was_wrong_before_anything_is_asked() {
    const JSON: &str = "application/json";
    for (method, path, content_type, body, status, code, field) in [
        ("GET", "/api/v1/me", JSON, "", 401, "UNAUTHORIZED", json!("authorization")),
        ("GET", "/api/v1/reports/abc", JSON, "", 401, "UNAUTHORIZED", json!("authorization")),
        ("GET", "/api/v1/reports?limt=1", JSON, "", 401, "UNAUTHORIZED", json!("authorization")),
        ("POST", "/api/v1/query/", "text/plain", "x", 401, "UNAUTHORIZED", json!("authorization")),
        ("GET", "/api/v1/nothing", JSON, "", 404, "NOT_FOUND", json!(null)),
        ("GET", "/%FF", JSON, "", 404, "NOT_FOUND", json!(null)),
        ("PUT", "/health", JSON, "", 405, "METHOD_NOT_ALLOWED", json!(null)),
        (
            "POST",
            "/api/v1/auth/login",
            "text/plain",
            "{}",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
            json!("content-type"),
        ),
        ("POST", "/api/v1/auth/login", JSON, "{", 400, "VALIDATION_ERROR", json!("body")),
        (
            "POST",
            "/api/v1/auth/login/",
            JSON,
            r#"{"userName": "x"}"#,
            400,
            "VALIDATION_ERROR",
            json!("user_name"),
        ),
        (
            "POST",
            "/api/v1/auth/login",
            JSON,
            r#"{"username": "x"}"#,
            400,
            "VALIDATION_ERROR",
            json!("password"),
        ),
    ] {
        let (answered, headers, problem) = ask(method, path, content_type, body).await;
        assert_eq!((answered, &problem["code"]), (status, &json!(code)), "{method} {path} {body}");
        assert_eq!(headers["content-type"], "application/problem+json", "{method} {path}");
        assert_eq!(problem["errors"][0]["field"], field, "{method} {path} {body}");
        assert_eq!(problem["instance"], path.split('?').next().unwrap());
        assert_eq!(headers["x-request-id"], "U1fJxiJwliAEJ9Q=");
        assert_eq!(headers["allow"].as_str(), (status == 405).then_some("GET,HEAD"));
        assert_eq!(headers["www-authenticate"].is_string(), status == 401);
    }
}

#[tokio::test]
async fn what_is_public_is_answered_to_anybody() {
    let (status, headers, health) = ask("GET", "/health/", "", "").await;
    assert_eq!((status, &health["status"]), (200, &json!("ok")));
    assert_eq!(headers["x-content-type-options"], "nosniff");
    let (status, _, document) = ask("GET", "/api/v1/openapi.json", "", "").await;
    assert_eq!((status, document.to_string()), (200, document_as_printed()));
    let (status, headers, page) = ask("GET", "/api/docs", "", "").await;
    assert_eq!((status, &headers["content-type"]), (200, &json!("text/html; charset=utf-8")));
    assert!(headers["content-security-policy"].as_str().expect("a policy").starts_with("default-src 'none'"));
    assert!(page.as_str().expect("a page").contains("POST</span> <code class=\"path\">"), "{page}");
}

fn document_as_printed() -> String {
    serde_json::from_str::<Value>(&sitrep_api_function::openapi_json()).expect("JSON").to_string()
}

#[tokio::test]
async fn a_dead_link_is_the_same_page_however_it_is_asked() {
    let (status, headers, page) = ask("GET", "/s/no-such-link", "", "").await;
    assert_eq!((status, &headers["content-type"]), (404, &json!("text/html; charset=utf-8")));
    assert_eq!(headers["referrer-policy"], "no-referrer");
    let form = "application/x-www-form-urlencoded";
    for body in ["", "format=pdf", "format=docx"] {
        assert_eq!(ask("POST", "/s/no-such-link", form, body).await.2, page, "{body}");
    }
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_is_unavailable_for_now() {
    let body = r#"{"username": "ann@acme.example", "password": "correct horse battery"}"#;
    let (status, headers, problem) = ask("POST", "/api/v1/auth/login", "application/json", body).await;
    assert_eq!((status, &problem["code"]), (503, &json!("UNAVAILABLE")));
    assert!(headers["retry-after"].is_string());
}
