//! Signing in: an address and a password for an access token.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, FromRequest, Request, State};
use axum::routing::on;
use serde::Deserialize;
use serde_json::json;
use sitrep_app::access;
use sitrep_app::limits;
use sitrep_app::services::Services;

use crate::body::Payload;
use crate::limits::Counted;
use crate::operation::{Access, Answer, Idempotency, Limit, Operation, RequestBody};
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
    limit: Limit::SignIn,
    idempotency: Idempotency::None,
    ..Operation::post("sign_in", &["/api/v1/auth/login"], |method| on(method, sign_in))
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignInBody {
    username: String,
    password: String,
}

/// Each attempt counts against the account's limit, before anybody knows whether there is such an account.
impl FromRequest<Arc<Services>> for SignInBody {
    type Rejection = Problem;

    async fn from_request(request: Request, services: &Arc<Services>) -> Result<Self, Problem> {
        let counted = Counted::of(&request);
        let Ok(payload) = Payload::from_request(request, services).await;
        let body: Self = payload.json()?;
        let usage = limits::count_sign_in(services, &body.username).await?;
        counted.note(vec![usage], services.now())?;
        Ok(body)
    }
}

async fn sign_in(
    State(services): State<Arc<Services>>,
    Extension(request_id): Extension<RequestId>,
    body: SignInBody,
) -> Result<Json<serde_json::Value>, Problem> {
    let signed_in = access::sign_in(&services, &body.username, &body.password, &request_id.0).await?;
    let access_token = issue_token(&services.secrets.token_key, &signed_in.user, services.now())?;
    Ok(Json(json!(SignedInView {
        access_token: &access_token,
        token_type: "Bearer",
        expires_in: EXPIRES_IN_SECONDS,
        user: UserView::from(&signed_in.user),
    })))
}
