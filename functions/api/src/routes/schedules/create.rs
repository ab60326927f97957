//! Making a schedule. Making it sends nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use http::StatusCode;
use sitrep_app::schedules;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer::{located, tagged};
use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation, RequestBody};
use crate::problem::{Code, Problem};
use crate::samples;
use crate::views::ScheduleView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "schedules",
    summary: "Saves a report, with or without a cadence. Nothing is sent by saving it.",
    access: Access::Role(Permission::SaveReports),
    body: Some(RequestBody::json(&["name"], samples::schedule_draft).with_more(samples::schedule_more)),
    answers: &[Answer::created("The schedule.", samples::schedule_view).with_headers(&["Location", "ETag"])],
    errors: &[Code::UpgradeRequired, Code::LimitExceeded],
    ..Operation::post(
        "create_schedule",
        &["/api/v1/reports/schedules", "/api/v1/reports/schedule"],
        |method| on(method, create_schedule),
    )
};

async fn create_schedule(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    payload: Payload,
) -> Result<Response, Problem> {
    let made = schedules::create_schedule(&services, &scope, || payload.json()).await?;
    let view = ScheduleView::new(&made.schedule, &made.warnings);
    let location = format!("/api/v1/reports/schedules/{}", made.schedule.id);
    Ok(located(tagged(StatusCode::CREATED, view, made.rev), &location))
}
