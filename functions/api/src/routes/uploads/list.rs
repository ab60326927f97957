//! Listing the uploads of a dataset.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::services::Services;
use sitrep_app::uploads;
use sitrep_domain::access::Permission;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, CURSOR, LIMIT, Operation};
use crate::path::PathText;
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;
use crate::views::UploadView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "datasets",
    summary: "Lists the uploads of a dataset, newest first.",
    access: Access::Role(Permission::Ingest),
    parameters: &[LIMIT, CURSOR],
    answers: &[Answer::page("A page of uploads.", samples::upload_view)],
    ..Operation::get("list_uploads", &["/api/v1/datasets/{dataset}/uploads"], |method| {
        on(method, list_uploads)
    })
};

async fn list_uploads(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathText(dataset): PathText,
    OriginalUri(uri): OriginalUri,
    query: QueryString,
) -> Result<Response, Problem> {
    let page = query.page()?;
    let uploads =
        uploads::list_uploads(&services, &scope, &dataset, page.limit, page.cursor.as_deref()).await?;
    Ok(answer::page(&uri, &uploads, |upload| UploadView::from(&upload.value)))
}
