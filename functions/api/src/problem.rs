//! Problems: the one place where an [`AppError`] becomes HTTP (RFC 9457).
//!
//! Handlers give a [`Problem`]; where it happened and when is filled in by [`complete`] on the way out. An error of ours
//! is logged here, once; its source never leaves the process.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sitrep_app::error::AppError;
use sitrep_domain::invalid::InvalidKind;

/// Stable names of problems, part of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    ValidationError,
    DateRangeTooLarge,
    Unauthorized,
    InvalidCredentials,
    Forbidden,
    UpgradeRequired,
    NotFound,
    MethodNotAllowed,
    Conflict,
    Gone,
    PreconditionFailed,
    PayloadTooLarge,
    UnsupportedMediaType,
    IdempotencyMismatch,
    LimitExceeded,
    RateLimited,
    Internal,
    Unavailable,
}

impl Code {
    /// Every code, by status.
    pub(crate) const ALL: [Self; 18] = [
        Self::ValidationError,
        Self::DateRangeTooLarge,
        Self::Unauthorized,
        Self::InvalidCredentials,
        Self::Forbidden,
        Self::UpgradeRequired,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::Gone,
        Self::PreconditionFailed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::IdempotencyMismatch,
        Self::LimitExceeded,
        Self::RateLimited,
        Self::Internal,
        Self::Unavailable,
    ];

    /// Name, status and title.
    const fn facts(self) -> (&'static str, StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::ValidationError => ("VALIDATION_ERROR", S::BAD_REQUEST, "The input is not valid"),
            Self::DateRangeTooLarge => {
                ("DATE_RANGE_TOO_LARGE", S::BAD_REQUEST, "The date range is too large")
            }
            Self::Unauthorized => ("UNAUTHORIZED", S::UNAUTHORIZED, "Nobody is signed in"),
            Self::InvalidCredentials => ("INVALID_CREDENTIALS", S::UNAUTHORIZED, "The credentials are wrong"),
            Self::Forbidden => ("FORBIDDEN", S::FORBIDDEN, "The role does not allow it"),
            Self::UpgradeRequired => ("UPGRADE_REQUIRED", S::FORBIDDEN, "The plan does not include it"),
            Self::NotFound => ("NOT_FOUND", S::NOT_FOUND, "There is no such thing"),
            Self::MethodNotAllowed => {
                ("METHOD_NOT_ALLOWED", S::METHOD_NOT_ALLOWED, "The method is not allowed")
            }
            Self::Conflict => ("CONFLICT", S::CONFLICT, "It cannot be done in the present state"),
            Self::Gone => ("GONE", S::GONE, "It is no longer there"),
            Self::PreconditionFailed => {
                ("PRECONDITION_FAILED", S::PRECONDITION_FAILED, "It was changed meanwhile")
            }
            Self::PayloadTooLarge => ("PAYLOAD_TOO_LARGE", S::PAYLOAD_TOO_LARGE, "The body is too large"),
            Self::UnsupportedMediaType => {
                ("UNSUPPORTED_MEDIA_TYPE", S::UNSUPPORTED_MEDIA_TYPE, "The media type is not supported")
            }
            Self::IdempotencyMismatch => {
                ("IDEMPOTENCY_MISMATCH", S::UNPROCESSABLE_ENTITY, "The key was used for another request")
            }
            Self::LimitExceeded => ("LIMIT_EXCEEDED", S::UNPROCESSABLE_ENTITY, "A limit would be passed"),
            Self::RateLimited => ("RATE_LIMITED", S::TOO_MANY_REQUESTS, "Too many requests"),
            Self::Internal => ("INTERNAL", S::INTERNAL_SERVER_ERROR, "An internal error"),
            Self::Unavailable => ("UNAVAILABLE", S::SERVICE_UNAVAILABLE, "A service is unavailable"),
        }
    }

    /// Its name.
    pub(crate) const fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// The status it is answered with.
    pub(crate) const fn status(self) -> StatusCode {
        self.facts().1
    }

    /// What it says of every occurrence.
    pub(crate) const fn title(self) -> &'static str {
        self.facts().2
    }
}

/// Seconds after which a caller may try again when a service is unavailable.
const RETRY_AFTER_SECONDS: u64 = 5;

