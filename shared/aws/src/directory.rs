//! The global table: who signs in under a name, and what a share token opens, before any tenant is known.
//!
//! Keys are hashes, so that the table shows no address and no token. A pointer found here names a tenant; it opens
//! nothing until a scope has been made and the tenant's own row was read with it.

use aws_sdk_dynamodb::types::AttributeValue;
use sitrep_domain::ids::{ShareId, TenantId, UserId};

use crate::entity::{Item, key_item};
use crate::error::StoreError;
use crate::keys::{self, Key};
use crate::store::{SERVICE, Store};
use crate::transaction::Transaction;

/// What a name or a token points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer<I> {
    /// The tenant.
    pub tenant: TenantId,
    /// The user or the share.
    pub id: I,
}

fn pointer_item(tenant: &TenantId, id: &str) -> Item {
    Item::from([
        ("tenant".to_owned(), AttributeValue::S(tenant.to_string())),
        ("id".to_owned(), AttributeValue::S(id.to_owned())),
    ])
}

impl Transaction<'_> {
    /// Takes a login name, by its keyed hash. The commit fails when it is taken.
    pub fn take_login(self, hash: &str, tenant: &TenantId, user: UserId) -> Self {
        self.create_global("login name", &keys::login(hash), pointer_item(tenant, &user.to_string()))
    }

    /// Frees a login name.
    pub fn free_login(self, hash: &str) -> Self {
        self.remove_global("login name", &keys::login(hash))
    }

    /// Takes a tenant's slug. The commit fails when it is taken.
    pub fn take_slug(self, tenant: &TenantId) -> Self {
        self.create_global("tenant id", &keys::tenant_slug(tenant), pointer_item(tenant, tenant.as_str()))
    }

    /// Registers a share's token, by its SHA-256.
    pub fn register_token(self, token_sha256: &str, tenant: &TenantId, share: ShareId) -> Self {
        self.create_global(
            "share token",
            &keys::share_token(token_sha256),
            pointer_item(tenant, &share.to_string()),
        )
    }
}

impl Store {
    /// Who signs in under a name, by its keyed hash.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    pub async fn find_login(&self, hash: &str) -> Result<Option<Pointer<UserId>>, StoreError> {
        self.find_pointer("login name", &keys::login(hash)).await
    }

    /// What a share token opens, by its SHA-256.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    pub async fn find_token(&self, token_sha256: &str) -> Result<Option<Pointer<ShareId>>, StoreError> {
        self.find_pointer("share token", &keys::share_token(token_sha256)).await
    }

    async fn find_pointer<I: std::str::FromStr>(
        &self,
        what: &'static str,
        key: &Key,
    ) -> Result<Option<Pointer<I>>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.tables.global)
            .set_key(Some(key_item(key)))
            .consistent_read(true)
            .send()
            .await
            .map_err(|e| StoreError::unavailable(SERVICE, e))?;
        let Some(item) = answer.item else { return Ok(None) };
        let text =
            |name: &str| item.get(name).and_then(|v| v.as_s().ok()).map(String::as_str).unwrap_or_default();
        match (TenantId::new(text("tenant")), text("id").parse()) {
            (Ok(tenant), Ok(id)) => Ok(Some(Pointer { tenant, id })),
            _ => Err(StoreError::Corrupt { what, detail: format!("pointer {}", key.pk) }),
        }
    }
}
