//! One signed HTTP request to one emulator, with the faults that were asked for in between.
//!
//! Sockets and in-process clients meet here. S3 verifies signatures; the other services look at the scope only.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Request, Response};

use crate::emulators::dynamodb::Dynamodb;
use crate::emulators::json::Refusal;
use crate::emulators::s3::{S3Emulator, notification};
use crate::emulators::scheduler::Scheduler;
use crate::emulators::ses::Ses;
use crate::emulators::sqs::Sqs;
use crate::emulators::ssm::Ssm;
use crate::faults::{Faults, WireFault};
use crate::operation::{Call, Service};
use crate::resources::INGEST_QUEUE;

/// The connection broke: the caller cannot know whether the request was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the connection was closed by a fault")]
pub struct ConnectionLost;

/// Every emulated service.
pub(crate) struct Wire {
    pub(crate) dynamodb: Dynamodb,
    pub(crate) s3: S3Emulator,
    pub(crate) sqs: Sqs,
    pub(crate) ses: Ses,
    pub(crate) scheduler: Scheduler,
    pub(crate) ssm: Ssm,
    pub(crate) faults: Arc<Faults>,
}

impl Wire {
    /// Answers a request, unless a fault drops it or its answer.
    pub(crate) async fn call(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionLost> {
        let request = as_received(request);
        let call = Call::of(&request);
        match self.faults.take_for(&call) {
            None => Ok(self.apply(&call, request).await),
            Some(WireFault::Error) => Ok(internal_error(call.service)),
            Some(WireFault::Throttle) => Ok(throttled(call.service)),
            Some(WireFault::DropRequest) => Err(ConnectionLost),
            Some(WireFault::DropResponse) => {
                self.apply(&call, request).await;
                Err(ConnectionLost)
            }
            Some(WireFault::Delay(delay)) => {
                tokio::time::sleep(delay).await;
                Ok(self.apply(&call, request).await)
            }
            Some(WireFault::Duplicate) => {
                let first = self.apply(&call, request.clone()).await;
                self.apply(&call, request).await;
                Ok(first)
            }
        }
    }

    async fn apply(&self, call: &Call, request: Request<Bytes>) -> Response<Bytes> {
        let (uri, body) = (request.uri(), request.body());
        match call.service {
            Service::Dynamodb => self.dynamodb.call(&call.operation, body),
            Service::Sqs => self.sqs.call(&call.operation, body),
            Service::Ssm => self.ssm.call(&call.operation, body),
            Service::Ses => self.ses.call(request.method(), uri.path(), body),
            Service::Scheduler => self.scheduler.call(request.method(), uri, body),
            Service::S3 => {
                let news = notification::of_upload(call, &request);
                let response = self.s3.call(request).await;
                if let Some(news) = news.filter(|_| response.status().is_success()) {
                    self.tell_of_upload(&news);
                }
                response
            }
        }
    }

    /// Puts what S3 tells of an upload into the queue, unless a fault of its operation `Notify` loses or doubles it.
    fn tell_of_upload(&self, news: &str) {
        let call = Call { service: Service::S3, operation: "Notify".to_owned() };
        let (times, delay_s) = match self.faults.take_for(&call) {
            None | Some(WireFault::DropResponse) => (1, 0),
            Some(WireFault::Error | WireFault::Throttle | WireFault::DropRequest) => (0, 0),
            Some(WireFault::Delay(delay)) => (1, i64::try_from(delay.as_secs()).unwrap_or_default()),
            Some(WireFault::Duplicate) => (2, 0),
        };
        for _ in 0..times {
            if let Err(refusal) =
                self.sqs.send(INGEST_QUEUE, news.to_owned(), serde_json::Map::new(), delay_s)
            {
                tracing::error!(refusal.message, "an upload could not be told of");
            }
        }
    }
}

/// A request as a server receives it over HTTP/1.1: the authority in the header `Host`, the path alone in the URI.
fn as_received(request: Request<Bytes>) -> Request<Bytes> {
    let (mut parts, body) = request.into_parts();
    if let Some(authority) = parts.uri.authority() {
        let host = HeaderValue::from_str(authority.as_str()).expect("an authority is a header value");
        parts.headers.entry(http::header::HOST).or_insert(host);
        let path = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        parts.uri = path.parse().expect("it is part of a URI");
    }
    Request::from_parts(parts, body)
}

fn internal_error(service: Service) -> Response<Bytes> {
    let code = match service {
        Service::Dynamodb | Service::Ssm => "InternalServerError",
        Service::Scheduler => "InternalServerException",
        Service::Ses => "InternalServiceErrorException",
        Service::Sqs => "ServiceUnavailable",
        Service::S3 => {
            return s3_error(500, "InternalError", "We encountered an internal error. Please try again.");
        }
    };
    Refusal::new(500, code, "a fault was asked for").into_response()
}

fn throttled(service: Service) -> Response<Bytes> {
    let (status, code) = match service {
        Service::Dynamodb => (400, "ProvisionedThroughputExceededException"),
        Service::Ssm => (400, "ThrottlingException"),
        Service::Sqs => (403, "com.amazonaws.sqs#RequestThrottled"),
        Service::Scheduler => (429, "ThrottlingException"),
        Service::Ses => (429, "TooManyRequestsException"),
        Service::S3 => return s3_error(503, "SlowDown", "Please reduce your request rate."),
    };
    Refusal::new(status, code, "Rate exceeded").into_response()
}

fn s3_error(status: u16, code: &str, message: &str) -> Response<Bytes> {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    );
    Response::builder()
        .status(status)
        .header("content-type", "application/xml")
        .body(Bytes::from(body))
        .expect("the header is constant")
}

/// The decoded value of a query parameter.
pub(crate) fn query_value(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    percent_decode(value)
}

/// Undoes percent-encoding; nothing when what comes out is not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let encoded = tail.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = encoded.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}
