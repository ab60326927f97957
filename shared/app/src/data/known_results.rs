//! Results of queries that were answered lately, so that the same question on the same records is not computed again.
//!
//! An answer is kept under what it was computed from: the snapshot (tenant, dataset, generation, segments) and the
//! resolved queries (instants of windows, zones, filters, limits). Any commit makes another snapshot, so what is found
//! is never stale; and no two tenants have a snapshot in common.

use std::sync::Arc;

use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::query::Query;
use sitrep_domain::result::{Cell, QueryResult};

use super::read_snapshot::ReadSnapshot;
use crate::bounded_cache::BoundedCache;

/// Results computed lately.
pub type ResultCache = BoundedCache<Arc<KnownResults>>;

/// How much of results a function keeps, in bytes.
pub const RESULT_CACHE_BYTES: usize = 16 << 20;

/// The results of queries over one snapshot.
#[derive(Clone, Debug)]
pub struct KnownResults {
    /// One per query, in the order given.
    pub results: Vec<QueryResult>,
    /// Rows that were read.
    pub rows_read: u64,
}

/// The key of queries over a snapshot. Queries are compared as they are written: two that mean the same and are written
/// differently are computed both.
pub(crate) fn key_of(read: &ReadSnapshot, queries: &[Query]) -> String {
    let written = serde_json::to_vec(queries).expect("queries are JSON");
    format!("{}/{}", read.identity, sha256_hex(&written))
}

/// About how many bytes results take.
pub(crate) fn memory_bytes(results: &[QueryResult]) -> usize {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => text.len(),
        _ => 0,
    };
    let rows = results.iter().flat_map(|result| &result.rows);
    rows.map(|row| {
        let cells = row.keys.iter().chain(row.figures.iter().map(|figure| &figure.value));
        size_of_val(row)
            + cells.map(text).sum::<usize>()
            + size_of_val(row.keys.as_slice())
            + size_of_val(row.figures.as_slice())
    })
    .sum()
}
