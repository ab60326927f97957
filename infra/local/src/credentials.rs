//! Credentials of the in-process clients: the stack's dummy keys, and a session token with the virtual instant.
//!
//! A client signs with real time, and a presigned URL therefore says nothing of the virtual clock. The token closes that
//! gap: it is asked for at every request, never cached, and part of what is signed.

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_runtime_api::client::identity::ResolveIdentity as _;
use aws_smithy_runtime_api::client::identity::{
    IdentityFuture, ResolveCachedIdentity, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use jiff::Timestamp;
use sitrep_app::clock::Clock;

use crate::clock::VirtualClock;
use crate::resources::{ACCESS_KEY, SECRET_KEY};

const TOKEN_PREFIX: &str = "signed-at-";

/// Gives the dummy keys, with the present instant as session token.
#[derive(Clone, Debug)]
pub(crate) struct LocalCredentials(pub(crate) Arc<VirtualClock>);

impl ProvideCredentials for LocalCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let token = format!("{TOKEN_PREFIX}{}", self.0.now().as_nanosecond());
        future::ProvideCredentials::ready(Ok(Credentials::new(
            ACCESS_KEY,
            SECRET_KEY,
            Some(token),
            None,
            "local",
        )))
    }
}

/// Asks for the credentials at every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NeverCached;

impl ResolveCachedIdentity for NeverCached {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        config: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        IdentityFuture::new(async move { resolver.resolve_identity(components, config).await })
    }
}

/// The virtual instant that a session token names.
pub(crate) fn signed_at(token: &str) -> Option<Timestamp> {
    Timestamp::from_nanosecond(token.strip_prefix(TOKEN_PREFIX)?.parse().ok()?).ok()
}
