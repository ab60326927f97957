//! The schedules of the tenant, by name.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::schedules;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, CURSOR, LIMIT, Operation};
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;
use crate::views::ScheduleView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "schedules",
    summary: "Lists saved reports and their schedules, by name.",
    access: Access::Role(Permission::ReadSchedules),
    parameters: &[LIMIT, CURSOR],
    answers: &[Answer::page("A page of schedules.", samples::schedule_view)],
    ..Operation::get("list_schedules", &["/api/v1/reports/schedules"], |method| on(method, list_schedules))
};

async fn list_schedules(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    OriginalUri(uri): OriginalUri,
    query: QueryString,
) -> Result<Response, Problem> {
    let page = query.page()?;
    let schedules =
        schedules::list_schedules(&services, &scope, false, page.limit, page.cursor.as_deref()).await?;
    Ok(answer::page(&uri, &schedules, |s| ScheduleView::new(&s.value, &[])))
}
