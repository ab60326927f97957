//! Requests with an `Idempotency-Key`: done once, answered as often as they are repeated.
//!
//! Answers of success are kept, without their secrets. A refusal (4xx) that changed nothing frees the key for a better
//! attempt; one after a change is kept as an answer. After anything else nobody knows, and the next one with the key takes
//! over with the same ids.

use axum::body::Body;
use axum::extract::{FromRequest as _, Request};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, ETAG, HeaderName, LOCATION};
use http::{HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::Value;
use sitrep_app::error::AppError;
use sitrep_app::idempotency::{Claim, Claimed, KeyedCall, Outcome, claim_key};
use sitrep_app::steps;
use sitrep_domain::idempotency::{IdempotencyKey, KeptAnswer};
use sitrep_domain::scope::TenantScope;
use std::sync::Arc;
use tower::ServiceExt as _;

use crate::admission::Admission;
use crate::body::Payload;
use crate::path::path_parts;
use crate::problem::{Problem, complete};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENCY_REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Headers that belong to an answer; all others are made anew for each.
const KEPT_HEADERS: [HeaderName; 3] = [CONTENT_TYPE, LOCATION, ETAG];

/// Answers a request of a caller who was admitted: as it is without a key, once with one.
///
/// # Errors
///
/// [`Problem`] for a key that is none, was used for another request, or is at work.
pub(crate) async fn run(
    admission: &Admission,
    scope: &TenantScope,
    request: Request,
    next: Next,
    secrets: &[&str],
) -> Result<Response, Problem> {
    let Some(key) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(next.run(request).await) };
    let key = IdempotencyKey::new(key.to_str().unwrap_or_default())?;
    let (request, content) = read(request).await;
    // A body that cannot be taken in is refused by the use case, whatever the key.
    let Some(content) = content else { return Ok(next.run(request).await) };
    let call = KeyedCall { key: &key, operation: admission.operation.id, content: &content };
    let claim = match claim_key(&admission.services, scope, call).await? {
        Claimed::Replay(answer) => return Ok(replay(answer)?),
        Claimed::Do(claim) => claim,
    };
    steps::reached("claimed").await;
    let path = request.uri().path().to_owned();
    let services = Arc::new(claim.services(&admission.services));
    let Ok(response) = admission.route.clone().with_state(services.clone()).oneshot(request).await;
    steps::reached("done").await;
    let has_changed = services.store.has_changed();
    // A problem is kept with its body.
    let response = if has_changed { complete(response, &path, services.now()) } else { response };
    let (response, outcome) = judge(response, has_changed, secrets).await?;
    end(admission, scope, claim, outcome).await;
    steps::reached("kept").await;
    Ok(response)
}

/// Writes the outcome down. When that fails the answer stands all the same: the next one with the key takes over, and
/// finds what was done.
async fn end(admission: &Admission, scope: &TenantScope, claim: Claim, outcome: Outcome) {
    if let Err(error) = claim.end(&admission.services, scope, outcome).await {
        tracing::warn!(error = &error as &dyn std::error::Error, "an answer was not kept for its key");
    }
}

/// The request with its body taken in, and everything that makes it this one and no other; nothing when the body
/// cannot be taken in.
async fn read(request: Request) -> (Request, Option<Vec<u8>>) {
    // An operation's paths differ by words that mean the same, and by nothing else.
    let (params, request) = path_parts(request).await;
    let (parts, body) = request.into_parts();
    let (mut head, query) = (parts.clone(), parts.uri.query().unwrap_or_default().to_owned());
    let Ok(payload) = Payload::from_request(Request::from_parts(parts, body), &()).await;
    let content = payload.raw().map(|bytes| content_of(&params, &query, &payload, bytes));
    head.extensions.insert(payload);
    (Request::from_parts(head, Body::empty()), content)
}

/// Each part with its length before it, so that no two requests look alike.
fn content_of(params: &[String], query: &str, payload: &Payload, body: &Bytes) -> Vec<u8> {
    let (media_type, coding) = (payload.media_type(), payload.content_coding());
    let head = params.iter().map(String::as_str).chain([query, &media_type, &coding]).map(str::as_bytes);
    let mut content = Vec::with_capacity(body.len() + 256);
    for part in head.chain([body.as_ref()]) {
        content.extend_from_slice(&(part.len() as u64).to_be_bytes());
        content.extend_from_slice(part);
    }
    content
}

