//! Making a report again on new data.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;

use crate::answer::run_requested;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Makes a report again on the records of now; it supersedes the first.",
    access: Access::Role(Permission::Generate),
    answers: &[Answer::accepted("The new run, waiting for a worker.", samples::report_view)],
    errors: &[Code::Conflict],
    ..Operation::post("rerun_report", &["/api/v1/reports/{id}/rerun"], |method| on(method, rerun_report))
};

async fn rerun_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<Response, Problem> {
    Ok(run_requested(&reports::rerun_report(&services, &scope, id).await?))
}
