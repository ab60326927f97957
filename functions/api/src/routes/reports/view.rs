//! A report's page, to look at.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::{Code, Problem};

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "The page of a report that was made as html, to look at.",
    access: Access::Role(Permission::ReadReports),
    answers: &[
        Answer::bytes("The page.", "text/html").with_headers(&["Content-Security-Policy"]),
        Answer::redirect("Where the page is, when it is large."),
    ],
    errors: &[Code::Conflict, Code::Gone],
    ..Operation::get("view_report", &["/api/v1/reports/{id}/view"], |method| on(method, view_report))
};

async fn view_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<Response, Problem> {
    Ok(answer::inline(reports::view_report(&services, &scope, id).await?))
}
