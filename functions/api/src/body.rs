//! Bodies: read whole when a request comes in, understood only when the use case asks.
//!
//! A use case checks rights and existence first, so a handler hands it a closure over the [`Payload`]; whatever is wrong
//! with the body, its size included, comes up there.

use std::convert::Infallible;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, IF_MATCH};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sitrep_app::error::AppError;
use sitrep_domain::filter::Filter;
use sitrep_domain::invalid::Invalid;

use crate::caller::operation_of;
use crate::json;
use crate::operation::Access;
use crate::query_string::{QueryString, pairs_of};

/// Largest body, in bytes.
pub(crate) const MAX_BYTES: usize = 10 << 20;

/// A body with the headers that say how it is written, and what is wrong with the query that came with it.
#[derive(Clone, Debug)]
pub(crate) struct Payload {
    headers: HeaderMap,
    bytes: Result<Bytes, Unread>,
    query: Result<(), Invalid>,
}

/// Why a body could not be taken in.
#[derive(Clone, Copy, Debug)]
enum Unread {
    TooLarge,
    Broken,
}

impl<S: Sync> FromRequest<S> for Payload {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Infallible> {
        let (mut parts, body) = request.into_parts();
        // Admission may have read it already.
        if let Some(payload) = parts.extensions.remove::<Self>() {
            return Ok(payload);
        }
        let query = match operation_of(&parts) {
            Ok(operation) if operation.access != Access::Public => {
                QueryString::read(parts.uri.query(), operation).map(drop)
            }
            // Whoever opens a link may hang on it what they like.
            _ => Ok(()),
        };
        let bytes = match Limited::new(body, MAX_BYTES).collect().await {
            Ok(collected) => Ok(collected.to_bytes()),
            Err(error) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
            Err(_) => Err(Unread::Broken),
        };
        Ok(Self { headers: parts.headers, bytes, query })
    }
}

impl Payload {
    /// The bytes as sent.
    ///
    /// # Errors
    ///
    /// [`AppError::TooLarge`] past [`MAX_BYTES`]; [`AppError::Invalid`] when the body broke off, or naming a parameter of
    /// the query that the operation does not have.
    pub(crate) fn bytes(&self) -> Result<Bytes, AppError> {
        self.query.clone()?;
        self.bytes.clone().map_err(|unread| match unread {
            Unread::TooLarge => {
                AppError::TooLarge { detail: format!("a body has at most {} MB", MAX_BYTES >> 20) }
            }
            Unread::Broken => Invalid::field("body", "incomplete", "the body broke off").into(),
        })
    }

    /// The bytes, whatever the query says; none when they could not be taken in.
    pub(crate) fn raw(&self) -> Option<&Bytes> {
        self.bytes.as_ref().ok()
    }

    /// The media type without its parameters, in lower case; empty when missing.
    pub(crate) fn media_type(&self) -> String {
        self.header(&CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The content coding in lower case; empty when missing.
    pub(crate) fn content_coding(&self) -> String {
        self.header(&CONTENT_ENCODING).trim().to_ascii_lowercase()
    }

    /// A header's text; empty when missing.
    pub(crate) fn header(&self, name: &HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The revision that a change is based on, from `If-Match`; none when the header does not say.
    pub(crate) fn revision(&self) -> Option<u64> {
        read_revision(self.header(&IF_MATCH))
    }

    /// The body as what an operation takes.
    ///
    /// # Errors
    ///
    /// [`AppError::Unsupported`] unless it is plain JSON; [`AppError::Invalid`] naming the field.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        Ok(json::read(Value::Object(self.object()?))?)
    }

    /// The body as the fields of a form; a body that is not there has none.
    ///
    /// # Errors
    ///
    /// [`AppError::Unsupported`] unless it is a form; [`AppError::Invalid`] when it is no text.
    pub(crate) fn form(&self) -> Result<Vec<(String, String)>, AppError> {
        let bytes = self.bytes()?;
        if !bytes.is_empty() && self.media_type() != "application/x-www-form-urlencoded" {
            let detail = "send application/x-www-form-urlencoded".to_owned();
            return Err(AppError::Unsupported { header: "content-type", detail });
        }
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Invalid::field("body", "not_utf8", "the form is UTF-8"))?;
        Ok(pairs_of(Some(text)))
    }

    /// The body as an object with snake_case names.
    ///
    /// # Errors
    ///
    /// As [`Self::json`].
    pub(crate) fn object(&self) -> Result<Map<String, Value>, AppError> {
        let is_json =
            ["application/json", "application/merge-patch+json"].contains(&self.media_type().as_str());
        if !is_json {
            let detail = "send application/json".to_owned();
            return Err(AppError::Unsupported { header: "content-type", detail });
        }
        if !["", "identity"].contains(&self.content_coding().as_str()) {
            let detail = "send the body without content encoding".to_owned();
            return Err(AppError::Unsupported { header: "content-encoding", detail });
        }
        let Value::Object(object) = json::parse(&self.bytes()?)? else {
            return Err(Invalid::field("body", "wrong_type", "the body is a JSON object").into());
        };
        // Read ahead of the rest, because a filter says better than the type's reader where it goes wrong.
        if let Some(filters) = object.get("filters").filter(|filters| !filters.is_null()) {
            Filter::parse(filters).map_err(|e| e.below("filters"))?;
        }
        Ok(object)
    }
}

/// The revision of a tag. One that is none of ours is revision 0, which nothing has.
fn read_revision(if_match: &str) -> Option<u64> {
    match if_match.trim() {
        "" | "*" => None,
        tag => Some(tag.trim_matches('"').parse().unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sitrep_domain::invalid::InvalidKind;
    use sitrep_domain::report_request::ReportDraft;

    fn payload(content_type: &str, body: &[u8]) -> Payload {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, content_type.parse().unwrap())]);
        Payload { headers, bytes: Ok(Bytes::copy_from_slice(body)), query: Ok(()) }
    }

