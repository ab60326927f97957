//! A report's manifest: what it read, did and produced.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::header::CONTENT_TYPE;
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::{Code, Problem};

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "The manifest of a completed report, byte for byte as it was stored; manifest_sha256 is its hash.",
    access: Access::Role(Permission::ReadReports),
    answers: &[Answer::bytes("The manifest.", "application/json")],
    errors: &[Code::Conflict],
    ..Operation::get("get_manifest", &["/api/v1/reports/{id}/manifest"], |method| on(method, get_manifest))
};

async fn get_manifest(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<Response, Problem> {
    let manifest = reports::get_manifest(&services, &scope, id).await?;
    Ok(([(CONTENT_TYPE, "application/json")], manifest).into_response())
}
