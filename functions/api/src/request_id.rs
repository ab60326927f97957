//! Request ids: API Gateway's where there is one, otherwise one of ours. Never the caller's word.

use http::request::Parts;
use lambda_http::request::RequestContext;
use sitrep_app::services::Services;

/// The id of a request, in every answer, log line and audit entry.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// The id that API Gateway gave, or a new one.
    pub(crate) fn make(extensions: &http::Extensions, services: &Services) -> Self {
        let given = match extensions.get::<RequestContext>() {
            Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
            _ => None,
        };
        let is_plain =
            |id: &String| !id.is_empty() && id.len() <= 128 && id.bytes().all(|b| b.is_ascii_graphic());
        Self(given.filter(is_plain).unwrap_or_else(|| services.ids.uuid().to_string()))
    }

    /// The id of a request that came in through the front.
    pub(crate) fn of(parts: &Parts) -> &str {
        parts.extensions.get::<Self>().map_or("", |id| id.0.as_str())
    }
}
