//! Rows of datasets: the generation, and one row per segment. A segment without a row does not exist.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::snapshot::SegmentMeta;

use crate::entity::Entity;
use crate::keys::{self, Key};

/// A dataset's generation: what a reader must know before it lists segments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// The dataset.
    pub dataset: DatasetId,
    /// Grows with every change of the segments; 0 before the first.
    pub generation: u64,
    /// Commits so far; the newest segment's `seq`.
    pub seq: u64,
    /// Rows in living segments, every version of an id counted.
    pub rows: u64,
    /// Living segments.
    pub segments: u64,
    /// Event time of the first and the last record.
    pub event_range: Option<(Timestamp, Timestamp)>,
    /// When records came in last.
    pub last_ingest_at: Option<Timestamp>,
}

impl Generation {
    /// The generation of a dataset that has no records yet.
    #[must_use]
    pub const fn empty(dataset: DatasetId) -> Self {
        Self { dataset, generation: 0, seq: 0, rows: 0, segments: 0, event_range: None, last_ingest_at: None }
    }
}

impl Entity for Generation {
    type Id = DatasetId;
    const WHAT: &'static str = "dataset generation";

    fn key(tenant: &TenantId, id: &DatasetId) -> Key {
        keys::generation(tenant, *id)
    }

    fn id(&self) -> DatasetId {
        self.dataset
    }
}

impl Entity for SegmentMeta {
    type Id = (DatasetId, String, u64);
    const WHAT: &'static str = "segment";

    fn key(tenant: &TenantId, (dataset, month, seq): &Self::Id) -> Key {
        keys::segment(tenant, *dataset, month, *seq)
    }

    fn id(&self) -> Self::Id {
        (self.dataset, self.month.clone(), self.seq)
    }
}
