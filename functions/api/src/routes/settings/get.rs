//! The tenant's settings.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::access;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::settings::SettingsDraft;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::problem::Problem;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "settings",
    summary: "The organization's settings.",
    access: Access::Role(Permission::ManageSettings),
    answers: &[Answer::ok("The settings.", samples::settings).with_headers(&["ETag"])],
    ..Operation::get("get_settings", &["/api/v1/settings"], |method| on(method, get_settings))
};

async fn get_settings(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
) -> Result<Response, Problem> {
    let tenant = access::get_settings(&services, &scope).await?;
    Ok(answer::one(SettingsDraft::from(&tenant.value), tenant.rev()))
}
