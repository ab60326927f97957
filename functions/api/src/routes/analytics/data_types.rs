//! Which kinds of data the incidents concern.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::data;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::analytics::DataTypes;

use crate::analytics;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "analytics",
    summary: "Lists data types with their number and share of incidents, and the mean confidence.",
    access: Access::Role(Permission::Query),
    parameters: &analytics::COMMON,
    answers: &[Answer::ok(
        "Count descending; incidents without a data type are the last row, and the header counts them.",
        samples::data_types_answer,
    )
    .with_headers(&[analytics::UNASSIGNED])],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::get("get_data_types", &["/api/v1/analytics/data-types"], |method| on(method, get_data_types))
};

async fn get_data_types(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Response, Problem> {
    let answer = data::run_analysis(&services, &scope, |defaults| {
        Ok(DataTypes { input: analytics::read_input(&query, defaults)? })
    })
    .await?;
    Ok(analytics::list(&answer.rows, answer.unassigned))
}
