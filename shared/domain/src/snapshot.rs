//! Segments and snapshots: which immutable files a run reads.
//!
//! A snapshot at generation g is the list of segments with `gen_from ≤ g < gen_to`. It is stored in the manifest, so
//! that the same run can be repeated byte for byte. Segments are never changed; upserts are new segments.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::dataset::DatasetId;
use crate::ids::TenantId;

/// What is known of a segment without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentMeta {
    /// The dataset.
    pub dataset: DatasetId,
    /// Calendar month (UTC) of the event times, `yyyymm`; `000000` for records without one.
    pub month: String,
    /// Order of commit within the dataset, 1 and up: later wins a tie between versions.
    pub seq: u64,
    /// Object key.
    pub key: String,
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Records in it.
    pub rows: u64,
    /// First and last event time, if any record has one.
    pub event_range: Option<(Timestamp, Timestamp)>,
    /// First and last resolved time, if any record has one.
    pub resolved_range: Option<(Timestamp, Timestamp)>,
    /// Whether any record has no resolved time.
    pub has_unresolved: bool,
    /// Bloom filter of the ids, base64; a lookup may say "perhaps" wrongly, never "no".
    pub id_filter: String,
    /// First generation that reads it.
    pub gen_from: u64,
    /// First generation that no longer reads it.
    pub gen_to: Option<u64>,
    /// Whether it was made of other segments: nothing in it is new, and its rows say themselves which commit they are of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub compacted: bool,
}

impl SegmentMeta {
    /// Whether a reader of that generation reads it.
    #[must_use]
    pub fn is_read_at(&self, generation: u64) -> bool {
        self.gen_from <= generation && self.gen_to.is_none_or(|end| generation < end)
    }
}

/// The exact list of segments that a run read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Whose segments they are; checked against each file's footer as it is opened.
    pub tenant: TenantId,
    /// The dataset.
    pub dataset: DatasetId,
    /// The generation.
    pub generation: u64,
    /// Every segment alive at that generation, by `seq` ascending, then month.
    pub segments: Vec<SegmentMeta>,
}
