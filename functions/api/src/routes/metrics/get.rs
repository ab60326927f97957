//! One metric of the dictionary.

use axum::Json;
use axum::routing::on;
use sitrep_app::error::AppError;
use sitrep_domain::access::Permission;
use sitrep_domain::metrics::find_metric;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathText;
use crate::problem::Problem;
use crate::samples;
use crate::views::MetricView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "metrics",
    summary: "One metric: its formula, population, unit and where it is used.",
    access: Access::Role(Permission::ReadReports),
    answers: &[Answer::ok("The metric.", samples::metric_view)],
    ..Operation::get("get_metric", &["/api/v1/metrics/{id}"], |method| on(method, get_metric))
};

async fn get_metric(_: Caller, PathText(id): PathText) -> Result<Json<MetricView>, Problem> {
    let metric = find_metric(&id).ok_or(AppError::NotFound { what: "metric" })?;
    Ok(Json(MetricView::from(metric)))
}
