//! Rows of tenants, users and audit entries.

use sitrep_domain::audit::AuditEntry;
use sitrep_domain::ids::{TenantId, UserId};
use sitrep_domain::tenant::Tenant;
use sitrep_domain::user::User;

use crate::entity::Entity;
use crate::keys::{self, Key};

impl Entity for Tenant {
    type Id = ();
    const WHAT: &'static str = "tenant";

    fn key(tenant: &TenantId, (): &()) -> Key {
        keys::tenant(tenant)
    }

    fn id(&self) {}
}

impl Entity for User {
    type Id = UserId;
    const WHAT: &'static str = "user";

    fn key(tenant: &TenantId, id: &UserId) -> Key {
        keys::user(tenant, *id)
    }

    fn id(&self) -> UserId {
        self.id
    }
}

impl Entity for AuditEntry {
    type Id = (jiff::Timestamp, uuid::Uuid);
    const WHAT: &'static str = "audit entry";

    fn key(tenant: &TenantId, (at, id): &Self::Id) -> Key {
        keys::audit(tenant, *at, *id)
    }

    fn id(&self) -> Self::Id {
        (self.at, self.id)
    }
}
