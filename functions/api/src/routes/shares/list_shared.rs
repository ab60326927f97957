//! What was shared with the caller.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::services::Services;
use sitrep_app::shares;
use sitrep_domain::access::Permission;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, CURSOR, LIMIT, Operation};
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "shares",
    summary: "Lists what was shared with the caller's address, newest first.",
    access: Access::Role(Permission::ReadReports),
    parameters: &[LIMIT, CURSOR],
    answers: &[Answer::page("A page of links.", samples::share_view)],
    ..Operation::get("list_shared", &["/api/v1/reports/shared"], |method| on(method, list_shared))
};

async fn list_shared(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    OriginalUri(uri): OriginalUri,
    query: QueryString,
) -> Result<Response, Problem> {
    let page = query.page()?;
    let shared = shares::list_shared(&services, &scope, page.limit, page.cursor.as_deref()).await?;
    Ok(answer::page(&uri, &shared, Clone::clone))
}
