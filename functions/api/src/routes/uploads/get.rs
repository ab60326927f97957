//! Looking at one upload.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::services::Services;
use sitrep_app::uploads;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::UploadId;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::{PathIdBelow, PathText};
use crate::problem::Problem;
use crate::samples;
use crate::views::UploadView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "datasets",
    summary: "Shows an upload: how far it has come, what was taken, what was not and why.",
    access: Access::Role(Permission::Ingest),
    answers: &[Answer::ok("The upload.", samples::upload_view)],
    ..Operation::get("get_upload", &["/api/v1/datasets/{dataset}/uploads/{id}"], |method| {
        on(method, get_upload)
    })
};

async fn get_upload(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathText(dataset): PathText,
    PathIdBelow(id): PathIdBelow<UploadId>,
) -> Result<Response, Problem> {
    let upload = uploads::get_upload(&services, &scope, &dataset, id).await?;
    Ok(answer::one(UploadView::from(&upload.value), upload.rev()))
}
