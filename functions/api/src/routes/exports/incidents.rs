//! The incidents themselves, as CSV or PDF.

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
    summary: "The incidents themselves, every column of each, as a file; the PDF lists the newest.",
    access: Access::Role(Permission::Download),
    parameters: export::QUESTION,
    answers: export::ANSWERS,
    errors: export::ERRORS,
    limit: Limit::Exports,
    ..Operation::get(
        "export_incidents",
        &["/api/v1/export/analytics/incidents/csv", "/api/v1/export/analytics/incidents/pdf"],
        |method| on(method, export_incidents),
    )
};

async fn export_incidents(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    uri: Uri,
    query: QueryString,
) -> Result<Response, Problem> {
    export::answer(&services, &scope, &uri, &query, read).await
}

fn read(query: &QueryString, defaults: &AnalyticsDefaults) -> Result<Export, AppError> {
    Ok(Export::Incidents(analytics::read_input(query, defaults)?))
}
