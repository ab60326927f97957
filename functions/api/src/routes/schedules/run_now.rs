//! Running a schedule by hand: renders and sends now.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::schedules;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ScheduleId;

use crate::answer::run_requested;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::Problem;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "schedules",
    summary: "Makes and sends a schedule's report now. Its next fire stays as it is.",
    access: Access::Role(Permission::SaveReports),
    answers: &[Answer::accepted("The run, waiting for a worker.", samples::report_view)],
    ..Operation::post(
        "run_schedule_now",
        &["/api/v1/reports/schedules/{id}/run-now", "/api/v1/reports/send-now/{id}"],
        |method| on(method, run_schedule_now),
    )
};

async fn run_schedule_now(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ScheduleId>,
) -> Result<Response, Problem> {
    Ok(run_requested(&schedules::run_schedule_now(&services, &scope, id).await?))
}
