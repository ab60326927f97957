//! What the API can be asked, as a page to read.

use std::sync::LazyLock;

use axum::response::IntoResponse;
use axum::routing::on;
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};

use crate::docs_page::DocsPage;
use crate::operation::{Access, Answer, Limit, Operation};

pub(crate) static OPERATION: Operation = Operation {
    tag: "service",
    summary: "This document as a page to read.",
    access: Access::Public,
    answers: &[Answer::bytes("The page.", "text/html").with_headers(&["Content-Security-Policy"])],
    limit: Limit::None,
    ..Operation::get("show_docs", &["/api/docs"], |method| on(method, show_docs))
};

/// Made once per process, when it is first asked for.
static PAGE: LazyLock<DocsPage> = LazyLock::new(DocsPage::write);

async fn show_docs() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, PAGE.policy.as_str()),
        (REFERRER_POLICY, "no-referrer"),
    ];
    (headers, PAGE.html.as_str())
}
