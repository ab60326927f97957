//! Events: what API Gateway passes becomes a request, and the answer becomes what it expects.
//!
//! Text travels as it is and everything else in Base64, so no byte of a file changes on the way.

use axum::Router;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http_body_util::BodyExt as _;
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;

/// Answers one event.
///
/// # Errors
///
/// What is wrong with an event that is none of an HTTP API.
pub(crate) async fn answer(router: Router, mut event: Value) -> Result<Value, String> {
    for member in ["rawPath", "rawQueryString"] {
        if let Some(Value::String(text)) = event.get_mut(member) {
            *text = encode_strays(text);
        }
    }
    let request =
        lambda_http::request::from_str(&event.to_string()).map_err(|e| format!("not an HTTP event: {e}"))?;
    let Ok(response) = router.oneshot(request).await;
    write(response).await
}

async fn write(response: Response) -> Result<Value, String> {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(|e| format!("the answer broke off: {e}"))?.to_bytes();
    let (body, is_base64) = match std::str::from_utf8(&bytes) {
        Ok(text) if is_text(&parts.headers) => (text.to_owned(), false),
        _ => (STANDARD.encode(&bytes), true),
    };
    let cookies: Vec<String> = texts(&parts.headers, SET_COOKIE.as_str()).collect();
    let mut headers = Map::new();
    for name in parts.headers.keys().filter(|name| **name != SET_COOKIE) {
        let value = texts(&parts.headers, name.as_str()).collect::<Vec<_>>().join(", ");
        headers.insert(name.as_str().to_owned(), value.into());
    }
    Ok(json!({
        "statusCode": parts.status.as_u16(),
        "headers": headers,
        "cookies": cookies,
        "body": body,
        "isBase64Encoded": is_base64,
    }))
}

fn texts(headers: &HeaderMap, name: &str) -> impl Iterator<Item = String> {
    headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn is_text(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("text/plain");
    media_type.starts_with("text/") || media_type.split(';').next().is_some_and(|t| t.ends_with("json"))
}

/// Percent-encodes what may not stand in a URI: API Gateway passes some characters on as it decoded them.
fn encode_strays(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'!' | b'$'..=b';' | b'=' | b'?'..=b'Z' | b'_' | b'a'..=b'z' | b'~' | b'[' | b']' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse as _;
    use axum::routing::get;

    fn event(path: &str) -> Value {
        let text = include_str!("../../../events/api/health.json");
        let mut event: Value = serde_json::from_str(text).unwrap();
        event["rawPath"] = path.into();
        event
    }

    #[tokio::test]
    async fn bytes_survive_the_way_through_the_event() {
        let csv =
            || async { ([(CONTENT_TYPE, "text/csv; charset=utf-8")], "\u{feff}a,b\r\n").into_response() };
        let pdf = || async { ([(CONTENT_TYPE, "application/pdf")], vec![0xff_u8, 0]).into_response() };
        let router = Router::new().route("/csv", get(csv)).route("/pdf", get(pdf));
        for (path, body, is_base64) in [("/csv", "\u{feff}a,b\r\n", false), ("/pdf", "/wA=", true)] {
            let answer = answer(router.clone(), event(path)).await.unwrap();
            assert_eq!(
                (&answer["body"], &answer["isBase64Encoded"]),
                (&json!(body), &json!(is_base64)),
                "{path}"
            );
        }
    }

    #[tokio::test]
    async fn no_path_brings_the_function_down() {
        let router = Router::new().fallback(|uri: http::Uri| async move { uri.path().to_owned() });
        for (path, expected) in [
            ("/a b", "/a%20b"),
            ("/é<>\"{}|\\^`", "/%C3%A9%3C%3E%22%7B%7D%7C%5C%5E%60"),
            ("/a%20b", "/a%20b"),
            ("/\u{0}", "/%00"),
            ("/a?b#c", "/a"),
        ] {
            let answer = answer(router.clone(), event(path)).await.unwrap();
            assert_eq!(answer["body"], expected, "{path}");
        }
        assert!(answer(router, json!({"no": "event"})).await.is_err());
    }
}
