//! Scans: all queries of a report in one pass over a snapshot's segments.
//!
//! A scan asks for segments in two rounds: first those whose time ranges can matter for some population, then the
//! others that may hold a newer version of an id found there. The result depends on the snapshot and the queries
//! alone, not on the order of provision, the number of threads or what was decoded before.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sitrep_domain::query::Query;
use sitrep_domain::result::QueryResult;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};

use crate::bitmap::Bitmap;
use crate::error::QueryError;
use crate::id_filter::IdFilter;
use crate::pass::{Part, run_segment};
use crate::plan::Plan;
use crate::resolve::{Source, find_live, find_overlap};
use crate::segment::Segment;
use crate::total::QueryTotal;

/// What a scan gives.
#[derive(Clone, Debug)]
pub struct ScanOutput {
    /// One result per query, in the order given.
    pub results: Vec<QueryResult>,
    /// Records of the segments that were read.
    pub rows_read: u64,
    /// Indexes into the snapshot's segments that were read, ascending.
    pub segments_read: Vec<usize>,
}

/// Queries under way: tells which segments it needs, takes them, runs.
pub struct Scan {
    snapshot: Snapshot,
    plan: Plan,
    inputs: Vec<Input>,
}

/// What is known of one segment of the snapshot.
struct Input {
    ids: IdFilter,
    need: Need,
    segment: Option<Arc<Segment>>,
}

/// A segment with the rows of it that count.
pub(crate) struct Admitted {
    pub(crate) segment: Arc<Segment>,
    pub(crate) meta: SegmentMeta,
    pub(crate) rows: Bitmap,
}

/// Why a segment is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Its records may count.
    Counts,
    /// It may hold newer versions of ids that count.
    Versions,
    /// Not at all, as far as is known.
    Nothing,
}

impl Scan {
    /// Plans queries over a snapshot. Each must have passed [`Query::check`] and be about the snapshot's dataset.
    ///
    /// # Errors
    ///
    /// [`QueryError::Internal`] when a query is about another dataset or cannot pass its check;
    /// [`QueryError::Corrupt`] when a segment's id filter is unreadable.
    pub fn new(snapshot: &Snapshot, queries: &[Query]) -> Result<Self, QueryError> {
        if let Some(other) = queries.iter().find(|q| q.dataset != snapshot.dataset) {
            let detail = format!("a query about {} over a snapshot of {}", other.dataset, snapshot.dataset);
            return Err(QueryError::Internal { detail });
        }
        let plan = Plan::new(queries)?;
        let inputs =
            snapshot.segments.iter().map(|meta| Input::new(meta, &plan)).collect::<Result<_, _>>()?;
        Ok(Self { snapshot: snapshot.clone(), plan, inputs })
    }

    /// Indexes into `snapshot.segments` that must be provided next; empty when the scan is ready to run.
    ///
    /// Providing these may make others wanted (those that may hold newer versions), so ask again until it is empty.
    #[must_use]
    pub fn wanted(&self) -> Vec<usize> {
        let missing = |i: &usize| self.inputs[*i].need != Need::Nothing && self.inputs[*i].segment.is_none();
        (0..self.inputs.len()).filter(missing).collect()
    }

    /// Takes a wanted segment. One that is not wanted is let go.
    ///
    /// # Errors
    ///
    /// [`QueryError::Corrupt`] when it is not the file that the snapshot names or cannot be decoded;
    /// [`QueryError::WrongTenant`]; [`QueryError::Internal`] for an index that the snapshot does not have.
    pub fn provide(&mut self, index: usize, segment: Arc<Segment>) -> Result<(), QueryError> {
        let Some(meta) = self.snapshot.segments.get(index) else {
            return Err(QueryError::Internal { detail: format!("the snapshot has no segment {index}") });
        };
        if segment.tenant() != &self.snapshot.tenant {
            return Err(QueryError::WrongTenant { key: meta.key.clone() });
        }
        if segment.sha256() != meta.sha256 || segment.dataset().id != self.snapshot.dataset {
            let detail = "another file was provided for it".to_owned();
            return Err(QueryError::Corrupt { key: meta.key.clone(), detail });
        }
        let input = &mut self.inputs[index];
        if input.need != Need::Nothing {
            let first_round = input.need == Need::Counts && input.segment.is_none();
            input.segment = Some(segment);
            if first_round && self.wanted().is_empty() {
                self.want_versions()?;
            }
        }
        Ok(())
    }

    /// Runs all queries, on as many threads as the machine has cores.
    ///
    /// # Errors
    ///
    /// [`QueryError::Limit`] naming the limit; [`QueryError::Corrupt`] for a segment that cannot be decoded;
    /// [`QueryError::Internal`] while something is still wanted.
    pub fn run(self) -> Result<ScanOutput, QueryError> {
        self.run_on(std::thread::available_parallelism().map_or(1, usize::from))
    }

