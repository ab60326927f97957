//! What the API can be asked.

use std::sync::LazyLock;

use axum::response::IntoResponse;
use axum::routing::on;
use http::header::CONTENT_TYPE;

use crate::operation::{Access, Answer, Limit, Operation};

pub(crate) static OPERATION: Operation = Operation {
    tag: "service",
    summary: "This document.",
    access: Access::Public,
    answers: &[Answer::bytes("The OpenAPI document.", "application/json")],
    limit: Limit::None,
    ..Operation::get("get_openapi", &["/api/v1/openapi.json"], |method| on(method, get_openapi))
};

/// Made once per process, when it is first asked for.
static DOCUMENT: LazyLock<String> = LazyLock::new(crate::openapi_json);

async fn get_openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}
