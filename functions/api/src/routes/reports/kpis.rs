//! The figures of a period with their judgements.

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
use crate::views::KpisView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Lists the figures about incidents of a period with their judgements.",
    access: Access::Role(Permission::ReadReports),
    parameters: PERIOD,
    answers: &[Answer::ok("The figures; every judgement is a word and a colour.", samples::kpis_view)],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::get("list_kpis", &["/api/v1/reports/kpis"], |method| on(method, list_kpis))
};

async fn list_kpis(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Json<serde_json::Value>, Problem> {
    let kpis = reports::list_kpis(&services, &scope, || Ok(read_period(&query))).await?;
    Ok(Json(serde_json::json!(KpisView::from(&kpis))))
}
