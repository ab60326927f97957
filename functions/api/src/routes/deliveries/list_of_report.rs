//! The delivery log of a report.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::deliveries;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, CURSOR, LIMIT, Operation};
use crate::path::PathId;
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;
use crate::views::DeliveryView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "deliveries",
    summary: "Lists the deliveries of a report.",
    access: Access::Role(Permission::ReadDeliveries),
    parameters: &[LIMIT, CURSOR],
    answers: &[Answer::page("A page of deliveries.", samples::delivery_view)],
    ..Operation::get("list_report_deliveries", &["/api/v1/reports/{id}/deliveries"], |method| {
        on(method, list_report_deliveries)
    })
};

async fn list_report_deliveries(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
    OriginalUri(uri): OriginalUri,
    query: QueryString,
) -> Result<Response, Problem> {
    let page = query.page()?;
    let deliveries =
        deliveries::list_report_deliveries(&services, &scope, id, page.limit, page.cursor.as_deref()).await?;
    Ok(answer::page(&uri, &deliveries, |d| DeliveryView::from(&d.value)))
}
