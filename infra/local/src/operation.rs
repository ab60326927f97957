//! Which service and operation an HTTP request is for.
//!
//! AWS JSON requests name both in `X-Amz-Target`. Others name the service in the scope of their signature and the
//! operation by method and path. What is not signed at all is for S3, which refuses it.

use bytes::Bytes;
use http::{Method, Request};

use crate::faults::FaultTarget;
use crate::wire::query_value;

/// An emulated service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Dynamodb,
    S3,
    Sqs,
    Ses,
    Scheduler,
    Ssm,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) operation: String,
}

impl Service {
    /// The service that a fault is aimed at; nothing for the functions.
    pub(crate) fn of_target(target: FaultTarget) -> Option<Self> {
        match target {
            FaultTarget::Dynamodb => Some(Self::Dynamodb),
            FaultTarget::S3 => Some(Self::S3),
            FaultTarget::Sqs => Some(Self::Sqs),
            FaultTarget::Ses => Some(Self::Ses),
            FaultTarget::Scheduler => Some(Self::Scheduler),
            FaultTarget::Ssm => Some(Self::Ssm),
            FaultTarget::Function => None,
        }
    }
}

impl Call {
    /// Reads what a request asks for.
    pub(crate) fn of(request: &Request<Bytes>) -> Self {
        if let Some(call) = named_by_target(request) {
            return call;
        }
        let (method, path) = (request.method(), request.uri().path());
        match signed_service(request) {
            Some("ses") => Self { service: Service::Ses, operation: ses_operation(method, path) },
            Some("scheduler") => {
                Self { service: Service::Scheduler, operation: scheduler_operation(method, path) }
            }
            _ => {
                let query = request.uri().query().unwrap_or_default();
                Self { service: Service::S3, operation: s3_operation(method, path, query) }
            }
        }
    }
}

fn named_by_target(request: &Request<Bytes>) -> Option<Call> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    let (prefix, operation) = target.split_once('.')?;
    let service = match prefix {
        "DynamoDB_20120810" => Service::Dynamodb,
        "AmazonSQS" => Service::Sqs,
        "AmazonSSM" => Service::Ssm,
        _ => return None,
    };
    Some(Call { service, operation: operation.to_owned() })
}

/// The service in `Credential=<key>/<date>/<region>/<service>/aws4_request`.
fn signed_service(request: &Request<Bytes>) -> Option<&str> {
    let authorization = request.headers().get("authorization")?.to_str().ok()?;
    let (_, scope) = authorization.split_once("Credential=")?;
    scope.split(',').next()?.split('/').nth(3)
}

fn ses_operation(method: &Method, path: &str) -> String {
    match (method, path) {
        (&Method::POST, "/v2/email/outbound-emails") => "SendEmail".to_owned(),
        _ => format!("{method} {path}"),
    }
}

fn scheduler_operation(method: &Method, path: &str) -> String {
    let noun = if path.starts_with("/schedule-groups") { "ScheduleGroup" } else { "Schedule" };
    let names_one = path.trim_matches('/').contains('/');
    match *method {
        Method::POST => format!("Create{noun}"),
        Method::PUT => format!("Update{noun}"),
        Method::DELETE => format!("Delete{noun}"),
        _ if names_one => format!("Get{noun}"),
        _ => format!("List{noun}s"),
    }
}

/// The operation of an upload in parts, which its query tells.
fn upload_operation(method: &Method, query: &str) -> Option<&'static str> {
    let of_upload = query_value(query, "uploadId").is_some();
    match *method {
        Method::POST if of_upload => Some("CompleteMultipartUpload"),
        Method::POST if query.split('&').any(|pair| pair.trim_end_matches('=') == "uploads") => {
            Some("CreateMultipartUpload")
        }
        Method::PUT if of_upload => Some("UploadPart"),
        Method::DELETE if of_upload => Some("AbortMultipartUpload"),
        _ => None,
    }
}

fn s3_operation(method: &Method, path: &str, query: &str) -> String {
    let names_object = path.trim_start_matches('/').split_once('/').is_some_and(|(_, key)| !key.is_empty());
    if let Some(name) = upload_operation(method, query).filter(|_| names_object) {
        return name.to_owned();
    }
    let name = match (method, names_object) {
        (&Method::PUT, true) => "PutObject",
        (&Method::GET, true) => "GetObject",
        (&Method::HEAD, true) => "HeadObject",
        (&Method::DELETE, true) => "DeleteObject",
        (&Method::GET, false) => "ListObjectsV2",
        _ => return format!("{method} {path}"),
    };
    name.to_owned()
}
