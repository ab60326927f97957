//! One schedule.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::schedules;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ScheduleId;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::Problem;
use crate::samples;
use crate::views::ScheduleView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "schedules",
    summary: "One schedule, with its next fire and how it is doing.",
    access: Access::Role(Permission::ReadSchedules),
    answers: &[Answer::ok("The schedule.", samples::schedule_view).with_headers(&["ETag"])],
    ..Operation::get("get_schedule", &["/api/v1/reports/schedules/{id}"], |method| on(method, get_schedule))
};

async fn get_schedule(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ScheduleId>,
) -> Result<Response, Problem> {
    let schedule = schedules::get_schedule(&services, &scope, id).await?;
    Ok(answer::one(ScheduleView::new(&schedule.value, &[]), schedule.rev()))
}
