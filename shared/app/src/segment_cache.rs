//! Segments read lately, by the hash of their file. Segments never change, so neither does an entry.
//!
//! An entry is found only by a hash that the scope's own snapshot names, and each segment was opened for one tenant:
//! the cache gives nobody what their snapshot does not hold.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use sitrep_query::Segment;

/// A bounded cache, least recently used first out.
pub struct SegmentCache {
    limit_bytes: usize,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    tick: u64,
    bytes: usize,
    entries: HashMap<String, (u64, Arc<Segment>)>,
}

impl SegmentCache {
    /// How much a function keeps, in bytes.
    pub const DEFAULT_BYTES: usize = 64 << 20;

    /// A cache that keeps at most so many bytes.
    #[must_use]
    pub fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, inner: Mutex::default() }
    }

    /// The segment of that key, if it is there. `key` names tenant and hash.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<Arc<Segment>> {
        let mut inner = self.inner.lock().expect("nobody panics while holding it");
        inner.tick += 1;
        let tick = inner.tick;
        inner.entries.get_mut(key).map(|(used, segment)| {
            *used = tick;
            Arc::clone(segment)
        })
    }

    /// Keeps a segment, and lets go of those used least lately.
    pub fn keep(&self, key: &str, segment: &Arc<Segment>) {
        let mut inner = self.inner.lock().expect("nobody panics while holding it");
        inner.tick += 1;
        let entry = (inner.tick, Arc::clone(segment));
        if inner.entries.insert(key.to_owned(), entry).is_none() {
            inner.bytes += segment.memory_bytes();
        }
        while inner.bytes > self.limit_bytes && inner.entries.len() > 1 {
            let oldest = inner.entries.iter().min_by_key(|(_, (used, _))| *used).map(|(key, _)| key.clone());
            let Some((_, gone)) = oldest.and_then(|key| inner.entries.remove(&key)) else { break };
            inner.bytes = inner.bytes.saturating_sub(gone.memory_bytes());
        }
    }
}
