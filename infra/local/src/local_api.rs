//! What the stack itself answers, below `/_local/`: the mailbox, the clock, faults, tenants, queues and endpoints.
//!
//! It exists in the local stack only; nothing in production knows these paths.

mod aws;
mod clock;
mod faults;
mod mailbox;
mod problem;
mod queues;
mod tenants;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::problem::Problem;
pub use self::tenants::TenantMaker;
use crate::core::Core;

/// The prefix of every path that is the stack's own.
pub(crate) const PREFIX: &str = "/_local";

/// Answers one request; nothing when the path is not the stack's own.
pub(crate) async fn call(core: &Core, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let path = request.uri().path();
    let rest = path.strip_prefix(PREFIX).filter(|rest| rest.is_empty() || rest.starts_with('/'))?;
    let parts: Vec<&str> = rest.trim_matches('/').split('/').collect();
    let result = route(core, request.method(), &parts, request.body()).await;
    Some(result.unwrap_or_else(|problem| problem.into_response(path, core.now())))
}

async fn route(
    core: &Core,
    method: &Method,
    parts: &[&str],
    body: &[u8],
) -> Result<Response<Bytes>, Problem> {
    match (method.as_str(), parts) {
        ("GET", ["mailbox"]) => Ok(json(&mailbox::list_mails(core))),
        ("GET", ["mailbox", id]) => mailbox::get_mail(core, id),
        ("GET", ["clock"]) => Ok(json(&clock::get_clock(core))),
        ("POST", ["clock"]) => Ok(json(&clock::move_clock(core, read(body)?).await?)),
        ("GET", ["faults"]) => Ok(json(&core.faults().list())),
        ("POST", ["faults"]) => Ok(json(&faults::add_fault(core, read(body)?)?)),
        ("DELETE", ["faults"]) => Ok(json(&faults::clear_faults(core))),
        ("POST", ["tenants"]) => Ok(json(&tenants::make_tenant(core, read(body)?).await?)),
        ("GET", ["queues"]) => Ok(json(&queues::list_queues(core))),
        ("GET", ["aws"]) => Ok(json(&aws::describe_aws(core))),
        (_, ["mailbox" | "clock" | "faults" | "tenants" | "queues" | "aws"] | ["mailbox", _]) => {
            Err(Problem::method_not_allowed(method.as_str()))
        }
        _ => Err(Problem::not_found("path below /_local")),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::invalid("body", &error.to_string()))
}

fn json(value: &impl Serialize) -> Response<Bytes> {
    let body = serde_json::to_vec(value).expect("answers are plain JSON");
    Response::builder()
        .status(StatusCode::OK)
        .header("content-type", "application/json")
        .body(Bytes::from(body))
        .expect("the header is constant")
}
