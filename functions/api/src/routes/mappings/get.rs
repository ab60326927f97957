//! One mapping.

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
use crate::path::PathTexts;
use crate::problem::Problem;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "mappings",
    summary: "One mapping with its rules, built in or the tenant's own.",
    access: Access::Role(Permission::Ingest),
    answers: &[Answer::ok("The mapping.", samples::mapping_view).with_headers(&["ETag"])],
    ..Operation::get("get_mapping", &["/api/v1/datasets/{dataset}/mappings/{name}"], |method| {
        on(method, get_mapping)
    })
};

async fn get_mapping(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathTexts(dataset, name): PathTexts,
) -> Result<Response, Problem> {
    let found = mappings::get_mapping(&services, &scope, &dataset, &name).await?;
    Ok(answer::one(found.view, found.rev))
}
