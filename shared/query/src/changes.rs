//! Changes: which rows new segments bring and which they replace, and whether queries read any of these.
//!
//! A row is brought when it is the newest version of its id; the version that was the newest before is replaced. A
//! query is touched when its populations and its filter admit a row that was brought or replaced: a figure of its may
//! then differ. What measures filter besides is not looked at, so "touched" may be said of a query whose figures stay.

use std::sync::Arc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use sitrep_domain::query::Query;
use sitrep_domain::read_span::ReadSpan;
use sitrep_domain::snapshot::SegmentMeta;

use crate::bitmap::Bitmap;
use crate::error::QueryError;
use crate::id_filter::IdFilter;
use crate::plan::Plan;
use crate::population::Span;
use crate::predicate::filter_rows;
use crate::segment::Segment;
use crate::version::{Version, Versions};

/// What new segments change.
pub struct Changes {
    /// The new ones, then old ones in which rows are replaced.
    segments: Vec<(SegmentMeta, Arc<Segment>)>,
    /// Filters of the new ones' ids.
    filters: Vec<IdFilter>,
    ids: HashTable<Change>,
}

/// One id of the new segments.
struct Change {
    hash: u64,
    /// Segment and row of the newest version among the new ones.
    new: (Version, usize, usize),
    /// The same among the old ones.
    old: Option<(Version, usize, usize)>,
}

impl Changes {
    /// Takes the segments that are new.
    ///
    /// # Errors
    ///
    /// [`QueryError::Corrupt`] for a segment that cannot be decoded.
    pub fn new(segments: Vec<(SegmentMeta, Arc<Segment>)>) -> Result<Self, QueryError> {
        let mut ids: HashTable<Change> = HashTable::new();
        let filters = segments.iter().map(|(meta, _)| filter_of(meta)).collect::<Result<_, _>>()?;
        for (index, (meta, segment)) in segments.iter().enumerate() {
            let versions = versions_of(segment, meta)?;
            for row in 0..versions.rows() {
                let (hash, new) = (versions.hash(row), (versions.version(row), index, row));
                let same = |known: &Change| {
                    known.hash == hash && id_at(&segments, known.new.1, known.new.2) == Some(versions.id(row))
                };
                match ids.entry(hash, same, |known| known.hash) {
                    Entry::Vacant(vacant) => drop(vacant.insert(Change { hash, new, old: None })),
                    Entry::Occupied(mut known) => known.get_mut().new = known.get().new.max(new),
                }
            }
        }
        Ok(Self { segments, filters, ids })
    }

    /// Whether a segment may hold an older version of an id, by its id filter.
    ///
    /// # Errors
    ///
    /// [`QueryError::Corrupt`] when its id filter is unreadable.
    pub fn may_replace_in(&self, meta: &SegmentMeta) -> Result<bool, QueryError> {
        let filter = filter_of(meta)?;
        let overlaps = self.filters.iter().any(|ours| ours.may_overlap(&filter));
        Ok(overlaps && self.ids.iter().any(|change| filter.may_hold(change.hash)))
    }

    /// Takes a segment that was there before. Those in which nothing is replaced are let go.
    ///
    /// # Errors
    ///
    /// [`QueryError::Corrupt`] for a segment that cannot be decoded.
    pub fn add_old(&mut self, meta: SegmentMeta, segment: Arc<Segment>) -> Result<(), QueryError> {
        let index = self.segments.len();
        let mut is_needed = false;
        {
            let versions = versions_of(&segment, &meta)?;
            let segments = &self.segments;
            for row in 0..versions.rows() {
                let hash = versions.hash(row);
                let same = |known: &Change| {
                    known.hash == hash && id_at(segments, known.new.1, known.new.2) == Some(versions.id(row))
                };
                let Some(known) = self.ids.find_mut(hash, same) else { continue };
                let old = Some((versions.version(row), index, row));
                if old > known.old {
                    known.old = old;
                    is_needed = true;
                }
            }
        }
        if is_needed {
            self.segments.push((meta, segment));
        }
        Ok(())
    }

    /// Whether any of the changed segments may hold a row that these spans admit: what [`Self::touch`] denies otherwise.
    #[must_use]
    pub fn may_touch(&self, spans: &[ReadSpan]) -> bool {
        let spans: Vec<Span> = spans.iter().map(|s| Span::new(s.population, s.window)).collect();
        self.segments.iter().any(|(meta, _)| spans.iter().any(|span| span.may_match(meta)))
    }

    /// Whether any of the queries reads a row that was brought or replaced.
    ///
    /// # Errors
    ///
    /// [`QueryError::Corrupt`] for a segment that cannot be decoded; [`QueryError::Internal`] for a query that cannot
    /// pass its check.
    pub fn touch(&self, queries: &[Query]) -> Result<bool, QueryError> {
        let plan = Plan::new(queries)?;
        for ((meta, segment), rows) in self.segments.iter().zip(self.changed_rows()) {
            let corrupt = |detail| QueryError::Corrupt { key: meta.key.clone(), detail };
            if !rows.is_empty() && reads_any(&plan, segment, meta, &rows).map_err(corrupt)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Of each segment, the rows that were brought or replaced.
    fn changed_rows(&self) -> Vec<Bitmap> {
        let mut rows: Vec<Bitmap> =
            self.segments.iter().map(|(_, segment)| Bitmap::zeros(segment.rows())).collect();
        for Change { new, old, .. } in &self.ids {
            if old.is_some_and(|old| old.0 > new.0) {
                continue; // It came too late to count.
            }
            for (_, segment, row) in std::iter::once(new).chain(old) {
                rows[*segment].set(*row);
            }
        }
        rows
    }
}

fn filter_of(meta: &SegmentMeta) -> Result<IdFilter, QueryError> {
    IdFilter::parse(&meta.id_filter).ok_or_else(|| QueryError::Corrupt {
        key: meta.key.clone(),
        detail: "its id filter is unreadable".to_owned(),
    })
}

fn versions_of<'a>(segment: &'a Segment, meta: &SegmentMeta) -> Result<Versions<'a>, QueryError> {
    Versions::new(segment, meta).map_err(|detail| QueryError::Corrupt { key: meta.key.clone(), detail })
}

fn id_at(segments: &[(SegmentMeta, Arc<Segment>)], segment: usize, row: usize) -> Option<&str> {
    segments[segment].1.ids().ok().map(|ids| ids.get(row))
}

/// Whether the populations and the filter of some query admit any of the rows.
fn reads_any(plan: &Plan, segment: &Segment, meta: &SegmentMeta, rows: &Bitmap) -> Result<bool, String> {
    for mask in plan.queries.iter().flat_map(|query| &query.base) {
        let mask = &plan.masks[*mask];
        let mut read = plan.spans[mask.span].rows(segment, meta)?;
        read.and(rows);
        for filter in &mask.filters {
            if read.is_empty() {
                break;
            }
            read.and(&filter_rows(segment, &plan.filters[*filter])?);
        }
        if !read.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}
