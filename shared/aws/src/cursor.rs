//! Cursors of lists: opaque, signed, bound to one tenant and one list.
//!
//! A cursor is the position in the index and an HMAC-SHA-256 over tenant, list and position. A cursor that was made
//! elsewhere, or changed, opens nothing.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sitrep_domain::scope::TenantScope;

use crate::entity::Item;
use crate::error::StoreError;

/// The key that signs cursors.
#[derive(Clone)]
pub struct CursorKey(Vec<u8>);

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey")
    }
}

impl CursorKey {
    /// Makes it from secret bytes.
    #[must_use]
    pub fn new(secret: Vec<u8>) -> Self {
        Self(secret)
    }

    fn mac(&self, scope: &TenantScope, list: &str, position: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in [scope.tenant().as_str().as_bytes(), list.as_bytes(), position] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }

    pub(crate) fn seal(&self, scope: &TenantScope, list: &str, position: &Item) -> String {
        let texts: BTreeMap<&str, &str> =
            position.iter().filter_map(|(k, v)| Some((k.as_str(), v.as_s().ok()?.as_str()))).collect();
        let mut bytes = serde_json::to_vec(&texts).expect("texts are JSON");
        let tag = self.mac(scope, list, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&tag[..16]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub(crate) fn open(&self, scope: &TenantScope, list: &str, cursor: &str) -> Result<Item, StoreError> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| StoreError::BadCursor)?;
        let (position, tag) = bytes.split_last_chunk::<16>().ok_or(StoreError::BadCursor)?;
        self.mac(scope, list, position).verify_truncated_left(tag).map_err(|_| StoreError::BadCursor)?;
        let texts: BTreeMap<String, String> =
            serde_json::from_slice(position).map_err(|_| StoreError::BadCursor)?;
        Ok(texts.into_iter().map(|(k, v)| (k, AttributeValue::S(v))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::access::Plan;
    use sitrep_domain::ids::TenantId;

    #[test]
    fn a_cursor_opens_for_its_tenant_and_list_only() {
        let scope =
            |t: &str| TenantScope::from_job_row(TenantId::new(t).unwrap(), "test", Plan::Starter, "r");
        let key = CursorKey::new(vec![7; 32]);
        let position = Item::from([("pk".to_owned(), AttributeValue::S("T#acme".into()))]);
        let cursor = key.seal(&scope("acme"), "list", &position);
        assert_eq!(key.open(&scope("acme"), "list", &cursor).unwrap(), position);
        for (tenant, list, cursor) in [
            ("globex", "list", cursor.as_str()),
            ("acme", "other", &cursor),
            ("acme", "list", "AAAA"),
            ("acme", "list", "!"),
        ] {
            assert!(key.open(&scope(tenant), list, cursor).is_err(), "{tenant} {list} {cursor}");
        }
    }
}
