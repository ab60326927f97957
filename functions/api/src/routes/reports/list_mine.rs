//! The reports that the caller asked for, newest first.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::reports::{self, ReportFilter};
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use super::list::{PARAMETERS, read_filter};
use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;
use crate::views::ReportView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Lists the reports that the caller asked for, newest first.",
    access: Access::Role(Permission::ReadReports),
    parameters: PARAMETERS,
    answers: &[Answer::page("A page of reports.", samples::report_view)],
    ..Operation::get("list_my_reports", &["/api/v1/reports/my-reports"], |method| on(method, list_my_reports))
};

async fn list_my_reports(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    OriginalUri(uri): OriginalUri,
    query: QueryString,
) -> Result<Response, Problem> {
    let (filter, page) = (ReportFilter { mine: true, ..read_filter(&query)? }, query.page()?);
    let reports =
        reports::list_reports(&services, &scope, &filter, page.limit, page.cursor.as_deref()).await?;
    Ok(answer::page(&uri, &reports, |run| ReportView::from(&run.value)))
}
