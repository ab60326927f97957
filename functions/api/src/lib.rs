//! The HTTP API: from an API Gateway event to a use case and back.
//!
//! A handler extracts, converts, calls one use case and maps the view. Errors become HTTP in `problem` alone; the list of
//! operations in `router` makes both the router and the OpenAPI document. Rules belong to `sitrep-app`.

#![deny(missing_docs)]

mod admission;
mod analytics;
mod answer;
mod answer_size;
mod body;
mod caller;
mod docs_page;
mod event;
mod existence;
mod export;
mod front;
mod idempotency;
mod json;
mod limits;
mod openapi;
mod operation;
mod path;
mod period;
mod problem;
mod query_string;
mod request_id;
mod router;
mod routes;
mod samples;
mod share_page;
mod token;
mod views;

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;
use sitrep_app::services::Services;

/// The API as a router.
pub fn router(services: Arc<Services>) -> axum::Router {
    router::make_router(services)
}

/// The OpenAPI 3.1 document, as indented JSON.
#[must_use]
pub fn openapi_json() -> String {
    format!("{:#}", openapi::document())
}

/// The function: an event of API Gateway (HTTP API, payload format 2.0) in, its answer out.
///
/// The error, for an event that is not one, is for the log.
pub fn handler(
    services: Arc<Services>,
) -> impl Fn(Value) -> BoxFuture<'static, Result<Value, String>> + Clone + Send + Sync + 'static {
    let router = router(services);
    move |event| Box::pin(event::answer(router.clone(), event))
}