    #[test]
    fn only_json_objects_are_taken() {
        for (content_type, body, expected) in [
            ("application/json", "{}", "ok"),
            ("Application/JSON; charset=utf-8", "{}", "ok"),
            ("application/merge-patch+json", "{}", "ok"),
            ("text/plain", "{}", "unsupported"),
            ("", "{}", "unsupported"),
            ("application/json", "[]", "invalid"),
            ("application/json", "", "invalid"),
        ] {
            let outcome = match payload(content_type, body.as_bytes()).object() {
                Ok(_) => "ok",
                Err(AppError::Unsupported { .. }) => "unsupported",
                Err(AppError::Invalid(_)) => "invalid",
                Err(other) => panic!("{other:?}"),
            };
            assert_eq!(outcome, expected, "{content_type} {body}");
        }
    }

    #[test]
    fn a_tag_names_the_revision_a_change_is_based_on() {
        for (tag, expected) in
            [("", None), ("*", None), ("\"7\"", Some(7)), ("W/\"7\"", Some(0)), ("\"x\"", Some(0))]
        {
            assert_eq!(read_revision(tag), expected, "{tag}");
        }
    }

    #[test]
    fn camel_case_is_as_good_as_snake_case() {
        let body = br#"{"reportType": "executive_monthly", "periodType": "monthly"}"#;
        let draft: ReportDraft = payload("application/json", body).json().unwrap();
        assert_eq!(draft.report_type.as_deref(), Some("executive_monthly"));
    }

    #[test]
    fn a_bad_filter_is_named_by_its_path_and_kind() {
        let mut deep = json!({"severity": ["high"]});
        for _ in 0..20 {
            deep = json!({"not": deep});
        }
        for (filters, field, kind) in [
            (
                json!({"and": [{"field": "severity", "op": "is", "value": 1}]}),
                "filters.and[0].op",
                InvalidKind::Validation,
            ),
            (json!(3), "filters", InvalidKind::Validation),
            (deep, "filters", InvalidKind::LimitExceeded),
        ] {
            let body = json!({"filters": filters}).to_string();
            let refused = payload("application/json", body.as_bytes()).json::<ReportDraft>().unwrap_err();
            let AppError::Invalid(invalid) = refused else { panic!("{refused:?}") };
            assert!(invalid.errors[0].field.starts_with(field), "{}", invalid.errors[0].field);
            assert_eq!(invalid.kind, kind);
        }
    }

    #[tokio::test]
    async fn a_body_past_its_limit_is_refused_when_it_is_asked_for() {
        let request = Request::new(axum::body::Body::from(vec![b' '; MAX_BYTES + 1]));
        let Ok(payload) = Payload::from_request(request, &()).await;
        assert!(matches!(payload.bytes(), Err(AppError::TooLarge { .. })));
    }
}
