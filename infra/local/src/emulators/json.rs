//! The two JSON dialects of AWS, so far as the emulators speak them: AWS JSON (one path, `X-Amz-Target`) and REST JSON.
//!
//! Both name an error's code in the header `x-amzn-errortype` and, for AWS JSON, in the member `__type` too.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Why an emulator refuses a request, as AWS would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    pub(crate) fn unknown_operation(operation: &str) -> Self {
        Self::new(
            400,
            "UnknownOperationException",
            format!("{operation} is not an operation of the local stack"),
        )
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let body = json!({"__type": self.code, "message": self.message});
        Response::builder()
            .status(self.status)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amzn-errortype", self.code)
            .body(Bytes::from(body.to_string()))
            .expect("codes are header values")
    }
}

/// Reads a request's body; an empty one is an empty object.
pub(crate) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body)
        .map_err(|error| Refusal::new(400, "SerializationException", error.to_string()))
}

/// A successful answer.
pub(crate) fn answer(value: &impl Serialize) -> Response<Bytes> {
    let body = serde_json::to_vec(value).expect("answers are plain JSON");
    Response::builder()
        .status(StatusCode::OK)
        .header("content-type", "application/x-amz-json-1.0")
        .body(Bytes::from(body))
        .expect("the header is constant")
}
