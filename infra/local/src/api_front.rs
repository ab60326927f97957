//! The HTTP API in front of the api function: an HTTP request becomes an event of payload format 2.0, and back.
//!
//! It enforces the limits of API Gateway and Lambda: 10 MB a request, 6 MB an event or an answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use sitrep_app::clock::{Clock, IdSource};

use crate::clock::VirtualClock;
use crate::functions::{FunctionName, Runner};
use crate::local_api::Problem;
use crate::resources::ACCOUNT;
use crate::wire::percent_decode;

/// The largest request body, in bytes.
pub(crate) const MAX_REQUEST_BYTES: usize = 10 * 1_024 * 1_024;
/// The largest event or answer of a function as JSON, in bytes.
const MAX_PAYLOAD_BYTES: usize = 6 * 1_024 * 1_024;

/// What the function answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status_code: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    cookies: Vec<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

/// Calls the api function for HTTP requests.
pub(crate) struct ApiFront {
    runner: Arc<Runner>,
    clock: Arc<VirtualClock>,
    ids: Arc<dyn IdSource>,
}

impl ApiFront {
    pub(crate) fn new(runner: Arc<Runner>, clock: Arc<VirtualClock>, ids: Arc<dyn IdSource>) -> Self {
        Self { runner, clock, ids }
    }

    /// Answers one request.
    pub(crate) async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        if request.body().len() > MAX_REQUEST_BYTES {
            return self.too_large(request.uri().path());
        }
        let event = event_of(&request, self.clock.now(), &self.ids.uuid().to_string());
        if size_of(&event) > MAX_PAYLOAD_BYTES {
            return self.too_large(request.uri().path());
        }
        let _running = self.runner.enter();
        match self.runner.call(FunctionName::Api, event).await.and_then(|answer| response_of(&answer)) {
            Ok(response) => response,
            Err(error) => {
                tracing::error!(error, "the api function gave no answer");
                message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error")
            }
        }
    }

    /// The answer to a request that is too large for API Gateway or Lambda. API Gateway says it with less words.
    pub(crate) fn too_large(&self, path: &str) -> Response<Bytes> {
        let detail = "a request has at most 10 MB, and 6 MB as an event; send larger files through an upload";
        let error = json!({"field": "body", "code": "too_large", "detail": detail});
        let problem = Problem { errors: vec![error], ..Problem::new(413, "PAYLOAD_TOO_LARGE", detail) };
        let mut response = problem.into_response(path, self.clock.now());
        let id = HeaderValue::from_str(&self.ids.uuid().to_string()).expect("a UUID is plain text");
        response.headers_mut().insert("x-request-id", id);
        response
    }
}

fn event_of(request: &Request<Bytes>, now: Timestamp, request_id: &str) -> Value {
    let (uri, headers) = (request.uri(), request.headers());
    let (body, is_base64) = encode_body(headers, request.body());
    let query = uri.query().unwrap_or_default();
    // API Gateway always knows by which name it was called, even when the client sent none.
    let host = Some(text_of(headers, &HOST))
        .filter(|host| !host.is_empty())
        .unwrap_or_else(|| "localhost".to_owned());
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": uri.path(),
        "rawQueryString": query,
        "headers": joined_headers(headers),
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "local",
            "domainName": host,
            "domainPrefix": host.split('.').next(),
            "http": {
                "method": request.method().as_str(),
                "path": uri.path(),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": text_of(headers, &USER_AGENT),
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string(),
            "timeEpoch": now.as_millisecond(),
        },
        "isBase64Encoded": is_base64,
    });
    let optional = [
        ("cookies", cookies_of(headers)),
        ("queryStringParameters", query_parameters(query)),
        ("body", body.map(Value::String)),
    ];
    for (member, value) in optional {
        if let Some(value) = value {
            event[member] = value;
        }
    }
    event
}

/// One value per name: several are joined by commas. Cookies have a member of their own.
fn joined_headers(headers: &HeaderMap) -> BTreeMap<&str, String> {
    let mut joined: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in headers.iter().filter(|(name, _)| *name != COOKIE) {
        let value = String::from_utf8_lossy(value.as_bytes());
        joined
            .entry(name.as_str())
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert_with(|| value.clone().into_owned());
    }
    joined
}

fn cookies_of(headers: &HeaderMap) -> Option<Value> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies: Vec<&str> = lines.flat_map(|line| line.split("; ")).collect();
    (!cookies.is_empty()).then(|| json!(cookies))
}

fn query_parameters(query: &str) -> Option<Value> {
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decode(value);
        parameters
            .entry(decode(name))
            .and_modify(|all| {
                all.push(',');
                all.push_str(&value);
            })
            .or_insert(value.clone());
    }
    (!parameters.is_empty()).then(|| json!(parameters))
}

fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode(&text).unwrap_or(text)
}

/// Text travels as it is, everything else in Base64.
fn encode_body(headers: &HeaderMap, body: &Bytes) -> (Option<String>, bool) {
    if body.is_empty() {
        return (None, false);
    }
    let is_plain = !headers.contains_key(CONTENT_ENCODING) && is_text(&text_of(headers, &CONTENT_TYPE));
    match std::str::from_utf8(body) {
        Ok(text) if is_plain => (Some(text.to_owned()), false),
        _ => (Some(STANDARD.encode(body)), true),
    }
}

