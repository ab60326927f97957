//! Who has the most incidents.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::data;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::analytics;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "analytics",
    summary: "Lists the users, agents or addresses with the most incidents.",
    access: Access::Role(Permission::Query),
    parameters: analytics::TOP_VIOLATORS,
    answers: &[Answer::ok(
        "Count descending, then key ascending. The header counts the incidents without the key.",
        samples::top_violators_answer,
    )
    .with_headers(&[analytics::UNASSIGNED])],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::get("get_top_violators", &["/api/v1/analytics/top-violators"], |method| {
        on(method, get_top_violators)
    })
};

async fn get_top_violators(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Response, Problem> {
    let answer = data::run_analysis(&services, &scope, |defaults| {
        Ok(analytics::read_top_violators(&query, defaults)?)
    })
    .await?;
    Ok(analytics::list(&answer.rows, answer.unassigned))
}
