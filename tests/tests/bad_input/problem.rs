//! Refusals as they must be: complete problem documents, after which everything is as it was.

use bytes::Bytes;
use jiff::Timestamp;
use serde_json::Value;
use sitrep_tests::{Answer, TestApp, TestTenant};

/// What a refusal must say.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// The field at fault; none where no field is.
    pub(crate) field: Option<&'static str>,
    /// A part of the detail: the remedy.
    pub(crate) told: &'static str,
}

/// A refusal with `400 VALIDATION_ERROR`.
pub(crate) const fn invalid(field: &'static str, told: &'static str) -> Refusal {
    Refusal { status: 400, code: "VALIDATION_ERROR", field: Some(field), told }
}

/// A refusal with `400 DATE_RANGE_TOO_LARGE`.
pub(crate) const fn too_long(field: &'static str, told: &'static str) -> Refusal {
    Refusal { status: 400, code: "DATE_RANGE_TOO_LARGE", field: Some(field), told }
}

/// A refusal with `422 LIMIT_EXCEEDED`.
pub(crate) const fn limit(field: &'static str, told: &'static str) -> Refusal {
    Refusal { status: 422, code: "LIMIT_EXCEEDED", field: Some(field), told }
}

/// A refusal with `413 PAYLOAD_TOO_LARGE`.
pub(crate) const fn too_large(told: &'static str) -> Refusal {
    Refusal { status: 413, code: "PAYLOAD_TOO_LARGE", field: Some("body"), told }
}

/// A refusal with `415 UNSUPPORTED_MEDIA_TYPE`.
pub(crate) const fn unsupported(field: &'static str, told: &'static str) -> Refusal {
    Refusal { status: 415, code: "UNSUPPORTED_MEDIA_TYPE", field: Some(field), told }
}

/// A refusal with `401 UNAUTHORIZED`.
pub(crate) const UNAUTHORIZED: Refusal =
    Refusal { status: 401, code: "UNAUTHORIZED", field: Some("authorization"), told: "sign in" };

/// A refusal with `404 NOT_FOUND`.
pub(crate) const NOT_FOUND: Refusal =
    Refusal { status: 404, code: "NOT_FOUND", field: None, told: "there is no such" };

/// One request that does not fit.
pub(crate) struct Case {
    pub(crate) what: String,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: Bytes,
    pub(crate) refusal: Refusal,
}

impl Case {
    /// A POST of JSON.
    pub(crate) fn post(path: &str, body: impl Into<Bytes>, refusal: Refusal) -> Self {
        Self::send("POST", path, "application/json", body, refusal)
    }

    /// A GET.
    pub(crate) fn get(path: &str, refusal: Refusal) -> Self {
        Self::send("GET", path, "application/json", Bytes::new(), refusal)
    }

    /// Any request.
    pub(crate) fn send(
        method: &'static str,
        path: &str,
        content_type: &'static str,
        body: impl Into<Bytes>,
        refusal: Refusal,
    ) -> Self {
        let body = body.into();
        let start = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
        let what = format!("{method} {path} {start}");
        Self {
            what,
            method,
            path: path.to_owned(),
            headers: vec![("content-type", content_type)],
            body,
            refusal,
        }
    }
}

/// Sends each case and checks the answer, and that everything is as before.
pub(crate) async fn assert_refused(app: &TestApp, tenant: &TestTenant<'_>, cases: Vec<Case>) {
    let before = read_everything(app, tenant).await;
    let mut wrong = Vec::new();
    for case in cases {
        let answer = tenant.send_as("owner", case.method, &case.path, &case.headers, case.body.clone()).await;
        if let Err(why) = check_problem(&case.path, &answer, case.refusal) {
            wrong.push(format!("{}\n  {why}", case.what));
        }
        if read_everything(app, tenant).await != before {
            wrong.push(format!("{}\n  leaves something behind", case.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    app.settle().await;
    assert_eq!(read_everything(app, tenant).await, before, "something was still to happen");
}

/// Checks one refusal, alone.
pub(crate) fn assert_problem(what: &str, path: &str, answer: &Answer, refusal: Refusal) {
    if let Err(why) = check_problem(path, answer, refusal) {
        panic!("{what}\n  {why}");
    }
}

/// Every member of a problem document, the field, the remedy.
fn check_problem(path: &str, answer: &Answer, refusal: Refusal) -> Result<(), String> {
    let problem = answer.json();
    let kind = format!("urn:sitrep:{}", refusal.code.to_lowercase().replace('_', "-"));
    let errors = problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let has_text = |name: &str| problem[name].as_str().is_some_and(|text| text.len() > 5);
    let is_error = |error: &Value| ["field", "code", "detail"].iter().all(|name| error[*name].is_string());
    let mut details = errors.iter().chain([&problem]).filter_map(|error| error["detail"].as_str());
    for (holds, what) in [
        (answer.status == refusal.status, "the status"),
        (answer.header("content-type") == "application/problem+json", "the content type"),
        (!answer.header("x-request-id").is_empty(), "the request id"),
        (
            problem["status"] == refusal.status && problem["status_code"] == refusal.status,
            "the status in the body",
        ),
        (problem["code"] == refusal.code, "the code"),
        (problem["type"] == kind, "the type"),
        (problem["instance"] == path.split('?').next().unwrap_or_default(), "the instance"),
        (problem["timestamp"].as_str().is_some_and(|at| at.parse::<Timestamp>().is_ok()), "the timestamp"),
        (has_text("title") && has_text("detail"), "the title or the detail"),
        (problem["errors"].is_array() && errors.iter().all(is_error), "the errors"),
        (refusal.field.is_none_or(|field| errors.iter().any(|error| error["field"] == field)), "the field"),
        (details.any(|detail| detail.contains(refusal.told)), "the remedy"),
    ] {
        if !holds {
            return Err(format!("{what} is not as in {refusal:?}: {} {}", answer.status, answer.text()));
        }
    }
    Ok(())
}

/// Everything that a tenant can see of what is stored, and the mail that went out.
async fn read_everything(app: &TestApp, tenant: &TestTenant<'_>) -> Vec<Value> {
    let mut all = vec![Value::from(app.stack.mailbox().len())];
    for path in [
        "/api/v1/datasets/incidents",
        "/api/v1/reports?limit=200",
        "/api/v1/reports/schedules?limit=200",
        "/api/v1/reports/deliveries?state=pending&limit=200",
        "/api/v1/reports/shared",
        "/api/v1/users?limit=200",
    ] {
        all.push(tenant.get(path).await.expect(200));
    }
    all
}
