//! The newest snapshot of a dataset: its generation, and the segments that are read at it.
//!
//! The generation is read consistently each time. A warm function remembers the list of segments of the generations it
//! has seen lately, by everything that the dataset's row says of them, so that an unchanged dataset is not listed again.

use std::sync::Arc;

use sitrep_aws::entities::Generation;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::store::ListOf;
use sitrep_domain::canonical::hash_of;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};

use crate::bounded_cache::BoundedCache;
use crate::services::Services;

/// Snapshots read lately.
pub type SnapshotCache = BoundedCache<Arc<ReadSnapshot>>;

/// How much of snapshots a function keeps, in bytes.
pub const SNAPSHOT_CACHE_BYTES: usize = 32 << 20;

/// A snapshot, and what tells it from every other one.
#[derive(Debug)]
pub struct ReadSnapshot {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// SHA-256 of tenant, dataset, generation and the hashes of the segments.
    pub identity: String,
}

/// The newest snapshot of a dataset.
///
/// # Errors
///
/// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
pub async fn read_snapshot(
    services: &Services,
    scope: &TenantScope,
    dataset: DatasetId,
) -> Result<Arc<ReadSnapshot>, StoreError> {
    // The generation first: segments of a later commit are then left out, and none of this one can be missing, because
    // rows that compaction took out stay for a while.
    let generation = services.store.find::<Generation>(scope, &dataset).await?;
    let generation = generation.map_or_else(|| Generation::empty(dataset), |stored| stored.value);
    let cache_key = cache_key(scope, &generation);
    if let Some(known) = services.snapshots.find(&cache_key) {
        return Ok(known);
    }
    let rows = list_segments(services, scope, dataset).await?;
    let segments = rows.into_iter().map(|row| row.value).filter(|s| s.is_read_at(generation.generation));
    let mut segments: Vec<SegmentMeta> = segments.collect();
    segments.sort_by(|a, b| (a.seq, &a.month).cmp(&(b.seq, &b.month)));
    let read = identify(Snapshot {
        tenant: scope.tenant().clone(),
        dataset,
        generation: generation.generation,
        segments,
    });
    let read = Arc::new(read);
    services.snapshots.keep(cache_key, Arc::clone(&read), memory_bytes(&read.snapshot));
    Ok(read)
}

/// The rows of all segments, those included that compaction took out lately.
///
/// # Errors
///
/// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
pub async fn list_segments(
    services: &Services,
    scope: &TenantScope,
    dataset: DatasetId,
) -> Result<Vec<Stored<SegmentMeta>>, StoreError> {
    let list = ListOf::prefix(keys::segments(scope.tenant(), dataset));
    services.store.list_all(scope, &list).await
}

/// Everything that the row says of the segments: a dataset that was erased and begun anew differs in it too.
fn cache_key(scope: &TenantScope, generation: &Generation) -> String {
    let Generation { dataset, generation, seq, rows, segments, last_ingest_at, .. } = generation;
    let since = last_ingest_at.map_or_else(String::new, |at| at.to_string());
    format!("{}/{dataset}/{generation}/{seq}/{rows}/{segments}/{since}", scope.tenant())
}

fn identify(snapshot: Snapshot) -> ReadSnapshot {
    let hashes: Vec<(u64, &str)> = snapshot.segments.iter().map(|s| (s.seq, s.sha256.as_str())).collect();
    let identity = hash_of(&(&snapshot.tenant, snapshot.dataset, snapshot.generation, hashes));
    ReadSnapshot { snapshot: Arc::new(snapshot), identity }
}

fn memory_bytes(snapshot: &Snapshot) -> usize {
    let of = |s: &SegmentMeta| {
        size_of::<SegmentMeta>() + s.id_filter.len() + s.key.len() + s.sha256.len() + s.month.len()
    };
    snapshot.segments.iter().map(of).sum()
}
