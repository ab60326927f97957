//! Removing a schedule.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::on;
use http::StatusCode;
use sitrep_app::schedules;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ScheduleId;

use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::{Code, Problem};

pub(crate) static OPERATION: Operation = Operation {
    tag: "schedules",
    summary: "Removes a schedule. Its reports, deliveries and audit entries stay.",
    access: Access::Role(Permission::SaveReports),
    answers: &[Answer::nothing("The schedule is gone.")],
    errors: &[Code::Conflict],
    ..Operation::delete(
        "delete_schedule",
        &["/api/v1/reports/schedules/{id}", "/api/v1/reports/schedule/{id}"],
        |method| on(method, delete_schedule),
    )
};

async fn delete_schedule(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ScheduleId>,
) -> Result<StatusCode, Problem> {
    schedules::delete_schedule(&services, &scope, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
