//! Removing a mapping.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::on;
use http::StatusCode;
use sitrep_app::mappings;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation, Parameter};
use crate::path::PathTexts;
use crate::problem::{Code, Problem};

pub(crate) static OPERATION: Operation = Operation {
    tag: "mappings",
    summary: "Removes a mapping of the tenant. Records that came in through it stay.",
    access: Access::Role(Permission::ManageMappings),
    parameters: &[Parameter::header("If-Match", "The ETag that the removal is based on.")],
    answers: &[Answer::nothing("The mapping is gone.")],
    errors: &[Code::Conflict, Code::PreconditionFailed],
    ..Operation::delete("delete_mapping", &["/api/v1/datasets/{dataset}/mappings/{name}"], |method| {
        on(method, delete_mapping)
    })
};

async fn delete_mapping(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathTexts(dataset, name): PathTexts,
    payload: Payload,
) -> Result<StatusCode, Problem> {
    mappings::delete_mapping(&services, &scope, &dataset, &name, payload.revision()).await?;
    Ok(StatusCode::NO_CONTENT)
}
