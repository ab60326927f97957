//! One question of a caller's own.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use sitrep_app::data::{self, QueryAnswer};
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Idempotency, Operation, RequestBody};
use crate::problem::{Code, Problem};
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "queries",
    summary: "Answers a question: metrics or measures, filtered, grouped, ordered.",
    access: Access::Role(Permission::Query),
    body: Some(RequestBody::json(&["dataset", "metrics"], samples::query_body)),
    answers: &[Answer::ok("The rows.", samples::query_answer)],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    idempotency: Idempotency::None,
    ..Operation::post("run_query", &["/api/v1/query"], |method| on(method, run_query))
};

async fn run_query(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    payload: Payload,
) -> Result<Json<QueryAnswer>, Problem> {
    Ok(Json(data::run_query(&services, &scope, || payload.json()).await?))
}
