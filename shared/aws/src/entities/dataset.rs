//! Rows of datasets: the generation, one row per segment, what compaction took out, and who has read.
//!
//! A segment without a row does not exist. All rows of a dataset lie in one partition, so lists of them are strongly
//! consistent.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::{ReportId, TenantId};
use sitrep_domain::read_span::ReadSpan;
use sitrep_domain::snapshot::SegmentMeta;

use crate::entity::{Entity, Indexes};
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
    /// Completed reports were compared with every commit up to this generation.
    #[serde(default)]
    pub checked: u64,
    /// When the sweep must look at the dataset, if there is anything to do for it.
    #[serde(default)]
    pub due: Option<Timestamp>,
}

impl Generation {
    /// Time after which the sweep wakes a worker for a dataset again.
    pub const WAKE_AFTER: SignedDuration = SignedDuration::from_secs(60);

    /// The generation of a dataset that has no records yet.
    #[must_use]
    pub const fn empty(dataset: DatasetId) -> Self {
        Self {
            dataset,
            generation: 0,
            seq: 0,
            rows: 0,
            segments: 0,
            event_range: None,
            last_ingest_at: None,
            checked: 0,
            due: None,
        }
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

    fn indexes(&self, _tenant: &TenantId) -> Indexes {
        Indexes { due: self.due, ..Indexes::default() }
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

/// What one compaction took out of a dataset. It is kept as long as a report may need the files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retirement {
    /// The dataset.
    pub dataset: DatasetId,
    /// The first generation that no longer reads them.
    pub generation: u64,
    /// When that was.
    pub at: Timestamp,
    /// When it must be looked at next.
    pub next_at: Timestamp,
    /// Whether the rows of the segments are still there, for readers that began before.
    pub has_rows: bool,
    /// The segments whose files are still there.
    pub segments: Vec<RetiredSegment>,
}

/// A segment that is read no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetiredSegment {
    /// Its month, `yyyymm`.
    pub month: String,
    /// Its place in the order of commits.
    pub seq: u64,
    /// Object key.
    pub key: String,
    /// First generation that read it.
    pub gen_from: u64,
}

impl Entity for Retirement {
    type Id = (DatasetId, u64);
    const WHAT: &'static str = "retired segments";

    fn key(tenant: &TenantId, (dataset, generation): &Self::Id) -> Key {
        keys::retirement(tenant, *dataset, *generation)
    }

    fn id(&self) -> Self::Id {
        (self.dataset, self.generation)
    }
}

/// A completed run as a reader of a dataset: what it needs to be made again, and when it becomes stale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    /// The dataset.
    pub dataset: DatasetId,
    /// The run.
    pub run: ReportId,
    /// The generation it read; what that generation reads is kept for it.
    pub generation: u64,
    /// The generation up to which it is known not to be stale.
    pub known_to: u64,
    /// Whether it may have completed after later commits were looked at, so that it must be looked at alone.
    pub is_new: bool,
    /// Whether late data concern it: its template says so, and it is not stale yet.
    pub is_watched: bool,
    /// Which records it read.
    pub spans: Vec<ReadSpan>,
    /// When it completed.
    pub since: Timestamp,
    /// When the run's retention ends.
    pub expires_at: Timestamp,
}

impl Reader {
    /// How long after its retention a run's files stay: a repetition may have been asked for at the last moment, and
    /// may wait a day for its start.
    pub const KEEP_AFTER: SignedDuration = SignedDuration::from_hours(48);

    /// Whether what it read is no longer needed.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.expires_at) >= Self::KEEP_AFTER
    }
}

impl Entity for Reader {
    type Id = (DatasetId, ReportId);
    const WHAT: &'static str = "reader of a dataset";

    fn key(tenant: &TenantId, (dataset, run): &Self::Id) -> Key {
        keys::reader(tenant, *dataset, *run)
    }

    fn id(&self) -> Self::Id {
        (self.dataset, self.run)
    }

    fn indexes(&self, _tenant: &TenantId) -> Indexes {
        let due = self.since.checked_add(Generation::WAKE_AFTER).unwrap_or(Timestamp::MAX);
        Indexes { due: self.is_new.then_some(due), ..Indexes::default() }
    }
}
