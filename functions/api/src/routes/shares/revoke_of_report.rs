//! Ending the links of a report.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use serde_json::{Value, json};
use sitrep_app::services::Services;
use sitrep_app::shares;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::Problem;

pub(crate) static OPERATION: Operation = Operation {
    tag: "shares",
    summary: "Ends every link of a report.",
    access: Access::Role(Permission::Share),
    answers: &[Answer::ok("How many links were ended.", || json!({"revoked": 2}))],
    ..Operation::post("revoke_report_shares", &["/api/v1/reports/{id}/shares/revoke-all"], |method| {
        on(method, revoke_report_shares)
    })
};

async fn revoke_report_shares(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<Json<Value>, Problem> {
    let revoked = shares::revoke_report_shares(&services, &scope, id).await?;
    Ok(Json(json!({"revoked": revoked})))
}
