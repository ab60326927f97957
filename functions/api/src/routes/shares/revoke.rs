//! Ending one link.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::on;
use http::StatusCode;
use sitrep_app::services::Services;
use sitrep_app::shares;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ShareId;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::Problem;

pub(crate) static OPERATION: Operation = Operation {
    tag: "shares",
    summary: "Ends a link; the next click finds nothing.",
    access: Access::Role(Permission::Share),
    answers: &[Answer::nothing("The link no longer works.")],
    ..Operation::delete("revoke_share", &["/api/v1/reports/shares/{id}"], |method| on(method, revoke_share))
};

async fn revoke_share(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ShareId>,
) -> Result<StatusCode, Problem> {
    shares::revoke_share(&services, &scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
