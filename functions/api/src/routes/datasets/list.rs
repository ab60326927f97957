//! Every dataset.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::data;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::Problem;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "datasets",
    summary: "Lists the datasets: schema, rows, first and last event.",
    access: Access::Role(Permission::ReadReports),
    answers: &[Answer::page("Every dataset.", samples::dataset_view).with_headers(&[])],
    ..Operation::get("list_datasets", &["/api/v1/datasets"], |method| on(method, list_datasets))
};

async fn list_datasets(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
) -> Result<Response, Problem> {
    Ok(answer::all(&data::list_datasets(&services, &scope).await?))
}
