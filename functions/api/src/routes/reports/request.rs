//! Asking for a report. The render function makes it later, hence `202 Accepted`.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use http::HeaderName;
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::answer::run_requested;
use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Operation, Parameter, RequestBody};
use crate::problem::{Code, Problem};
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Asks for a report of the last complete period, or of a range of days.",
    access: Access::Role(Permission::Generate),
    parameters: &[Parameter::header(
        "Prefer",
        "wait=N waits up to N seconds, at most 20, for the report to end.",
    )],
    body: Some(RequestBody::json(&[], samples::report_draft).with_more(samples::report_more)),
    answers: &[
        Answer::accepted("The run, waiting for a worker.", samples::report_view),
        Answer::ok("The run, which ended within the time waited.", samples::report_view),
    ],
    errors: &[Code::DateRangeTooLarge, Code::LimitExceeded],
    ..Operation::post(
        "request_report",
        &["/api/v1/reports/generate", "/api/v1/reports/generated/generate"],
        |method| on(method, request_report),
    )
};

/// Longest that a caller may wait, in seconds.
const MAX_WAIT_SECONDS: u64 = 20;

async fn request_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    payload: Payload,
) -> Result<Response, Problem> {
    let wait = read_wait(payload.header(&HeaderName::from_static("prefer")));
    let run = reports::request_report(&services, &scope, || payload.json()).await?;
    let run = reports::wait_for_report(&services, &scope, run, wait).await?;
    Ok(run_requested(&run))
}

/// How long a `Prefer` header asks to wait (RFC 7240); one that says nothing of it asks for no time.
fn read_wait(prefer: &str) -> Duration {
    let wait = |preference: &str| {
        let (name, value) = preference.split(';').next()?.split_once('=')?;
        name.trim().eq_ignore_ascii_case("wait").then(|| value.trim().trim_matches('"').parse().ok())?
    };
    Duration::from_secs(prefer.split(',').find_map(wait).unwrap_or(0).min(MAX_WAIT_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_waits_as_long_as_preferred_and_20_seconds_at_most() {
        for (prefer, expected) in [
            ("wait=5", 5),
            ("respond-async, Wait = \"10\"", 10),
            ("wait=20", 20),
            ("wait=600", 20),
            ("wait=-1", 0),
            ("wait", 0),
            ("", 0),
        ] {
            assert_eq!(read_wait(prefer).as_secs(), expected, "{prefer}");
        }
    }
}
