//! Rows of requests with an idempotency key.

use sitrep_domain::idempotency::KeyedRequest;
use sitrep_domain::ids::TenantId;

use crate::entity::{Entity, Indexes};
use crate::keys::{self, Key};

impl Entity for KeyedRequest {
    /// Keyed hash of user and key, and the operation.
    type Id = (String, String);
    const WHAT: &'static str = "idempotency key";

    fn key(tenant: &TenantId, (hash, operation): &Self::Id) -> Key {
        keys::keyed_request(tenant, hash, operation)
    }

    fn id(&self) -> Self::Id {
        (self.hash.clone(), self.operation.clone())
    }

    fn indexes(&self, _: &TenantId) -> Indexes {
        Indexes { ttl: Some(self.expires_at), ..Indexes::default() }
    }
}
