//! Rows of shares.

use sitrep_domain::ids::{ShareId, TenantId};
use sitrep_domain::share::Share;

use crate::entity::{Entity, Indexes};
use crate::keys::{self, Key};

impl Entity for Share {
    type Id = ShareId;
    const WHAT: &'static str = "share";

    fn key(tenant: &TenantId, id: &ShareId) -> Key {
        keys::share(tenant, *id)
    }

    fn id(&self) -> ShareId {
        self.id
    }

    fn indexes(&self, tenant: &TenantId) -> Indexes {
        let position = format!("{}#{}", keys::instant(self.created_at), self.id);
        Indexes {
            gsi1: Some((keys::shares_by_run(tenant, self.run), position.clone())),
            gsi2: Some((keys::shares_by_recipient(tenant, &self.recipient_hash), position.clone())),
            gsi3: self.revoked_at.is_none().then(|| (keys::shares_alive(tenant), position)),
            due: None,
            ttl: None,
        }
    }
}
