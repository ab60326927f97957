//! Answers: the shapes that many operations share. Pages with their `Link`, things made with their `Location`, single
//! things with their `ETag`, files.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, LINK, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use serde::Serialize;
use serde_json::json;
use sitrep_app::reports::{Download, MadeNow};
use sitrep_app::services::Page;
use sitrep_domain::run::Run;

use crate::query_string::QueryString;
use crate::views::ReportView;

/// What a page of ours may do: show itself, nothing else.
pub(crate) const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A page of items, with a link to the next.
pub(crate) fn page<'a, T, V: Serialize>(uri: &Uri, page: &'a Page<T>, view: impl Fn(&'a T) -> V) -> Response {
    let items: Vec<V> = page.items.iter().map(view).collect();
    let mut response = Json(json!({"items": items, "next_cursor": page.next_cursor})).into_response();
    if let Some(cursor) = &page.next_cursor {
        let query = QueryString::from_cursor(uri.query(), cursor);
        set(response.headers_mut(), LINK, &format!("<{}?{query}>; rel=\"next\"", uri.path()));
    }
    response
}

/// All items there are, in the shape of a page.
pub(crate) fn all<V: Serialize>(items: &[V]) -> Response {
    Json(json!({"items": items, "next_cursor": null})).into_response()
}

/// `200` with one thing and its revision.
pub(crate) fn one(view: impl Serialize, rev: u64) -> Response {
    tagged(StatusCode::OK, view, rev)
}

/// One thing and its revision.
pub(crate) fn tagged(status: StatusCode, view: impl Serialize, rev: u64) -> Response {
    let mut response = (status, Json(view)).into_response();
    set(response.headers_mut(), ETAG, &format!("\"{rev}\""));
    response
}

/// The answer with the place of what was made.
pub(crate) fn located(mut response: Response, location: &str) -> Response {
    set(response.headers_mut(), LOCATION, location);
    response
}

/// A run that was asked for: `202`, or `200` if it has ended by now.
pub(crate) fn run_requested(run: &Run) -> Response {
    let status = if run.status.is_terminal() { StatusCode::OK } else { StatusCode::ACCEPTED };
    located((status, Json(ReportView::from(run))).into_response(), &format!("/api/v1/reports/{}", run.id))
}

/// `303` to where it is.
pub(crate) fn see_other(location: &str) -> Response {
    located(StatusCode::SEE_OTHER.into_response(), location)
}

/// A file to keep.
pub(crate) fn attachment(download: Download) -> Response {
    file(download, "attachment")
}

/// A file that the caller waited for, or `202` and the run that makes it.
pub(crate) fn made_now(made: MadeNow) -> Response {
    match made {
        MadeNow::Done(download) => attachment(download),
        MadeNow::Waiting(run) => run_requested(&run),
    }
}

/// A page to look at, which may do nothing but show itself.
pub(crate) fn inline(download: Download) -> Response {
    let mut response = file(download, "inline");
    set(response.headers_mut(), CONTENT_SECURITY_POLICY, PAGE_POLICY);
    response
}

fn file(download: Download, disposition: &str) -> Response {
    match download {
        Download::Redirect(url) => see_other(&url),
        Download::Inline(file) => {
            let mut response = file.bytes.into_response();
            set(response.headers_mut(), CONTENT_TYPE, &file.content_type);
            let disposition = format!("{disposition}; filename=\"{}\"", file.file_name);
            set(response.headers_mut(), CONTENT_DISPOSITION, &disposition);
            response
        }
    }
}

/// Sets a header. What cannot stand in one (a control character) leaves it out.
fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
