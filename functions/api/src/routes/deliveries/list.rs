//! The delivery log by state.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::deliveries;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::delivery::DeliveryState;
use sitrep_domain::invalid::Invalid;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, CURSOR, Kind, LIMIT, Operation, Parameter};
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;
use crate::views::DeliveryView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "deliveries",
    summary: "Lists the deliveries in a state, newest first.",
    access: Access::Role(Permission::ReadDeliveries),
    parameters: &[Parameter::query("state", Kind::OneOf(WORDS), "The state; must be given."), LIMIT, CURSOR],
    answers: &[Answer::page("A page of deliveries.", samples::delivery_view)],
    ..Operation::get("list_deliveries", &["/api/v1/reports/deliveries"], |method| on(method, list_deliveries))
};

const WORDS: &[&str] = &[
    "pending",
    "sending",
    "accepted",
    "delivered",
    "bounced",
    "complained",
    "suppressed",
    "failed",
    "uncertain",
];

async fn list_deliveries(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    OriginalUri(uri): OriginalUri,
    query: QueryString,
) -> Result<Response, Problem> {
    let (state, page) = (read_state(&query)?, query.page()?);
    let deliveries =
        deliveries::list_deliveries(&services, &scope, state, page.limit, page.cursor.as_deref()).await?;
    Ok(answer::page(&uri, &deliveries, |d| DeliveryView::from(&d.value)))
}

fn read_state(query: &QueryString) -> Result<DeliveryState, Invalid> {
    let states = DeliveryState::ALL.map(|state| (state.as_str(), state));
    query.one_of("state", &states)?.ok_or_else(|| {
        Invalid::field("state", "missing", format!("say which state: one of {}", WORDS.join(", ")))
    })
}
