//! Ending every link of the tenant.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use serde_json::{Value, json};
use sitrep_app::services::Services;
use sitrep_app::shares;
use sitrep_domain::access::Permission;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::Problem;

pub(crate) static OPERATION: Operation = Operation {
    tag: "shares",
    summary: "Ends every link of the tenant.",
    access: Access::Role(Permission::Share),
    answers: &[Answer::ok("How many links were ended.", || json!({"revoked": 2}))],
    ..Operation::post("revoke_all_shares", &["/api/v1/shares/revoke-all"], |method| {
        on(method, revoke_all_shares)
    })
};

async fn revoke_all_shares(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
) -> Result<Json<Value>, Problem> {
    let revoked = shares::revoke_all_shares(&services, &scope).await?;
    Ok(Json(json!({"revoked": revoked})))
}
