//! Segments read lately, by the hash of their file. Segments never change, so neither does an entry.
//!
//! An entry is found only by a hash that the scope's own snapshot names, and each segment was opened for one tenant:
//! the cache gives nobody what their snapshot does not hold.

use std::collections::{BTreeMap, HashMap};
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
    entries: HashMap<Arc<str>, Entry>,
    /// Keys by when they were used last.
    by_use: BTreeMap<u64, Arc<str>>,
}

struct Entry {
    used: u64,
    /// What it was counted with; it grows as queries need more of its columns.
    bytes: usize,
    segment: Arc<Segment>,
}

impl SegmentCache {
    /// How much a function keeps, in bytes: some million records with the columns of the usual questions.
    pub const DEFAULT_BYTES: usize = 192 << 20;

    /// A cache that keeps at most so many bytes.
    #[must_use]
    pub fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes, inner: Mutex::default() }
    }

    /// The segment of that key, if it is there. `key` names tenant and hash.
    #[must_use]
    pub fn find(&self, key: &str) -> Option<Arc<Segment>> {
        let mut inner = self.inner.lock().expect("nobody panics while holding it");
        let segment = inner.touch(key)?;
        inner.shrink(self.limit_bytes);
        Some(segment)
    }

    /// Keeps a segment, and lets go of those used least lately.
    pub fn keep(&self, key: &str, segment: &Arc<Segment>) {
        let mut inner = self.inner.lock().expect("nobody panics while holding it");
        inner.enter(key, segment);
        inner.shrink(self.limit_bytes);
    }
}

impl Inner {
    /// Makes a segment the one used last, counted with what it holds now. No key is copied: a question about
    /// thousands of small segments touches each.
    fn touch(&mut self, key: &str) -> Option<Arc<Segment>> {
        let entry = self.entries.get_mut(key)?;
        let name = self.by_use.remove(&entry.used)?;
        self.tick += 1;
        let bytes = entry.segment.memory_bytes();
        self.bytes = self.bytes - entry.bytes + bytes;
        (entry.used, entry.bytes) = (self.tick, bytes);
        self.by_use.insert(self.tick, name);
        Some(Arc::clone(&entry.segment))
    }

    /// Enters a segment as the one used last, counted with what it holds now.
    fn enter(&mut self, key: &str, segment: &Arc<Segment>) {
        self.remove(key);
        self.tick += 1;
        let entry = Entry { used: self.tick, bytes: segment.memory_bytes(), segment: Arc::clone(segment) };
        self.bytes += entry.bytes;
        let name: Arc<str> = key.into();
        self.by_use.insert(entry.used, Arc::clone(&name));
        self.entries.insert(name, entry);
    }

    fn remove(&mut self, key: &str) {
        if let Some(gone) = self.entries.remove(key) {
            self.bytes -= gone.bytes;
            self.by_use.remove(&gone.used);
        }
    }

    fn shrink(&mut self, limit_bytes: usize) {
        while self.bytes > limit_bytes && self.entries.len() > 1 {
            let Some((_, oldest)) = self.by_use.pop_first() else { break };
            self.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::dataset::DatasetId;
    use sitrep_domain::ids::TenantId;
    use sitrep_domain::mappings::find_mapping;
    use sitrep_domain::measure::Measure;
    use sitrep_domain::query::Query;
    use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
    use sitrep_query::{BodyFormat, Scan, ingest};

    fn segment(id: &str) -> (SegmentMeta, Arc<Segment>) {
        let (tenant, mapping) =
            (TenantId::new("acme").unwrap(), find_mapping(DatasetId::Incidents, "native").unwrap());
        let body = format!(r#"[{{"id": "{id}", "created_at": "2026-01-01", "severity": "high"}}]"#);
        let new =
            ingest(body.as_bytes(), BodyFormat::Json, false, &mapping, &tenant).unwrap().segments.remove(0);
        let file = new.bytes.clone();
        let meta = new.into_meta(id.to_owned(), 1, 1);
        let segment = Arc::new(Segment::open(file, &meta, &tenant).unwrap());
        (meta, segment)
    }

    /// A question that makes the segment decode a column.
    fn ask(meta: &SegmentMeta, segment: &Arc<Segment>) {
        let query =
            Query::new(DatasetId::Incidents, None).by_field("severity").measure("n", Measure::count());
        let snapshot = Arc::new(Snapshot {
            tenant: segment.tenant().clone(),
            dataset: DatasetId::Incidents,
            generation: 1,
            segments: vec![meta.clone()],
        });
        let mut scan = Scan::new(&snapshot, &[query]).unwrap();
        scan.provide(0, Arc::clone(segment)).unwrap();
        drop(scan.run().unwrap());
    }

    #[test]
    fn what_was_used_least_lately_goes_first_and_growth_counts() {
        let (meta, a) = segment("a");
        let (b, c) = (segment("b").1, segment("c").1);
        let cache = SegmentCache::new(a.memory_bytes() * 2 + 8);
        cache.keep("a", &a);
        cache.keep("b", &b);
        assert!(cache.find("a").is_some());
        cache.keep("c", &c);
        let found = ["a", "b", "c"].map(|key| cache.find(key).is_some());
        assert_eq!(found, [true, false, true], "the one used least lately went");
        ask(&meta, &a);
        assert!(cache.find("a").is_some());
        assert!(cache.find("c").is_none(), "what was decoded since takes room too");
    }
}
