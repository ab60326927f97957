//! Changing a user's role or password.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use serde::Deserialize;
use serde_json::{Value, json};
use sitrep_app::access::{self, UserChange};
use sitrep_app::services::Services;
use sitrep_domain::access::{Permission, Role};
use sitrep_domain::ids::UserId;

use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation, RequestBody};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::samples;
use crate::views::UserView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "users",
    summary: "Changes a user's role or password. A new password ends the user's sessions.",
    access: Access::Role(Permission::ManageUsers),
    body: Some(RequestBody::json(&[], || json!({"role": "approver", "password": "correct horse battery"}))),
    answers: &[Answer::ok("The user.", samples::user_view)],
    errors: &[Code::Conflict],
    ..Operation::patch("update_user", &["/api/v1/users/{id}"], |method| on(method, update_user))
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateUserBody {
    role: Option<Role>,
    password: Option<String>,
}

async fn update_user(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<UserId>,
    payload: Payload,
) -> Result<Json<Value>, Problem> {
    let input = || {
        let body: UpdateUserBody = payload.json()?;
        Ok(UserChange { role: body.role, password: body.password }.check()?)
    };
    let user = access::update_user(&services, &scope, id, input).await?;
    Ok(Json(json!(UserView::from(&user))))
}
