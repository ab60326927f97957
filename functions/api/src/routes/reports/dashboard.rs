//! What somebody sees first: figures with their judgements, compliance, the latest reports.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::period::{PERIOD, read_period};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;
use crate::views::DashboardView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Shows the figures of a period with their judgements, the compliance summary and the latest reports.",
    access: Access::Role(Permission::ReadReports),
    parameters: PERIOD,
    answers: &[Answer::ok("The dashboard; every judgement is a word and a colour.", samples::dashboard_view)],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::get("show_dashboard", &["/api/v1/reports/dashboard"], |method| on(method, show_dashboard))
};

async fn show_dashboard(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Json<serde_json::Value>, Problem> {
    let dashboard = reports::show_dashboard(&services, &scope, || Ok(read_period(&query))).await?;
    Ok(Json(serde_json::json!(DashboardView::from(&dashboard))))
}
