//! Making a user.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use sitrep_app::access::{self, NewUser};
use sitrep_app::services::Services;
use sitrep_domain::access::{Permission, Role};

use crate::answer::located;
use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation, RequestBody};
use crate::problem::{Code, Problem};
use crate::samples;
use crate::views::UserView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "users",
    summary: "Makes a user. The role is not above the caller's own.",
    access: Access::Role(Permission::ManageUsers),
    body: Some(RequestBody::json(
        &["email", "password", "role"],
        || json!({"email": "bob@acme.example", "password": "correct horse battery", "role": "analyst"}),
    )),
    answers: &[Answer::created("The user.", samples::user_view)],
    errors: &[Code::Conflict],
    ..Operation::post("create_user", &["/api/v1/users"], |method| on(method, create_user))
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateUserBody {
    email: String,
    password: String,
    role: Role,
}

impl From<CreateUserBody> for NewUser {
    fn from(body: CreateUserBody) -> Self {
        Self { email: body.email, password: body.password, role: body.role }
    }
}

async fn create_user(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    payload: Payload,
) -> Result<Response, Problem> {
    let input = || payload.json::<CreateUserBody>().map(NewUser::from);
    let user = access::create_user(&services, &scope, input).await?;
    let created = (StatusCode::CREATED, Json(UserView::from(&user))).into_response();
    Ok(located(created, &format!("/api/v1/users/{}", user.id)))
}
