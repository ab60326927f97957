//! How the links of a report are used.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use sitrep_app::services::Services;
use sitrep_app::shares::{self, ShareStats};
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::Problem;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "shares",
    summary: "How the links of a report are used.",
    access: Access::Role(Permission::Share),
    answers: &[Answer::ok("The figures, and the links without their tokens.", samples::share_stats)],
    ..Operation::get("share_stats", &["/api/v1/reports/{id}/share-stats"], |method| on(method, share_stats))
};

async fn share_stats(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
) -> Result<Json<ShareStats>, Problem> {
    Ok(Json(shares::share_stats(&services, &scope, id).await?))
}
