//! Resolving upserts: which rows of the segments are the newest version of their id.
//!
//! The newest version of an id alone decides whether the id counts, whatever segment it lies in: the newer updated
//! time (missing counts as the event time), on a tie the later commit, then the later line. Segments whose ids lie in
//! ranges of their own are never looked at; among the others only ids whose hash comes twice. Ids are compared as
//! texts in the end, so two ids of one hash stay two.

use std::cell::OnceCell;
use std::sync::Arc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use sha2::{Digest as _, Sha256};
use sitrep_domain::snapshot::SegmentMeta;

use crate::bitmap::Bitmap;
use crate::error::QueryError;
use crate::ids::Ids;
use crate::overlap::ClusterId;
use crate::segment::Segment;
use crate::threads::for_each_parallel;
use crate::version::{Version, Versions};

/// A segment that takes part.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) segment: &'a Segment,
    pub(crate) meta: &'a SegmentMeta,
    /// Whether its rows count; otherwise it is only asked for newer versions.
    pub(crate) counts: bool,
}

/// The rows of a source that are the newest version of their id; `None` when all are.
pub(crate) type Live = Option<Arc<Bitmap>>;

/// For each source, its newest versions. Only sources that may share ids with another need be among them.
pub(crate) fn find_live(sources: &[Source<'_>], threads: usize) -> Result<Vec<Live>, QueryError> {
    let cluster = name_cluster(sources);
    let known: Option<Vec<Live>> = sources.iter().map(|s| s.segment.overlaps.live(&cluster)).collect();
    if let Some(known) = known {
        return Ok(known);
    }
    for_each_parallel(sources, threads, |source| {
        source.segment.ids().map(drop).map_err(|e| corrupt(source, e))
    })?;
    let live: Vec<Live> = resolve(sources)?;
    for (source, live) in sources.iter().zip(&live) {
        source.segment.overlaps.keep_live(cluster, live.clone());
    }
    Ok(live)
}

/// What the answer depends on: the files in order, their commits, and which of them count.
fn name_cluster(sources: &[Source<'_>]) -> ClusterId {
    let mut hash = Sha256::new();
    for source in sources {
        hash.update(&source.meta.sha256);
        hash.update(source.meta.seq.to_le_bytes());
        hash.update([u8::from(source.counts)]);
    }
    hash.finalize().into()
}

fn corrupt(source: &Source<'_>, detail: String) -> QueryError {
    QueryError::Corrupt { key: source.meta.key.clone(), detail }
}

fn resolve(sources: &[Source<'_>]) -> Result<Vec<Live>, QueryError> {
    let ids: Vec<&Ids> =
        sources.iter().map(|s| s.segment.ids().map_err(|e| corrupt(s, e))).collect::<Result<_, _>>()?;
    let repeated = Repeated::new(&ids);
    let versions = sources.iter().map(|_| OnceCell::new()).collect();
    let mut newest = Newest { table: HashTable::new(), sources, ids: &ids, versions };
    let mut live: Vec<Option<Bitmap>> = vec![None; sources.len()];
    // Those that count first: the others are only looked up.
    let order = |counts: bool| (0..sources.len()).filter(move |i| sources[*i].counts == counts);
    for source in order(true).chain(order(false)) {
        for (row, hash) in ids[source].hashes().iter().enumerate() {
            if !repeated.holds(*hash) {
                continue;
            }
            if let Some((outdated, row)) = newest.add(source, row)? {
                let rows = sources[outdated].segment.rows();
                live[outdated].get_or_insert_with(|| Bitmap::ones(rows)).clear(row);
            }
        }
    }
    Ok(live.into_iter().map(|rows| rows.map(Arc::new)).collect())
}

/// Hashes that come more than once, perhaps: two bits for each of a number of cells.
struct Repeated {
    twice: Vec<u64>,
    shift: u32,
}

impl Repeated {
    fn new(ids: &[&Ids]) -> Self {
        let rows: usize = ids.iter().map(|ids| ids.hashes().len()).sum();
        // About sixteen cells for each id: one id in sixteen shares its cell with another.
        let bits = (rows.max(64) * 16).next_power_of_two();
        let mut found = Self { twice: vec![0; bits / 64], shift: 64 - bits.trailing_zeros() };
        let mut once = vec![0_u64; bits / 64];
        for hash in ids.iter().flat_map(|ids| ids.hashes()) {
            let (word, bit) = found.cell(*hash);
            found.twice[word] |= once[word] & bit;
            once[word] |= bit;
        }
        found
    }

    fn holds(&self, hash: u64) -> bool {
        let (word, bit) = self.cell(hash);
        self.twice[word] & bit != 0
    }

    fn cell(&self, hash: u64) -> (usize, u64) {
        let cell = hash >> self.shift;
        (usize::try_from(cell / 64).expect("a cell of memory"), 1 << (cell % 64))
    }
}

/// The newest version of each id so far.
struct Newest<'a> {
    /// Source and row of each.
    table: HashTable<(u32, u32)>,
    sources: &'a [Source<'a>],
    ids: &'a [&'a Ids],
    /// By source, read when two rows of one id meet.
    versions: Vec<OnceCell<Versions<'a>>>,
}

impl Newest<'_> {
    /// Enters a row; gives the source and row that is outdated by it, or by which it is. One that does not count is
    /// only compared with what is there.
    fn add(&mut self, source: usize, row: usize) -> Result<Option<(usize, usize)>, QueryError> {
        let ids = self.ids;
        let (hash, id) = (ids[source].hashes()[row], ids[source].get(row));
        let hash_at = |at: &(u32, u32)| ids[at.0 as usize].hashes()[at.1 as usize];
        let same = |at: &(u32, u32)| hash_at(at) == hash && ids[at.0 as usize].get(at.1 as usize) == id;
        let (known, known_row) = match self.table.entry(hash, same, hash_at) {
            Entry::Vacant(vacant) => {
                if self.sources[source].counts {
                    vacant.insert((to_u32(source), to_u32(row)));
                }
                return Ok(None);
            }
            Entry::Occupied(newest) => (newest.get().0 as usize, newest.get().1 as usize),
        };
        // Equal in everything: the later source wins, so that the answer is one.
        if (self.version(source, row)?, source) <= (self.version(known, known_row)?, known) {
            return Ok(Some((source, row)));
        }
        if let Some(newest) = self.table.find_mut(hash, same) {
            *newest = (to_u32(source), to_u32(row));
        }
        Ok(Some((known, known_row)))
    }

    fn version(&self, source: usize, row: usize) -> Result<Version, QueryError> {
        let (cell, from) = (&self.versions[source], &self.sources[source]);
        if let Some(versions) = cell.get() {
            return Ok(versions.version(row));
        }
        let versions = Versions::new(from.segment, from.meta).map_err(|e| corrupt(from, e))?;
        Ok(cell.get_or_init(|| versions).version(row))
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a snapshot has fewer than 2^32 segments of fewer than 2^32 rows")
}
