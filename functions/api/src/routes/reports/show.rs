//! One report as a page or as JSON, whichever is asked for.

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
use crate::operation::{Access, Answer, Kind, Operation, Parameter};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;
use crate::views::ReportDetailView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "One report: as JSON, or as the page that it was rendered to.",
    access: Access::Role(Permission::ReadReports),
    parameters: &[Parameter::query("format", Kind::OneOf(&["json", "html"]), "json when missing.")],
    answers: &[
        Answer::ok("The report.", samples::report_detail_view).with_headers(&["ETag"]),
        Answer::redirect("Where the page is, when it is large."),
    ],
    errors: &[Code::Conflict, Code::Gone],
    ..Operation::get("show_report", &["/api/v1/reports/generated/{id}"], |method| on(method, show_report))
};

#[derive(Clone, Copy)]
enum Shown {
    Page,
    Json,
}

async fn show_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
    query: QueryString,
) -> Result<Response, Problem> {
    match query.one_of("format", &[("html", Shown::Page), ("json", Shown::Json)])?.unwrap_or(Shown::Json) {
        Shown::Page => Ok(answer::inline(reports::view_report(&services, &scope, id).await?)),
        Shown::Json => {
            let report = reports::get_report(&services, &scope, id).await?;
            Ok(answer::one(ReportDetailView::from(&report), report.rev))
        }
    }
}
