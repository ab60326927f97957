//! Sending again at a person's wish.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::on;
use http::StatusCode;
use sitrep_app::deliveries;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::DeliveryId;

use crate::answer::located;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::samples;
use crate::views::DeliveryView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "deliveries",
    summary: "Makes a new delivery of the same report to the same recipient.",
    access: Access::Role(Permission::Schedule),
    answers: &[Answer::accepted("The new delivery; Location is the report's log.", samples::delivery_view)],
    errors: &[Code::Conflict],
    ..Operation::post("retry_delivery", &["/api/v1/reports/deliveries/{id}/retry"], |method| {
        on(method, retry_delivery)
    })
};

async fn retry_delivery(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<DeliveryId>,
) -> Result<Response, Problem> {
    let delivery = deliveries::retry_delivery(&services, &scope, id).await?;
    let accepted = (StatusCode::ACCEPTED, Json(DeliveryView::from(&delivery))).into_response();
    Ok(located(accepted, &format!("/api/v1/reports/{}/deliveries", delivery.run)))
}
