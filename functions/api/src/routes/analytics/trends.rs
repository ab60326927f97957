//! Incidents over time.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use sitrep_app::data;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::analytics::TrendsAnswer;

use crate::analytics;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "analytics",
    summary: "Counts incidents per hour, day, week or month, in all or by severity, type or policy.",
    access: Access::Role(Permission::Query),
    parameters: analytics::TRENDS,
    answers: &[Answer::ok(
        "The series; every one has every bucket. What has no type or policy is the series unassigned.",
        samples::trends_answer,
    )],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::get("get_trends", &["/api/v1/analytics/trends"], |method| on(method, get_trends))
};

async fn get_trends(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Json<TrendsAnswer>, Problem> {
    let answer =
        data::run_analysis(&services, &scope, |defaults| Ok(analytics::read_trends(&query, defaults)?));
    Ok(Json(answer.await?))
}
