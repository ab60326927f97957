//! Resolving upserts: which rows of the segments are the newest version of their id.
//!
//! The newest version of an id alone decides whether the id counts, whatever segment it lies in: the newer updated
//! time (missing counts as the event time), on a tie the later commit, then the later line. Rows whose id is in no
//! other segment, by the id filters, are never looked at. Ids are compared as texts in the end, so two ids of one
//! hash stay two.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use sitrep_domain::snapshot::SegmentMeta;

use crate::bitmap::Bitmap;
use crate::error::QueryError;
use crate::id_filter::IdFilter;
use crate::segment::Segment;
use crate::version::Versions;

/// A segment that takes part.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) segment: &'a Segment,
    pub(crate) meta: &'a SegmentMeta,
    pub(crate) ids: &'a IdFilter,
    /// Whether its rows count; otherwise it is only asked for newer versions.
    pub(crate) counts: bool,
}

/// The rows of a segment whose id may be in another one; `None` when none can.
pub(crate) fn find_overlap(
    segment: &Segment,
    ids: &IdFilter,
    other: &SegmentMeta,
    other_ids: &IdFilter,
) -> Result<Option<std::sync::Arc<Bitmap>>, String> {
    if !ids.range_overlaps(other_ids) {
        return Ok(None);
    }
    match segment.overlaps.known(&other.sha256) {
        Some(known) => Ok(known),
        None => Ok(segment.overlaps.find(segment.id_hashes()?, &other.sha256, other_ids)),
    }
}

/// For each source, the rows that are the newest version of their id. Sources that do not count keep all.
pub(crate) fn find_live(sources: &[Source<'_>]) -> Result<Vec<Bitmap>, QueryError> {
    let mut live: Vec<Bitmap> = sources.iter().map(|s| Bitmap::ones(s.segment.rows())).collect();
    let mut newest = Newest { sources, table: HashTable::new(), columns: Vec::new() };
    let mut suspects = Vec::with_capacity(sources.len());
    for (i, source) in sources.iter().enumerate() {
        suspects.push(suspects_of(sources, i).map_err(|e| corrupt(source, e))?);
    }
    if suspects.iter().all(Option::is_none) {
        return Ok(live);
    }
    for (source, suspects) in sources.iter().zip(&suspects) {
        let columns = suspects.as_ref().map(|_| Versions::new(source.segment, source.meta)).transpose();
        newest.columns.push(columns.map_err(|e| corrupt(source, e))?);
    }
    // Those that count first: the others are only looked up.
    let order = |counts: bool| (0..sources.len()).filter(move |i| sources[*i].counts == counts);
    for i in order(true).chain(order(false)) {
        if let Some(rows) = &suspects[i] {
            newest.add_rows(i, rows, &mut live);
        }
    }
    Ok(live)
}

fn corrupt(source: &Source<'_>, detail: String) -> QueryError {
    QueryError::Corrupt { key: source.meta.key.clone(), detail }
}

/// The rows of a source whose id may be in another source that matters for it.
fn suspects_of(sources: &[Source<'_>], index: usize) -> Result<Option<Bitmap>, String> {
    let source = &sources[index];
    let mut suspects: Option<Bitmap> = None;
    for (j, other) in sources.iter().enumerate() {
        if j == index || !(source.counts || other.counts) {
            continue;
        }
        if let Some(rows) = find_overlap(source.segment, source.ids, other.meta, other.ids)? {
            suspects.get_or_insert_with(|| Bitmap::zeros(source.segment.rows())).or(&rows);
        }
    }
    Ok(suspects)
}

/// The newest version of each id so far.
struct Newest<'a> {
    sources: &'a [Source<'a>],
    table: HashTable<(u32, u32)>,
    columns: Vec<Option<Versions<'a>>>,
}

impl Newest<'_> {
    fn add_rows(&mut self, source: usize, rows: &Bitmap, live: &mut [Bitmap]) {
        let (sources, columns) = (self.sources, &self.columns);
        let versions =
            |of: u32| columns[of as usize].as_ref().expect("only sources with suspects are entered");
        let ours = versions(to_u32(source));
        rows.for_each(|row| {
            let (hash, id) = (ours.hash(row), ours.id(row));
            let same = |(s, r): &(u32, u32)| {
                versions(*s).hash(*r as usize) == hash && versions(*s).id(*r as usize) == id
            };
            let rehash = |(s, r): &(u32, u32)| versions(*s).hash(*r as usize);
            match self.table.entry(hash, same, rehash) {
                Entry::Vacant(vacant) if sources[source].counts => {
                    vacant.insert((to_u32(source), to_u32(row)));
                }
                Entry::Vacant(_) => {}
                Entry::Occupied(mut newest) => {
                    let (s, r) = *newest.get();
                    // Equal in everything: the later source wins, so that the answer is one.
                    let old = (versions(s).version(r as usize), s);
                    if (ours.version(row), to_u32(source)) > old {
                        live[s as usize].clear(r as usize);
                        *newest.get_mut() = (to_u32(source), to_u32(row));
                    } else {
                        live[source].clear(row);
                    }
                }
            }
        });
    }
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).expect("a snapshot has fewer than 2^32 segments of fewer than 2^32 rows")
}
