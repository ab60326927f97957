//! The front: what every request and every answer goes through, whatever it is for.
//!
//! A request gets its id and loses its trailing slash; an answer gets the id, the headers that keep it private, those
//! that say where the caller stands within its limits, and, if it is a problem, its body. A handler that panics answers
//! `500` and says nothing of itself; an answer that is too large to travel is refused.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt as _;
use http::header::{CACHE_CONTROL, HeaderName, X_CONTENT_TYPE_OPTIONS};
use http::uri::{PathAndQuery, Uri};
use http::{HeaderValue, Method};
use sitrep_app::limits::uncounted;
use sitrep_app::services::Services;
use tracing::Instrument as _;

use crate::answer_size::check_size;
use crate::limits::Counted;
use crate::problem::{Code, Problem, complete};
use crate::request_id::RequestId;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Passes a request on and finishes its answer.
pub(crate) async fn front(
    State(services): State<Arc<Services>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = RequestId::make(request.extensions(), &services);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    *request.uri_mut() = without_trailing_slash(request.uri());
    request.extensions_mut().insert(id.clone());
    let counted = Counted::default();
    request.extensions_mut().insert(counted.clone());
    let span = tracing::info_span!("request", id = %id.0);
    let answer = catch_panic(next.run(request)).instrument(span.clone()).await;
    let answer = check_size(answer).await.unwrap_or_else(IntoResponse::into_response);
    let response = span.in_scope(|| {
        let response = complete(answer, &path, services.now());
        log(&method, &path, response.status().as_u16());
        response
    });
    let mut response = with_headers(response, &id);
    counted.write(response.headers_mut(), services.now(), || uncounted(&services));
    response
}

/// The answer, or `500` when making it panics.
async fn catch_panic(answer: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Problem::new(Code::Internal, "an internal error; it was recorded").into_response()
    })
}

/// One line per request. The secret of a link stays out of it.
fn log(method: &Method, path: &str, status: u16) {
    let path = if path.starts_with("/s/") { "/s/…" } else { path };
    tracing::info!(%method, path, status, "answered");
}

fn with_headers(mut response: Response, id: &RequestId) -> Response {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn without_trailing_slash(uri: &Uri) -> Uri {
    let path = uri.path();
    let short = path.strip_suffix('/').unwrap_or(path);
    if short.is_empty() || short == path {
        return uri.clone();
    }
    let mut parts = uri.clone().into_parts();
    let text = uri.query().map_or_else(|| short.to_owned(), |query| format!("{short}?{query}"));
    parts.path_and_query = PathAndQuery::try_from(text).ok();
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_internal_error_that_says_nothing() {
        let response = catch_panic(async { panic!("the secret of a handler") }).await;
        let response = complete(response, "/x", jiff::Timestamp::UNIX_EPOCH);
        assert_eq!(response.status(), 500);
        let body = http_body_util::BodyExt::collect(response.into_body()).await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("INTERNAL") && !body.contains("secret"), "{body}");
    }

    #[test]
    fn one_trailing_slash_is_as_good_as_none() {
        for (uri, expected) in [
            ("/reports/", "/reports"),
            ("/reports/?limit=1", "/reports?limit=1"),
            ("https://host/a/b/", "https://host/a/b"),
            ("/reports", "/reports"),
            ("/", "/"),
            ("/a//", "/a/"),
        ] {
            assert_eq!(without_trailing_slash(&uri.parse().unwrap()).to_string(), expected);
        }
    }
}
