//! Asking for an upload of a file that is too large for one request.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::StatusCode;
use sitrep_app::services::Services;
use sitrep_app::uploads;
use sitrep_domain::access::Permission;

use crate::answer::located;
use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation, RequestBody};
use crate::path::PathText;
use crate::problem::Problem;
use crate::samples;
use crate::views::NewUploadView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "datasets",
    summary: "Asks for a link that takes a file of records, up to 5 GB as sent, once and within an hour.",
    access: Access::Role(Permission::Ingest),
    body: Some(RequestBody::json(&["format"], samples::upload_body)),
    answers: &[Answer::created(
        "The upload, waiting for its file; put is shown this once.",
        samples::new_upload_view,
    )],
    ..Operation::post("create_upload", &["/api/v1/datasets/{dataset}/uploads"], |method| {
        on(method, create_upload)
    })
};

async fn create_upload(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathText(dataset): PathText,
    payload: Payload,
) -> Result<Response, Problem> {
    let (upload, link) = uploads::create_upload(&services, &scope, &dataset, || payload.json()).await?;
    let view = NewUploadView::new(&upload.value, &link);
    let created = (StatusCode::CREATED, Json(view)).into_response();
    Ok(located(created, &format!("/api/v1/datasets/{dataset}/uploads/{}", upload.value.id)))
}
