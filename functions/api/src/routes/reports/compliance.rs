//! The compliance posture of a period as PDF, made while the caller waits.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Limit, Operation};
use crate::period::{PERIOD, read_period};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Makes the compliance posture of a period as PDF and waits for it: agent decisions, policies, incident clocks, regulator mapping.",
    access: Access::Role(Permission::Generate),
    parameters: PERIOD,
    answers: &[
        Answer::bytes("The PDF.", "application/pdf").with_headers(&["Content-Disposition"]),
        Answer::accepted(
            "The run that makes the PDF, which takes longer than 20 seconds.",
            samples::report_view,
        ),
        Answer::redirect("Where a file over 4 MB is, for a minute."),
    ],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded, Code::Conflict],
    limit: Limit::CompliancePdf,
    ..Operation::get("make_compliance_pdf", &["/api/v1/reports/compliance"], |method| {
        on(method, make_compliance_pdf)
    })
};

async fn make_compliance_pdf(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    query: QueryString,
) -> Result<Response, Problem> {
    let made = reports::make_compliance_pdf(&services, &scope, || Ok(read_period(&query))).await?;
    Ok(answer::made_now(made))
}
