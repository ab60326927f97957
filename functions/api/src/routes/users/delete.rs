//! Removing a user.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::on;
use http::StatusCode;
use sitrep_app::access;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::UserId;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::{Code, Problem};

pub(crate) static OPERATION: Operation = Operation {
    tag: "users",
    summary: "Removes a user. Links that the user shared stop working; what the user made stays.",
    access: Access::Role(Permission::ManageUsers),
    answers: &[Answer::nothing("The user is gone.")],
    errors: &[Code::Conflict],
    ..Operation::delete("delete_user", &["/api/v1/users/{id}"], |method| on(method, delete_user))
};

async fn delete_user(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<UserId>,
) -> Result<StatusCode, Problem> {
    access::delete_user(&services, &scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
