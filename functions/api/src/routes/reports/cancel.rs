//! Stopping a report that is being made.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use serde_json::{Value, json};
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::samples;
use crate::views::ReportView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Stops a report that has not ended.",
    access: Access::Role(Permission::Generate),
    answers: &[Answer::ok("The report, cancelled.", samples::report_view)],
    errors: &[Code::Conflict],
    ..Operation::post("cancel_report", &["/api/v1/reports/{id}/cancel"], |method| on(method, cancel_report))
};

async fn cancel_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<Json<Value>, Problem> {
    let run = reports::cancel_report(&services, &scope, id).await?;
    Ok(Json(json!(ReportView::from(&run))))
}
