//! Rows of mappings: one per tenant, dataset and name. Built-in mappings have none.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::mapping::Mapping;

use crate::entity::Entity;
use crate::keys::{self, Key};

/// A tenant's own mapping.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TenantMapping {
    /// The mapping; it was checked before it was stored.
    pub mapping: Mapping,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Address of who changed it last.
    pub updated_by: String,
}

impl Entity for TenantMapping {
    type Id = (DatasetId, String);
    const WHAT: &'static str = "mapping";

    fn key(tenant: &TenantId, (dataset, name): &Self::Id) -> Key {
        keys::mapping(tenant, *dataset, name)
    }

    fn id(&self) -> Self::Id {
        (self.mapping.dataset, self.mapping.name.clone())
    }
}
