//! What was done about the incidents of each policy.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::data;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::analytics::PolicyViolations;

use crate::analytics;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "analytics",
    summary: "Lists policies with their incidents, and what was done about them.",
    access: Access::Role(Permission::Query),
    parameters: &analytics::COMMON,
    answers: &[Answer::ok(
        "Total descending, then policy ascending. The header counts the incidents without a policy.",
        samples::policy_violations_answer,
    )
    .with_headers(&[analytics::UNASSIGNED])],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::get("get_policy_violations", &["/api/v1/analytics/policy-violations"], |method| {
        on(method, get_policy_violations)
    })
};

async fn get_policy_violations(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Response, Problem> {
    let answer = data::run_analysis(&services, &scope, |defaults| {
        Ok(PolicyViolations { input: analytics::read_input(&query, defaults)? })
    })
    .await?;
    Ok(analytics::list(&answer.rows, answer.unassigned))
}
