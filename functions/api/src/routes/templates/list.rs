//! The templates that reports can be made of.

use axum::response::Response;
use axum::routing::on;
use sitrep_domain::access::Permission;
use sitrep_domain::templates::TEMPLATES;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation};
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "templates",
    summary: "Lists the templates that reports can be made of.",
    access: Access::Role(Permission::ReadReports),
    answers: &[Answer::page("Every template.", samples::template_view).with_headers(&[])],
    ..Operation::get("list_templates", &["/api/v1/reports/templates/list"], |method| {
        on(method, list_templates)
    })
};

async fn list_templates(_: Caller) -> Response {
    answer::all(TEMPLATES)
}
