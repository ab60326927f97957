//! The users of the tenant.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::access;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, CURSOR, LIMIT, Operation};
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;
use crate::views::UserView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "users",
    summary: "Lists the users of the tenant.",
    access: Access::Role(Permission::ManageUsers),
    parameters: &[LIMIT, CURSOR],
    answers: &[Answer::page("A page of users.", samples::user_view)],
    ..Operation::get("list_users", &["/api/v1/users"], |method| on(method, list_users))
};

async fn list_users(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    OriginalUri(uri): OriginalUri,
    query: QueryString,
) -> Result<Response, Problem> {
    let page = query.page()?;
    let users = access::list_users(&services, &scope, page.limit, page.cursor.as_deref()).await?;
    Ok(answer::page(&uri, &users, |user| UserView::from(&user.value)))
}
