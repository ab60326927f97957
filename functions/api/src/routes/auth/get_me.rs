//! Who the caller is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use serde_json::{Value, json};
use sitrep_app::access;
use sitrep_app::services::Services;

use crate::caller::Caller;
use crate::operation::{Answer, Operation};
use crate::problem::Problem;
use crate::samples;
use crate::views::MeView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "auth",
    summary: "The caller: user, tenant, role, plan and permissions.",
    answers: &[Answer::ok("The caller.", samples::me_view)],
    ..Operation::get("get_me", &["/api/v1/me"], |method| on(method, get_me))
};

async fn get_me(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
) -> Result<Json<Value>, Problem> {
    let (user, tenant) = access::get_me(&services, &scope).await?;
    Ok(Json(json!(MeView::new(&user, &tenant))))
}
