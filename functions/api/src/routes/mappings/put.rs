//! Making or replacing a mapping.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use http::StatusCode;
use sitrep_app::mappings::{self, PutOutcome};
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer::{located, one, tagged};
use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation, Parameter, RequestBody};
use crate::path::PathTexts;
use crate::problem::{Code, Problem};
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "mappings",
    summary: "Makes a mapping, or replaces the one of that name. Built-in ones stay as they are.",
    access: Access::Role(Permission::ManageMappings),
    parameters: &[Parameter::header("If-Match", "The ETag that the change is based on.")],
    body: Some(RequestBody::json(&["fields"], samples::mapping_body)),
    answers: &[
        Answer::ok("The mapping, replaced.", samples::mapping_view).with_headers(&["ETag"]),
        Answer::created("The mapping, made.", samples::mapping_view).with_headers(&["Location", "ETag"]),
    ],
    errors: &[Code::Conflict, Code::PreconditionFailed, Code::LimitExceeded],
    ..Operation::put("put_mapping", &["/api/v1/datasets/{dataset}/mappings/{name}"], |method| {
        on(method, put_mapping)
    })
};

async fn put_mapping(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathTexts(dataset, name): PathTexts,
    payload: Payload,
) -> Result<Response, Problem> {
    let put =
        mappings::put_mapping(&services, &scope, &dataset, &name, payload.revision(), || payload.json());
    Ok(match put.await? {
        PutOutcome::Replaced(mapping) => one(mapping.view, mapping.rev),
        PutOutcome::Created(mapping) => {
            let location = format!("/api/v1/datasets/{dataset}/mappings/{name}");
            located(tagged(StatusCode::CREATED, mapping.view, mapping.rev), &location)
        }
    })
}
