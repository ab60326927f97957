//! What the schedules will do next.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::schedules;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Kind, Operation, Parameter};
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;
use crate::views::UpcomingView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "schedules",
    summary: "The next fires of all active schedules, soonest first, at most 1,000.",
    access: Access::Role(Permission::ReadSchedules),
    parameters: &[Parameter::query("days", Kind::Integer(1, 366), "How many days ahead; 7 when missing.")],
    answers: &[Answer::page("The fires to come.", samples::upcoming_view).with_headers(&[])],
    ..Operation::get("list_upcoming", &["/api/v1/reports/schedule/upcoming"], |method| {
        on(method, list_upcoming)
    })
};

/// Days ahead, when none are asked for.
const DEFAULT_DAYS: u16 = 7;

async fn list_upcoming(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Response, Problem> {
    let days = query.number("days", 1, 366)?.unwrap_or(DEFAULT_DAYS);
    let upcoming = schedules::list_upcoming(&services, &scope, days).await?;
    Ok(answer::all(&upcoming.iter().map(UpcomingView::from).collect::<Vec<_>>()))
}
