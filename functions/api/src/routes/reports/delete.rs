//! Deleting a report.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::on;
use http::StatusCode;
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
    summary: "Deletes a report with its files and links. Its deliveries and audit entries stay.",
    access: Access::Role(Permission::DeleteReports),
    answers: &[Answer::nothing("The report is gone.")],
    errors: &[Code::Conflict],
    ..Operation::delete("delete_report", &["/api/v1/reports/{id}"], |method| on(method, delete_report))
};

async fn delete_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<StatusCode, Problem> {
    reports::delete_report(&services, &scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
