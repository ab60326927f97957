//! The size of an answer: JSON that is too large for Lambda to pass on is refused with a remedy, never an error of ours.
//!
//! Lambda passes on an answer of at most 6 MB, written as a JSON text, in which every quote and every line break takes
//! two bytes; so the size is that of the answer as it travels. Files are none of this: larger ones are links to where
//! they are.

use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt as _;
use sitrep_app::error::AppError;
use sitrep_domain::invalid::Invalid;

use crate::problem::Problem;

/// Most bytes of JSON as they travel; what Lambda takes besides is left for headers.
const MAX_BYTES: usize = 5_000_000;

/// The answer, unless it is JSON that is too large.
///
/// # Errors
///
/// A [`Problem`] with `LIMIT_EXCEEDED` and what to do about it; an internal one when the body breaks off.
pub(crate) async fn check_size(response: Response) -> Result<Response, Problem> {
    // Escaping at most doubles JSON, so what is that small needs no look.
    let is_small = response.body().size_hint().upper().is_some_and(|bytes| bytes <= MAX_BYTES as u64 / 2);
    if is_small || !is_json(&response) {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.map_err(AppError::internal)?.to_bytes();
    check_bytes(travelling_bytes(&bytes))?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn is_json(response: &Response) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type.is_some_and(|media_type| media_type.starts_with("application/json"))
}

/// The size of a JSON text inside another one. There are no control characters in it but line breaks and tabs.
fn travelling_bytes(json: &[u8]) -> usize {
    json.len() + json.iter().filter(|byte| matches!(byte, b'"' | b'\\' | ..b' ')).count()
}

fn check_bytes(bytes: usize) -> Result<(), Invalid> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let detail = format!(
        "the answer would have {} MB, at most {}; narrow the window, add filters or lower the limit",
        bytes.div_ceil(1_000_000),
        MAX_BYTES / 1_000_000
    );
    Err(Invalid::limit("", detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;

    async fn status(media_type: &'static str, body: String) -> u16 {
        let response = ([(CONTENT_TYPE, media_type)], body).into_response();
        check_size(response).await.unwrap_or_else(IntoResponse::into_response).status().as_u16()
    }

    #[tokio::test]
    async fn json_of_more_than_5_mb_as_it_travels_is_refused_and_nothing_else_is() {
        let quoted = |text: &str, most: usize| format!("{}[]", text.repeat(most / text.len()));
        for (media_type, body, expected) in [
            ("application/json", "[]".to_owned(), 200),
            ("application/json", quoted("x", MAX_BYTES - 2), 200),
            ("application/json", quoted("x", MAX_BYTES - 1), 422),
            ("application/json", quoted("\"", MAX_BYTES / 2 - 2), 200),
            ("application/json", quoted("\"", MAX_BYTES / 2 - 1), 200),
            ("application/json", quoted("\"", MAX_BYTES / 2), 422),
            ("application/json", quoted("x\n", MAX_BYTES * 3 / 4), 422),
            ("text/csv", quoted("\"", MAX_BYTES), 200),
        ] {
            let bytes = body.len();
            assert_eq!(status(media_type, body).await, expected, "{media_type} {bytes}");
        }
    }

    #[test]
    fn the_size_is_that_of_the_text_inside_another() {
        let json = serde_json::json!({"a \"quoted\" \\ text": "line\nbreak é \u{1}", "b": [1, null]});
        let text = serde_json::to_string_pretty(&json).unwrap();
        let travelling = serde_json::to_string(&text).unwrap();
        assert_eq!(travelling_bytes(text.as_bytes()), travelling.len() - 2);
    }

    #[test]
    fn the_refusal_says_how_much_it_is() {
        let refused = check_bytes(7_200_001).unwrap_err().to_string();
        assert!(refused.contains("8 MB, at most 5;"), "{refused}");
    }
}
