//! Entities: what a row of `core` is, and how it becomes an item and back.
//!
//! An item carries its keys, its tenant, a revision that every write checks, and the value as one JSON document. What
//! is read back must name the scope's tenant, or it does not get out.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sitrep_domain::ids::TenantId;
use sitrep_domain::scope::TenantScope;

use crate::error::StoreError;
use crate::keys::{IndexKey, Key};

/// An item as DynamoDB has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// A kind of row.
pub trait Entity: Serialize + DeserializeOwned + Send + Sync {
    /// What identifies one inside its tenant.
    type Id: Send + Sync;
    /// What it is called in errors.
    const WHAT: &'static str;

    /// Its primary key.
    fn key(tenant: &TenantId, id: &Self::Id) -> Key;

    /// Its id.
    fn id(&self) -> Self::Id;

    /// Where else it is found.
    fn indexes(&self, _tenant: &TenantId) -> Indexes {
        Indexes::default()
    }
}

/// Index keys of an item; what is `None` keeps it out of that index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexes {
    /// `gsi1`.
    pub gsi1: Option<IndexKey>,
    /// `gsi2`.
    pub gsi2: Option<IndexKey>,
    /// `gsi3`, sparse.
    pub gsi3: Option<IndexKey>,
    /// When the sweep must look at it.
    pub due: Option<Timestamp>,
    /// When DynamoDB may forget it; readers check expiry themselves.
    pub ttl: Option<Timestamp>,
}

/// A value with the revision it was read at.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<E> {
    /// The value.
    pub value: E,
    /// Its revision, 1 and up.
    pub(crate) rev: u64,
}

impl<E> Stored<E> {
    /// Its revision, 1 and up; grows with every write.
    #[must_use]
    pub fn rev(&self) -> u64 {
        self.rev
    }

    /// The same value once it has been written: at the next revision.
    #[must_use]
    pub fn written(self) -> Self {
        Self { rev: self.rev + 1, ..self }
    }
}

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// The item of a value at a revision.
pub(crate) fn to_item<E: Entity>(tenant: &TenantId, value: &E, rev: u64) -> Result<Item, StoreError> {
    let doc = serde_json::to_string(value)
        .map_err(|e| StoreError::Corrupt { what: E::WHAT, detail: format!("cannot be written: {e}") })?;
    let key = E::key(tenant, &value.id());
    let indexes = value.indexes(tenant);
    let mut item = key_item(&key);
    item.insert("tenant".into(), text(tenant.as_str()));
    item.insert("rev".into(), AttributeValue::N(rev.to_string()));
    item.insert("doc".into(), text(doc));
    let due = indexes.due.map(|at| crate::keys::due(&key, at));
    for (name, index) in
        [("gsi1", indexes.gsi1), ("gsi2", indexes.gsi2), ("gsi3", indexes.gsi3), ("due", due)]
    {
        if let Some((pk, sk)) = index {
            item.insert(format!("{name}pk"), text(pk));
            item.insert(format!("{name}sk"), text(sk));
        }
    }
    if let Some(ttl) = indexes.ttl {
        item.insert("ttl".into(), AttributeValue::N(ttl.as_second().to_string()));
    }
    Ok(item)
}

/// The attributes of a primary key.
pub(crate) fn key_item(key: &Key) -> Item {
    HashMap::from([("pk".to_owned(), text(&key.pk)), ("sk".to_owned(), text(&key.sk))])
}

/// The value of an item, if it is the scope's.
pub(crate) fn from_item<E: Entity>(scope: &TenantScope, item: &Item) -> Result<Stored<E>, StoreError> {
    let corrupt = |detail: String| StoreError::Corrupt { what: E::WHAT, detail };
    let text_of = |name: &str| item.get(name).and_then(|v| v.as_s().ok()).map(String::as_str);
    // The key says so already: a row that disagrees is corrupt and must not get out.
    if text_of("tenant") != Some(scope.tenant().as_str()) {
        return Err(corrupt(format!("item {:?} is not of tenant {}", text_of("pk"), scope.tenant())));
    }
    let rev = item.get("rev").and_then(|v| v.as_n().ok()).and_then(|n| n.parse().ok());
    let doc = text_of("doc").ok_or_else(|| corrupt("no document".to_owned()))?;
    let value = serde_json::from_str(doc).map_err(|e| corrupt(e.to_string()))?;
    Ok(Stored { value, rev: rev.ok_or_else(|| corrupt("no revision".to_owned()))? })
}
