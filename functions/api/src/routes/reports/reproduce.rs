//! Making a report again from the same data, for the same bytes.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;
use sitrep_domain::renderer::RENDERER_VERSION;

use crate::answer::run_requested;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Makes a report again from the snapshot it was made from; every file must have the same hash.",
    access: Access::Role(Permission::Generate),
    answers: &[Answer::accepted("The new run, waiting for a worker.", samples::report_view)],
    errors: &[Code::Conflict, Code::Gone],
    ..Operation::post("reproduce_report", &["/api/v1/reports/{id}/reproduce"], |method| {
        on(method, reproduce_report)
    })
};

async fn reproduce_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<Response, Problem> {
    Ok(run_requested(&reports::reproduce_report(&services, &scope, id, RENDERER_VERSION).await?))
}
