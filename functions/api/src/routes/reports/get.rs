//! One report, with its data.

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
use crate::problem::Problem;
use crate::samples;
use crate::views::ReportDetailView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "One report, with its figures once it is completed.",
    access: Access::Role(Permission::ReadReports),
    answers: &[Answer::ok("The report.", samples::report_detail_view).with_headers(&["ETag"])],
    ..Operation::get("get_report", &["/api/v1/reports/{id}"], |method| on(method, get_report))
};

async fn get_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<Response, Problem> {
    let report = reports::get_report(&services, &scope, id).await?;
    Ok(answer::one(ReportDetailView::from(&report), report.rev))
}
