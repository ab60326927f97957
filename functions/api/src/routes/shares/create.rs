//! Making links for outsiders.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::StatusCode;
use sitrep_app::services::Services;
use sitrep_app::shares;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;

use crate::answer::located;
use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Idempotency, Operation, RequestBody};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::samples;
use crate::views::NewSharesView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "shares",
    summary: "Makes one link per recipient and mails it. The URL is shown this once.",
    access: Access::Role(Permission::Share),
    body: Some(RequestBody::json(&["recipients"], samples::share_body)),
    answers: &[Answer::created("The links; Location is their statistics.", samples::new_shares_view)],
    errors: &[Code::Conflict, Code::Gone],
    idempotency: Idempotency::ReplayedWithout(&["url"]),
    ..Operation::post("create_share", &["/api/v1/reports/{id}/share"], |method| on(method, create_share))
};

async fn create_share(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
    payload: Payload,
) -> Result<Response, Problem> {
    let made = shares::create_share(&services, &scope, id, || payload.json()).await?;
    let created = (StatusCode::CREATED, Json(NewSharesView::from(made.as_slice()))).into_response();
    Ok(located(created, &format!("/api/v1/reports/{id}/share-stats")))
}
