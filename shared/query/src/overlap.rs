//! Overlaps: which rows of one segment may have a version in another, remembered.
//!
//! Segments never change, so the answer for a pair is computed once and kept beside the segment. It comes from the
//! other's id filter: a row left out is certainly not in the other; a row in it may be.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::HashMap;

use crate::bitmap::Bitmap;
use crate::id_filter::IdFilter;

/// Most bytes of bitmaps kept per segment; past it everything is forgotten and found again when needed.
const MAX_KEPT_BYTES: usize = 16 * 1024 * 1024;

/// What is known of one segment's overlaps, by the other's SHA-256.
#[derive(Default)]
pub(crate) struct OverlapCache {
    kept: Mutex<HashMap<String, Option<Arc<Bitmap>>>>,
    bytes: AtomicUsize,
}

impl OverlapCache {
    /// The rows whose id (by hash) may be in the segment of that filter; `None` when none can.
    pub(crate) fn find(&self, hashes: &[u64], sha256: &str, filter: &IdFilter) -> Option<Arc<Bitmap>> {
        if let Some(known) = self.lock().get(sha256) {
            return known.clone();
        }
        let rows = Bitmap::from_fn(hashes.len(), |row| filter.may_hold(hashes[row]));
        let found = (!rows.is_empty()).then(|| Arc::new(rows));
        self.keep(sha256, found.clone());
        found
    }

    /// What is already known of a pair, so that hashes need not be computed.
    pub(crate) fn known(&self, sha256: &str) -> Option<Option<Arc<Bitmap>>> {
        self.lock().get(sha256).cloned()
    }

    /// Memory it holds, in bytes.
    pub(crate) fn memory_bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn keep(&self, sha256: &str, found: Option<Arc<Bitmap>>) {
        let cost = 128 + found.as_ref().map_or(0, |rows| rows.memory_bytes());
        let mut kept = self.lock();
        if self.bytes.fetch_add(cost, Ordering::Relaxed) + cost > MAX_KEPT_BYTES {
            kept.clear();
            self.bytes.store(cost, Ordering::Relaxed);
        }
        kept.insert(sha256.to_owned(), found);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Option<Arc<Bitmap>>>> {
        // What is kept is whole after each insert, so a panic elsewhere leaves nothing half done.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
