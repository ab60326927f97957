//! Incidents per hour, as CSV or PDF.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use http::Uri;
use sitrep_app::data::AnalyticsDefaults;
use sitrep_app::error::AppError;
use sitrep_app::exports::Export;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::analytics;
use crate::caller::Caller;
use crate::export;
use crate::operation::{Access, Limit, Operation};
use crate::problem::Problem;
use crate::query_string::QueryString;

pub(crate) static OPERATION: Operation = Operation {
    tag: "exports",
    summary: "Incidents per hour, day, week or month, in all or by severity, type or policy, as a file.",
    access: Access::Role(Permission::Download),
    parameters: export::TRENDS_FILE,
    answers: export::ANSWERS,
    errors: export::ERRORS,
    limit: Limit::Exports,
    ..Operation::get(
        "export_trends",
        &["/api/v1/export/analytics/trends/csv", "/api/v1/export/analytics/trends/pdf"],
        |method| on(method, export_trends),
    )
};

async fn export_trends(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    uri: Uri,
    query: QueryString,
) -> Result<Response, Problem> {
    export::answer(&services, &scope, &uri, &query, read).await
}

fn read(query: &QueryString, defaults: &AnalyticsDefaults) -> Result<Export, AppError> {
    Ok(Export::Trends(analytics::read_trends(query, defaults)?))
}
