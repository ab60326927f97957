//! Overlaps: what is known of a segment's ids and those of others, remembered.
//!
//! Segments never change, so neither do these answers. Whether ids may be in another segment comes from the other's
//! id filter: "no" is certain, "yes" may be wrong. Which rows are the newest versions among a set of segments is exact.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;

use crate::bitmap::Bitmap;
use crate::id_filter::IdFilter;

/// Most bytes kept per segment; past it everything is forgotten and found again when needed.
const MAX_KEPT_BYTES: usize = 4 * 1024 * 1024;

/// Names a set of segments that upserts were resolved among.
pub(crate) type ClusterId = [u8; 32];

/// What is known of one segment.
#[derive(Default)]
pub(crate) struct OverlapCache {
    kept: Mutex<Kept>,
    bytes: AtomicUsize,
}

#[derive(Default)]
struct Kept {
    /// Whether it may share ids with the segment of that SHA-256.
    shares: HashMap<String, bool>,
    /// Its newest versions among those segments; `None` when all are.
    live: HashMap<ClusterId, Option<Arc<Bitmap>>>,
}

impl OverlapCache {
    /// Whether some id (by hash) may be in the segment of that filter.
    pub(crate) fn may_share<'h>(
        &self,
        sha256: &str,
        filter: &IdFilter,
        hashes: impl FnOnce() -> Result<&'h [u64], String>,
    ) -> Result<bool, String> {
        if let Some(known) = self.lock().shares.get(sha256) {
            return Ok(*known);
        }
        let shares = hashes()?.iter().any(|hash| filter.may_hold(*hash));
        self.keep(128, |kept| {
            kept.shares.insert(sha256.to_owned(), shares);
        });
        Ok(shares)
    }

    /// The newest versions among a set of segments, if they are known.
    pub(crate) fn live(&self, cluster: &ClusterId) -> Option<Option<Arc<Bitmap>>> {
        self.lock().live.get(cluster).cloned()
    }

    /// Remembers the newest versions among a set of segments.
    pub(crate) fn keep_live(&self, cluster: ClusterId, live: Option<Arc<Bitmap>>) {
        let cost = 96 + live.as_ref().map_or(0, |rows| rows.memory_bytes());
        self.keep(cost, |kept| {
            kept.live.insert(cluster, live);
        });
    }

    /// Memory it holds, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn keep(&self, cost: usize, insert: impl FnOnce(&mut Kept)) {
        let mut kept = self.lock();
        if self.bytes.fetch_add(cost, Ordering::Relaxed) + cost > MAX_KEPT_BYTES {
            *kept = Kept::default();
            self.bytes.store(cost, Ordering::Relaxed);
        }
        insert(&mut kept);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        // What is kept is whole after each insert, so a panic elsewhere leaves nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
