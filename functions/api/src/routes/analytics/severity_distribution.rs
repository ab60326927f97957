//! How the incidents are spread over the severities.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use sitrep_app::data;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::analytics::{SeverityDistribution, SeverityDistributionAnswer};

use crate::analytics;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "analytics",
    summary: "Counts incidents per severity, unrated included.",
    access: Access::Role(Permission::Query),
    parameters: &analytics::COMMON,
    answers: &[Answer::ok("Every severity, worst first.", samples::severity_distribution_answer)],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::get("get_severity_distribution", &["/api/v1/analytics/severity-distribution"], |method| {
        on(method, get_severity_distribution)
    })
};

async fn get_severity_distribution(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Json<SeverityDistributionAnswer>, Problem> {
    let answer = data::run_analysis(&services, &scope, |defaults| {
        Ok(SeverityDistribution { input: analytics::read_input(&query, defaults)? })
    });
    Ok(Json(answer.await?))
}