/// What is to be written down of an answer, and the answer itself. A refusal may come after the effect, when somebody
/// else has taken it away meanwhile.
async fn judge(
    response: Response,
    has_changed: bool,
    secrets: &[&str],
) -> Result<(Response, Outcome), AppError> {
    let status = response.status();
    if status.is_client_error() && !has_changed {
        return Ok((response, Outcome::Refused));
    }
    if status.is_server_error() {
        return Ok((response, Outcome::Unknown));
    }
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(AppError::internal)?.to_bytes();
    let headers = KEPT_HEADERS.iter().filter_map(|name| {
        Some((name.as_str().to_owned(), parts.headers.get(name)?.to_str().ok()?.to_owned()))
    });
    let kept =
        KeptAnswer { status: status.as_u16(), headers: headers.collect(), body: keep(&bytes, secrets) };
    Ok((Response::from_parts(parts, Body::from(bytes)), Outcome::Answered(kept)))
}

/// The body without its secrets; none when it is too long, or is no JSON in which secrets could be found.
fn keep(bytes: &Bytes, secrets: &[&str]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| KeptAnswer::has_room_for(text))?;
    if secrets.is_empty() || text.is_empty() {
        return Some(text.to_owned());
    }
    let mut json: Value = serde_json::from_str(text).ok()?;
    blank(&mut json, secrets);
    Some(json.to_string())
}

fn blank(json: &mut Value, secrets: &[&str]) {
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                if secrets.contains(&name.as_str()) {
                    *value = Value::Null;
                } else {
                    blank(value, secrets);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| blank(item, secrets)),
        _ => {}
    }
}

/// # Errors
///
/// [`AppError::Conflict`] `answer_not_kept`: half an answer would look like a whole one.
fn replay(answer: KeptAnswer) -> Result<Response, AppError> {
    let Some(body) = answer.body else {
        let detail = "the first request with this idempotency key was done, but its answer could not be kept; \
            read what it has made instead of repeating it";
        return Err(AppError::conflict("answer_not_kept", detail));
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    headers.insert(IDEMPOTENCY_REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_secret_is_kept_wherever_it_stands() {
        let body =
            json!({"shares": [{"share_id": "1", "url": "https://x/s/secret"}], "url": "secret", "n": 1});
        let kept = keep(&Bytes::from(body.to_string()), &["url"]).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&kept).unwrap(),
            json!({"shares": [{"share_id": "1", "url": null}], "url": null, "n": 1})
        );
        assert_eq!(keep(&Bytes::from_static(b"url=secret"), &["url"]), None);
        assert_eq!(keep(&Bytes::from_static(b"{ \"n\": 1 }"), &[]).unwrap(), "{ \"n\": 1 }");
        assert_eq!(keep(&Bytes::from(vec![b' '; KeptAnswer::MAX_BODY + 1]), &[]), None);
    }

    #[test]
    fn an_answer_whose_body_was_not_kept_is_a_conflict_and_no_empty_success() {
        let kept = |body: Option<&str>| KeptAnswer {
            status: 200,
            headers: [].into(),
            body: body.map(str::to_owned),
        };
        let Err(AppError::Conflict { .. }) = replay(kept(None)) else { panic!("it looks like an answer") };
        for body in ["", "{}"] {
            assert_eq!(replay(kept(Some(body))).unwrap().status(), StatusCode::OK, "{body}");
        }
        assert_eq!(keep(&Bytes::new(), &["url"]).as_deref(), Some(""), "no body is a body");
    }

    #[test]
    fn two_requests_that_differ_anywhere_have_different_contents() {
        async fn content(path: &[&str], query: &str, media_type: &str, body: &str) -> Vec<u8> {
            let request = Request::post("/").header(CONTENT_TYPE, media_type);
            let request = request.body(Body::from(body.to_owned())).unwrap();
            let Ok(payload) = Payload::from_request(request, &()).await;
            let params: Vec<String> = path.iter().map(|&part| part.to_owned()).collect();
            content_of(&params, query, &payload, payload.raw().unwrap())
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let json = "application/json";
        let contents = [
            content(&["a"], "", json, "{}"),
            content(&["b"], "", json, "{}"),
            content(&[], "a", json, "{}"),
            content(&["a"], "x=1", json, "{}"),
            content(&["a"], "", "text/csv", "{}"),
            content(&["a"], "", json, "{ }"),
            content(&["a"], "", json, ""),
        ]
        .map(|content| runtime.block_on(content));
        for (i, one) in contents.iter().enumerate() {
            assert!(contents[..i].iter().all(|other| other != one), "{i}");
        }
    }
}
