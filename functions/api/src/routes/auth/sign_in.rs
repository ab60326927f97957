//! Signing in: an address and a password for an access token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::routing::on;
use serde::Deserialize;
use serde_json::json;
use sitrep_app::access;
use sitrep_app::services::Services;

use crate::body::Payload;
use crate::operation::{Access, Answer, Operation, RequestBody};
use crate::problem::{Code, Problem};
use crate::request_id::RequestId;
use crate::samples;
use crate::token::{EXPIRES_IN_SECONDS, issue_token};
use crate::views::{SignedInView, UserView};

pub(crate) static OPERATION: Operation = Operation {
    tag: "auth",
    summary: "Signs in with an address and a password, for an access token that lives an hour.",
    access: Access::Public,
    body: Some(RequestBody::json(
        &["username", "password"],
        || json!({"username": "ann@acme.example", "password": "correct horse battery"}),
    )),
    answers: &[Answer::ok("The token and the user.", samples::signed_in_view)],
    errors: &[Code::InvalidCredentials],
    ..Operation::post("sign_in", &["/api/v1/auth/login"], |method| on(method, sign_in))
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInBody {
    username: String,
    password: String,
}

async fn sign_in(
    State(services): State<Arc<Services>>,
    Extension(request_id): Extension<RequestId>,
    payload: Payload,
) -> Result<Json<serde_json::Value>, Problem> {
    let body: SignInBody = payload.json()?;
    let signed_in = access::sign_in(&services, &body.username, &body.password, &request_id.0).await?;
    let access_token = issue_token(&services.secrets.token_key, &signed_in.user, services.now())?;
    Ok(Json(json!(SignedInView {
        access_token: &access_token,
        token_type: "Bearer",
        expires_in: EXPIRES_IN_SECONDS,
        user: UserView::from(&signed_in.user),
    })))
}
