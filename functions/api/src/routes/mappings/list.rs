//! The mappings of a dataset.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::mappings;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathText;
use crate::problem::Problem;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "mappings",
    summary: "Lists the mappings of a dataset: the built-in ones, then the tenant's own.",
    access: Access::Role(Permission::Ingest),
    answers: &[Answer::page("Every mapping.", samples::mapping_view).with_headers(&[])],
    ..Operation::get("list_mappings", &["/api/v1/datasets/{dataset}/mappings"], |method| {
        on(method, list_mappings)
    })
};

async fn list_mappings(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathText(dataset): PathText,
) -> Result<Response, Problem> {
    Ok(answer::all(&mappings::list_mappings(&services, &scope, &dataset).await?))
}