/// Why a request was not answered as asked.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    code: Code,
    detail: String,
    errors: Vec<Value>,
    counts: Option<(u64, u64)>,
    retry_after_s: Option<u64>,
}

/// A problem as it is written. `accepted` and `rejected` are there for bodies of records alone.
#[derive(Serialize)]
struct ProblemBody<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    instance: &'a str,
    code: &'static str,
    errors: &'a [Value],
    status_code: u16,
    timestamp: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<u64>,
}

impl Problem {
    /// A problem that no use case has: of routing, or of ours.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        let retry_after_s = (code == Code::Unavailable).then_some(RETRY_AFTER_SECONDS);
        Self { code, detail: detail.into(), errors: Vec::new(), counts: None, retry_after_s }
    }

    /// The status it is answered with.
    pub(crate) const fn status(&self) -> StatusCode {
        self.code.status()
    }

    fn with_error(mut self, field: &str, code: &str) -> Self {
        self.errors = vec![json!({"field": field, "code": code, "detail": self.detail})];
        self
    }

    /// The body for a request to `instance`.
    pub(crate) fn body(&self, instance: &str, timestamp: Timestamp) -> Value {
        let status = self.code.status().as_u16();
        let body = ProblemBody {
            r#type: format!("urn:sitrep:{}", self.code.as_str().to_lowercase().replace('_', "-")),
            title: self.code.title(),
            status,
            detail: &self.detail,
            instance,
            code: self.code.as_str(),
            errors: &self.errors,
            status_code: status,
            timestamp,
            accepted: self.counts.map(|(accepted, _)| accepted),
            rejected: self.counts.map(|(_, rejected)| rejected),
        };
        serde_json::to_value(body).expect("a problem is plain JSON")
    }
}

impl<E: Into<AppError>> From<E> for Problem {
    fn from(error: E) -> Self {
        let error = error.into();
        let problem = Self::new(code_of(&error), error.to_string());
        if problem.code.status().is_server_error() {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                ?error,
                "request failed: {}",
                problem.code.as_str()
            );
        }
        match &error {
            AppError::Invalid(invalid) => {
                Self { errors: invalid.errors.iter().map(|e| json!(e)).collect(), ..problem }
            }
            AppError::Records(report) => Self {
                errors: report.errors.iter().map(|e| json!(e)).collect(),
                counts: Some((report.accepted, report.rejected)),
                ..problem
            },
            AppError::Forbidden { field: Some(field), .. } => problem.with_error(field, "forbidden"),
            AppError::Conflict { reason, .. } => problem.with_error("", reason),
            AppError::TooLarge { .. } => problem.with_error("body", "too_large"),
            AppError::Unsupported { header, .. } => problem.with_error(header, "unsupported"),
            AppError::Unauthorized => problem.with_error("authorization", "unauthorized"),
            AppError::IdempotencyMismatch => problem.with_error("idempotency-key", "mismatch"),
            AppError::RateLimited { limit, after_s, .. } => {
                Self { retry_after_s: Some(*after_s), ..problem.with_error("", limit) }
            }
            _ => problem,
        }
    }
}

fn code_of(error: &AppError) -> Code {
    match error {
        AppError::Invalid(invalid) => match invalid.kind {
            InvalidKind::Validation => Code::ValidationError,
            InvalidKind::DateRangeTooLarge => Code::DateRangeTooLarge,
            InvalidKind::LimitExceeded => Code::LimitExceeded,
        },
        AppError::Records(_) => Code::ValidationError,
        AppError::TooLarge { .. } => Code::PayloadTooLarge,
        AppError::Unsupported { .. } => Code::UnsupportedMediaType,
        AppError::Unauthorized => Code::Unauthorized,
        AppError::InvalidCredentials => Code::InvalidCredentials,
        AppError::Forbidden { .. } => Code::Forbidden,
        AppError::UpgradeRequired { .. } => Code::UpgradeRequired,
        AppError::NotFound { .. } => Code::NotFound,
        AppError::Conflict { .. } => Code::Conflict,
        AppError::Gone { .. } => Code::Gone,
        AppError::PreconditionFailed => Code::PreconditionFailed,
        AppError::IdempotencyMismatch => Code::IdempotencyMismatch,
        AppError::RateLimited { .. } => Code::RateLimited,
        AppError::Unavailable(_) => Code::Unavailable,
        AppError::Internal { .. } => Code::Internal,
    }
}

