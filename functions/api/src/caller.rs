//! Callers: from the `Authorization` header to the proof of who acts inside which tenant.
//!
//! Admission finds out who it is and leaves the scope with the request; an operation that is not public has no other
//! way to one.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use sitrep_app::access::load_caller;
use sitrep_app::error::AppError;
use sitrep_app::services::Services;
use sitrep_domain::scope::TenantScope;

use crate::operation::Operation;
use crate::problem::Problem;
use crate::request_id::RequestId;
use crate::token::verify_token;

/// Who asks, admitted to the operation.
#[derive(Clone)]
pub(crate) struct Caller(pub(crate) TenantScope);

/// Who asks, by the access token.
///
/// # Errors
///
/// [`AppError::Unauthorized`] or [`AppError::Unavailable`].
pub(crate) async fn identify(services: &Services, parts: &Parts) -> Result<TenantScope, AppError> {
    let token = bearer(&parts.headers).ok_or(AppError::Unauthorized)?;
    let claims = verify_token(&services.secrets.token_key, token, services.now())?;
    load_caller(services, claims, RequestId::of(parts)).await
}

impl FromRequestParts<Arc<Services>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Services>) -> Result<Self, Problem> {
        let admitted = parts.extensions.get::<Self>().cloned();
        Ok(admitted.ok_or_else(|| AppError::internal("a route without admission"))?)
    }
}

/// The operation that a request is for; the router puts it there.
pub(crate) fn operation_of(parts: &Parts) -> Result<&'static Operation, AppError> {
    parts
        .extensions
        .get::<&'static Operation>()
        .copied()
        .ok_or_else(|| AppError::internal("a route without operation"))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bearer_token_counts() {
        for (header, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic abc", None),
            ("Bearer", None),
            ("abc", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, header.parse().unwrap())]);
            assert_eq!(bearer(&headers), expected, "{header}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
