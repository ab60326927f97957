//! Things kept in the memory of a warm function, as many as fit, by a key that says exactly what they are.
//!
//! Whatever a value rests on is in its key, so an entry is never out of date; it is only forgotten.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A bounded cache, least recently used first out.
pub struct BoundedCache<V> {
    limit_bytes: usize,
    inner: Mutex<Inner<V>>,
}

struct Inner<V> {
    tick: u64,
    bytes: usize,
    entries: HashMap<String, Entry<V>>,
}

struct Entry<V> {
    used: u64,
    bytes: usize,
    value: V,
}

impl<V: Clone> BoundedCache<V> {
    /// What an entry costs besides its value, in bytes.
    const OVERHEAD: usize = 256;

    /// A cache that keeps at most so many bytes.
    #[must_use]
    pub fn new(limit_bytes: usize) -> Self {
        let inner = Inner { tick: 0, bytes: 0, entries: HashMap::new() };
        Self { limit_bytes, inner: Mutex::new(inner) }
    }

    /// The value of that key, if it is there.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<V> {
        let mut inner = self.lock();
        inner.tick += 1;
        let tick = inner.tick;
        inner.entries.get_mut(key).map(|entry| {
            entry.used = tick;
            entry.value.clone()
        })
    }

    /// Keeps a value of about so many bytes, and lets go of those used least lately. One that alone is over the limit is
    /// not kept.
    pub fn keep(&self, key: String, value: V, bytes: usize) {
        let bytes = bytes + key.len() + Self::OVERHEAD;
        if bytes > self.limit_bytes {
            return;
        }
        let mut inner = self.lock();
        inner.tick += 1;
        let entry = Entry { used: inner.tick, bytes, value };
        inner.bytes += bytes;
        if let Some(before) = inner.entries.insert(key, entry) {
            inner.bytes -= before.bytes;
        }
        while inner.bytes > self.limit_bytes {
            let oldest = inner.entries.iter().min_by_key(|(_, entry)| entry.used).map(|(key, _)| key.clone());
            let Some(gone) = oldest.and_then(|key| inner.entries.remove(&key)) else { break };
            inner.bytes -= gone.bytes;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<V>> {
        // Sums and entries change together, so a panic elsewhere leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_go_first_and_the_limit_holds() {
        let entry = BoundedCache::<u8>::OVERHEAD + 1 + 100;
        let cache = BoundedCache::new(3 * entry);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            cache.keep(key.to_owned(), value, 100);
        }
        assert_eq!(cache.find("a"), Some(1));
        cache.keep("d".to_owned(), 4, 100);
        let found = ["a", "b", "c", "d"].map(|key| cache.find(key));
        assert_eq!(found, [Some(1), None, Some(3), Some(4)]);
        cache.keep("d".to_owned(), 5, 100);
        assert_eq!(
            (cache.find("a"), cache.find("d")),
            (Some(1), Some(5)),
            "a value takes the place of another"
        );
        cache.keep("e".to_owned(), 6, 3 * entry);
        assert_eq!((cache.find("e"), cache.find("a")), (None, Some(1)), "too large to be kept");
    }
}
