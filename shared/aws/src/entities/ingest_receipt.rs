//! Rows of receipts: what an ingest with an idempotency key has committed, for its repetition to find.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::upload::RowError;
use uuid::Uuid;

use crate::entity::{Entity, Indexes};
use crate::keys::{self, Key};

/// What became of one body of records. It is written with them, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestReceipt {
    /// The dataset.
    pub dataset: DatasetId,
    /// Its id, which follows from the key's seed.
    pub id: Uuid,
    /// Rows that were taken.
    pub accepted: u64,
    /// Rows that were not.
    pub rejected: u64,
    /// The first hundred errors, by line.
    pub errors: Vec<RowError>,
    /// The dataset's generation that has the records.
    pub generation: u64,
    /// When nobody repeats the request any more.
    pub expires_at: Timestamp,
}

impl IngestReceipt {
    /// How long it is kept: the day that the key is remembered, and as long again for whoever takes over at its end.
    pub const KEEP: SignedDuration = SignedDuration::from_hours(48);
}

impl Entity for IngestReceipt {
    type Id = (DatasetId, Uuid);
    const WHAT: &'static str = "ingest receipt";

    fn key(tenant: &TenantId, (dataset, id): &Self::Id) -> Key {
        keys::ingest_receipt(tenant, *dataset, *id)
    }

    fn id(&self) -> Self::Id {
        (self.dataset, self.id)
    }

    fn indexes(&self, _tenant: &TenantId) -> Indexes {
        Indexes { ttl: Some(self.expires_at), ..Indexes::default() }
    }
}
