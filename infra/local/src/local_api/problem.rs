//! Errors of `/_local`, in the shape of every error of Sitrep: RFC 9457 with a stable code.

use bytes::Bytes;
use http::{Response, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Why a request was refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// The stable code, such as `VALIDATION_ERROR`.
    pub code: String,
    /// What is wrong, for the caller.
    pub detail: String,
    /// One entry per field that is wrong: `field`, `code`, `detail`.
    pub errors: Vec<Value>,
}

impl Problem {
    /// A problem without field errors.
    #[must_use]
    pub fn new(status: u16, code: &str, detail: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), detail: detail.into(), errors: Vec::new() }
    }

    /// 400: a field breaks a rule.
    #[must_use]
    pub fn invalid(field: &str, detail: &str) -> Self {
        let errors = vec![json!({"field": field, "code": "invalid", "detail": detail})];
        Self { errors, ..Self::new(400, "VALIDATION_ERROR", format!("{field}: {detail}")) }
    }

    /// 404.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(404, "NOT_FOUND", format!("there is no such {what}"))
    }

    /// 405.
    #[must_use]
    pub fn method_not_allowed(method: &str) -> Self {
        Self::new(405, "METHOD_NOT_ALLOWED", format!("{method} is not possible here"))
    }

    pub(crate) fn into_response(self, instance: &str, now: Timestamp) -> Response<Bytes> {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({
            "type": format!("urn:sitrep:{}", self.code.to_ascii_lowercase().replace('_', "-")),
            "title": status.canonical_reason(),
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            "errors": self.errors,
            "status_code": self.status,
            "timestamp": now,
        });
        Response::builder()
            .status(status)
            .header("content-type", "application/problem+json")
            .body(Bytes::from(body.to_string()))
            .expect("the header is constant")
    }
}