/// A problem on its way out: the status and the headers are there, the body follows in [`complete`].
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        let headers = response.headers_mut();
        if self.code == Code::Unauthorized {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"sitrep\""));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of a problem, once it is known which request it answers. Other answers pass as they are.
pub(crate) fn complete(mut response: Response, instance: &str, now: Timestamp) -> Response {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let body = problem.body(instance, now).to_string();
        *response.body_mut() = axum::body::Body::from(body);
        response.headers_mut().remove(http::header::CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::invalid::Invalid;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn an_error_becomes_a_problem_with_its_code_status_and_fields() {
        let invalid = AppError::from(Invalid::field("name", "missing", "give a name"));
        let long = AppError::from(Invalid::date_range("end", "too long"));
        let limit = AppError::from(Invalid::limit("filters", "too deep"));
        let reason = AppError::conflict("renderer_changed", "made by another renderer");
        let hidden = AppError::internal("the key T#acme is broken");
        let field = AppError::Forbidden { field: Some("recipients".into()), detail: "no".into() };
        for (error, status, code, field) in [
            (invalid, 400, "VALIDATION_ERROR", json!(["name", "missing"])),
            (long, 400, "DATE_RANGE_TOO_LARGE", json!(["end", "date_range_too_large"])),
            (limit, 422, "LIMIT_EXCEEDED", json!(["filters", "limit_exceeded"])),
            (reason, 409, "CONFLICT", json!(["", "renderer_changed"])),
            (field, 403, "FORBIDDEN", json!(["recipients", "forbidden"])),
            (hidden, 500, "INTERNAL", json!([null, null])),
            (AppError::PreconditionFailed, 412, "PRECONDITION_FAILED", json!([null, null])),
            (AppError::NotFound { what: "report" }, 404, "NOT_FOUND", json!([null, null])),
            (AppError::Unauthorized, 401, "UNAUTHORIZED", json!(["authorization", "unauthorized"])),
            (
                AppError::IdempotencyMismatch,
                422,
                "IDEMPOTENCY_MISMATCH",
                json!(["idempotency-key", "mismatch"]),
            ),
            (
                AppError::RateLimited { limit: "exports", after_s: 7, detail: "wait".into() },
                429,
                "RATE_LIMITED",
                json!(["", "exports"]),
            ),
            (
                AppError::TooLarge { detail: "send less".into() },
                413,
                "PAYLOAD_TOO_LARGE",
                json!(["body", "too_large"]),
            ),
        ] {
            let body = Problem::from(error).body("/api/v1/x", NOW);
            assert_eq!((&body["status"], &body["status_code"]), (&json!(status), &json!(status)), "{body}");
            assert_eq!(body["code"], code);
            assert_eq!(json!([body["errors"][0]["field"], body["errors"][0]["code"]]), field, "{body}");
            assert!(!body.to_string().contains("acme"), "{body}");
        }
    }

    #[test]
    fn who_may_try_again_is_told_when() {
        let limited = AppError::RateLimited { limit: "requests", after_s: 42, detail: "wait".into() };
        for (problem, expected) in [
            (Problem::from(limited), Some("42")),
            (Problem::new(Code::Unavailable, "not now"), Some("5")),
            (Problem::from(AppError::PreconditionFailed), None),
        ] {
            let response = problem.into_response();
            let header = response.headers().get(RETRY_AFTER).map(|value| value.to_str().unwrap());
            assert_eq!(header, expected);
        }
    }

    #[test]
    fn a_problem_says_where_and_when_it_happened() {
        let response = Problem::from(AppError::Unauthorized).into_response();
        let response = complete(response, "/api/v1/me", NOW);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
        assert_eq!(response.headers()[WWW_AUTHENTICATE], "Bearer realm=\"sitrep\"");
        let body = Problem::from(AppError::Unauthorized).body("/api/v1/me", NOW);
        assert_eq!(body["type"], "urn:sitrep:unauthorized");
        assert_eq!(body["instance"], "/api/v1/me");
        assert_eq!(body["timestamp"], "1970-01-01T00:00:00Z");
    }
}