fn is_text(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let plain = ["application/json", "application/xml", "application/javascript"];
    media_type.starts_with("text/")
        || plain.contains(&media_type.as_str())
        || media_type.ends_with("+json")
        || media_type.ends_with("+xml")
}

fn response_of(answer: &Value) -> Result<Response<Bytes>, String> {
    let size = size_of(answer);
    if size > MAX_PAYLOAD_BYTES {
        return Err(format!(
            "the answer has {size} bytes, more than the {MAX_PAYLOAD_BYTES} that Lambda returns"
        ));
    }
    let answer =
        Answer::deserialize(answer).map_err(|error| format!("the answer is not understood: {error}"))?;
    let body = answer.body.unwrap_or_default();
    let body = if answer.is_base64_encoded {
        STANDARD.decode(body).map_err(|error| format!("the body is not Base64: {error}"))?
    } else {
        body.into_bytes()
    };
    let mut response = Response::builder().status(answer.status_code);
    for (name, value) in &answer.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|error| error.to_string())?;
        response = response.header(name, HeaderValue::from_str(value).map_err(|error| error.to_string())?);
    }
    for cookie in &answer.cookies {
        response =
            response.header(SET_COOKIE, HeaderValue::from_str(cookie).map_err(|error| error.to_string())?);
    }
    response.body(Bytes::from(body)).map_err(|error| error.to_string())
}

/// The length of a value as JSON, in bytes.
fn size_of(value: &Value) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |text| text.len())
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> String {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).unwrap_or_default()
}

fn message(status: StatusCode, text: &str) -> Response<Bytes> {
    let body = json!({"message": text}).to_string();
    Response::builder()
        .status(status)
        .header(CONTENT_TYPE, "application/json")
        .body(Bytes::from(body))
        .expect("the header is constant")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_becomes_an_event_of_payload_format_2() {
        let request = Request::post("/api/v1/x%20y?a=1&a=2&b=%C3%A9+z")
            .header("host", "127.0.0.1:9000")
            .header("content-type", "application/json")
            .header("x-two", "1")
            .header("x-two", "2")
            .header("cookie", "s=1; t=2")
            .body(Bytes::from_static(b"{\"k\":\"v\"}"))
            .unwrap();
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        insta::assert_json_snapshot!(event_of(&request, now, "id"), @r#"
        {
          "body": "{\"k\":\"v\"}",
          "cookies": [
            "s=1",
            "t=2"
          ],
          "headers": {
            "content-type": "application/json",
            "host": "127.0.0.1:9000",
            "x-two": "1,2"
          },
          "isBase64Encoded": false,
          "queryStringParameters": {
            "a": "1,2",
            "b": "é z"
          },
          "rawPath": "/api/v1/x%20y",
          "rawQueryString": "a=1&a=2&b=%C3%A9+z",
          "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": "127.0.0.1:9000",
            "domainPrefix": "127",
            "http": {
              "method": "POST",
              "path": "/api/v1/x%20y",
              "protocol": "HTTP/1.1",
              "sourceIp": "127.0.0.1",
              "userAgent": ""
            },
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "20/Nov/2026:09:00:00 +0000",
            "timeEpoch": 1795165200000
          },
          "routeKey": "$default",
          "version": "2.0"
        }
        "#);
    }

    #[test]
    fn only_text_travels_as_it_is() {
        for (content_type, encoding, body, expected) in [
            ("text/csv; charset=utf-8", None, &b"a,b"[..], Some("a,b")),
            ("application/problem+json", None, b"{}", Some("{}")),
            ("application/x-ndjson", None, b"{}", None),
            ("application/octet-stream", None, b"abc", None),
            ("application/json", Some("gzip"), b"abc", None),
            ("text/plain", None, b"\xff", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
            if let Some(encoding) = encoding {
                headers.insert(CONTENT_ENCODING, encoding.parse().unwrap());
            }
            let (encoded, is_base64) = encode_body(&headers, &Bytes::from_static(body));
            assert_eq!(is_base64, expected.is_none(), "{content_type}");
            assert_eq!(encoded, Some(expected.map_or_else(|| STANDARD.encode(body), ToOwned::to_owned)));
        }
    }

    #[test]
    fn an_answer_becomes_a_response_with_its_cookies_and_bytes() {
        let answer = json!({
            "statusCode": 201, "headers": {"location": "/x"}, "cookies": ["a=1", "b=2"], "body": "/w==", "isBase64Encoded": true,
        });
        let response = response_of(&answer).unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers().get_all(SET_COOKIE).iter().count(), 2);
        assert_eq!(response.body().as_ref(), b"\xff");
        let large = json!({"statusCode": 200, "body": "x".repeat(MAX_PAYLOAD_BYTES)});
        assert!(response_of(&large).is_err());
        assert!(response_of(&json!({"status": 200})).is_err());
    }
}
