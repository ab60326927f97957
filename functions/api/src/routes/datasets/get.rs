//! One dataset.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use sitrep_app::data::{self, DatasetView};
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathText;
use crate::problem::Problem;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "datasets",
    summary: "One dataset: schema, rows, first and last event.",
    access: Access::Role(Permission::ReadReports),
    answers: &[Answer::ok("The dataset.", samples::dataset_view)],
    ..Operation::get("get_dataset", &["/api/v1/datasets/{dataset}"], |method| on(method, get_dataset))
};

async fn get_dataset(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathText(name): PathText,
) -> Result<Json<DatasetView>, Problem> {
    Ok(Json(data::get_dataset(&services, &scope, &name).await?))
}