    /// Runs all queries on `threads` threads; the result does not depend on how many.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub fn run_on(self, threads: usize) -> Result<ScanOutput, QueryError> {
        if !self.wanted().is_empty() {
            return Err(QueryError::Internal {
                detail: "a scan was run before it had its segments".to_owned(),
            });
        }
        let read: Vec<usize> = (0..self.inputs.len()).filter(|i| self.inputs[*i].segment.is_some()).collect();
        let sources: Vec<Source<'_>> = read.iter().filter_map(|i| self.source(*i)).collect();
        let live = find_live(&sources)?;
        let counting: Vec<(Source<'_>, &Bitmap)> =
            sources.iter().copied().zip(&live).filter(|(source, _)| source.counts).collect();
        let parts = run_parts(&self.plan, &counting, threads);
        let mut totals: Vec<QueryTotal<'_>> = self.plan.queries.iter().map(QueryTotal::new).collect();
        for part in parts {
            for (total, part) in totals.iter_mut().zip(part?) {
                total.merge(part)?;
            }
        }
        Ok(ScanOutput {
            results: totals.into_iter().map(QueryTotal::finish).collect(),
            rows_read: sources.iter().map(|s| s.segment.rows() as u64).sum(),
            segments_read: read,
        })
    }

    /// For each segment that counts, the newest versions that the plan's first mask admits.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub(crate) fn admit(&self) -> Result<Vec<Admitted>, QueryError> {
        if !self.wanted().is_empty() {
            return Err(QueryError::Internal {
                detail: "rows were asked for before their segments were there".to_owned(),
            });
        }
        let indexes: Vec<usize> =
            (0..self.inputs.len()).filter(|i| self.inputs[*i].segment.is_some()).collect();
        let sources: Vec<Source<'_>> = indexes.iter().filter_map(|i| self.source(*i)).collect();
        let live = find_live(&sources)?;
        let mut admitted = Vec::new();
        for ((source, live), index) in sources.iter().zip(live).zip(indexes) {
            let Some(segment) = self.inputs[index].segment.clone().filter(|_| source.counts) else {
                continue;
            };
            let corrupt = |detail| QueryError::Corrupt { key: source.meta.key.clone(), detail };
            let rows = self.plan.admit(&segment, source.meta, live).map_err(corrupt)?;
            admitted.push(Admitted { segment, meta: source.meta.clone(), rows });
        }
        Ok(admitted)
    }

    fn source(&self, index: usize) -> Option<Source<'_>> {
        let input = &self.inputs[index];
        Some(Source {
            segment: input.segment.as_deref()?,
            meta: &self.snapshot.segments[index],
            ids: &input.ids,
            counts: input.need == Need::Counts,
        })
    }

    /// Wants the segments that may hold newer versions of ids in the segments that count.
    fn want_versions(&mut self) -> Result<(), QueryError> {
        for other in 0..self.inputs.len() {
            if self.inputs[other].need == Need::Nothing && self.may_share_ids(other)? {
                self.inputs[other].need = Need::Versions;
            }
        }
        Ok(())
    }

    fn may_share_ids(&self, other: usize) -> Result<bool, QueryError> {
        for source in (0..self.inputs.len()).filter_map(|i| self.source(i)).filter(|s| s.counts) {
            let (meta, ids) = (&self.snapshot.segments[other], &self.inputs[other].ids);
            let overlap = find_overlap(source.segment, source.ids, meta, ids);
            let corrupt = |detail| QueryError::Corrupt { key: source.meta.key.clone(), detail };
            if overlap.map_err(corrupt)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Input {
    fn new(meta: &SegmentMeta, plan: &Plan) -> Result<Self, QueryError> {
        let unreadable = || QueryError::Corrupt {
            key: meta.key.clone(),
            detail: "its id filter is unreadable".to_owned(),
        };
        let counts = plan.spans.iter().any(|span| span.may_match(meta));
        let need = if counts { Need::Counts } else { Need::Nothing };
        Ok(Self { ids: IdFilter::parse(&meta.id_filter).ok_or_else(unreadable)?, need, segment: None })
    }
}

/// Runs the segments on several threads; the parts come in the order of the segments.
fn run_parts(
    plan: &Plan,
    counting: &[(Source<'_>, &Bitmap)],
    threads: usize,
) -> Vec<Result<Vec<Part>, QueryError>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some((source, live)) = counting.get(index) else { return done };
            done.push((index, run_segment(plan, source.segment, source.meta, live)));
        }
    };
    let mut parts = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads.min(counting.len())).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for helper in helpers {
            parts.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        parts
    });
    parts.sort_unstable_by_key(|(index, _)| *index);
    parts.into_iter().map(|(_, part)| part).collect()
}
