//! The main figures, and those of the period before.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use sitrep_app::data;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::analytics::{Summary, SummaryAnswer};

use crate::analytics;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "analytics",
    summary: "Sums a period up: counts, response times, rates, and the same for the period before.",
    access: Access::Role(Permission::Query),
    parameters: &analytics::COMMON,
    answers: &[Answer::ok("The figures; rates are percentages.", samples::summary_answer)],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::get("get_summary", &["/api/v1/analytics/summary"], |method| on(method, get_summary))
};

async fn get_summary(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Json<SummaryAnswer>, Problem> {
    let answer = data::run_analysis(&services, &scope, |defaults| {
        Ok(Summary { input: analytics::read_input(&query, defaults)? })
    });
    Ok(Json(answer.await?))
}
