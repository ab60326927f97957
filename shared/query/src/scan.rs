//! Scans: all queries of a report in one pass over a snapshot's segments.
//!
//! A scan asks for segments in two rounds: first those whose time ranges can matter for some population, then the
//! others that may hold a newer version of an id found there. The result depends on the snapshot and the queries
//! alone, not on the order of provision, the number of threads or what was decoded before.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use sitrep_domain::query::Query;
use sitrep_domain::result::QueryResult;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};

use crate::bitmap::Bitmap;
use crate::error::QueryError;
use crate::id_filter::{IdFilter, IdRange};
use crate::id_ranges::IdRanges;
use crate::join::{Block, Counted, join_small};
use crate::pass::{BucketCache, add_segment};
use crate::plan::Plan;
use crate::resolve::{Live, Source, find_live};
use crate::segment::Segment;
use crate::threads::{count_cores, share_out};
use crate::total::Totals;

/// Rows of provided segments that are run, and let go, before more come. Bounds the memory of a scan over segments
/// that share no ids.
const ROWS_AT_ONCE: usize = 1 << 20;

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
    snapshot: Arc<Snapshot>,
    plan: Plan,
    /// One per segment of the snapshot, in its order.
    inputs: Vec<Input>,
    ranges: IdRanges,
    /// How many segments of the first round are still to come.
    missing: usize,
    /// Rows that were provided and can be run.
    waiting_rows: usize,
    rows_at_once: usize,
    /// One per thread; none when counting failed, so that nothing half counted becomes a result.
    workers: Result<Vec<Worker>, HasFailed>,
}

/// Counting failed before, and its error was told then.
#[derive(Clone, Copy)]
struct HasFailed;

impl From<HasFailed> for QueryError {
    fn from(_: HasFailed) -> Self {
        Self::Internal { detail: "a scan was used after it had failed".to_owned() }
    }
}

/// What a thread has counted, and what it knows by now.
struct Worker {
    totals: Totals,
    buckets: BucketCache,
}

/// What is known of one segment of the snapshot.
struct Input {
    /// Whether no other segment of the snapshot can hold its ids.
    is_alone: bool,
    need: Need,
    state: Provided,
}

/// How far a segment is.
enum Provided {
    NotYet,
    Waiting(Arc<Segment>),
    /// Its records are in the totals, and it was let go.
    Done,
}

/// A segment with the rows of it that count.
pub(crate) struct Admitted {
    pub(crate) segment: Arc<Segment>,
    /// Object key of the segment.
    pub(crate) key: String,
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
    pub fn new(snapshot: &Arc<Snapshot>, queries: &[Query]) -> Result<Self, QueryError> {
        if let Some(other) = queries.iter().find(|q| q.dataset != snapshot.dataset) {
            let detail = format!("a query about {} over a snapshot of {}", other.dataset, snapshot.dataset);
            return Err(QueryError::Internal { detail });
        }
        let plan = Plan::new(queries)?;
        let ranges = snapshot
            .segments
            .iter()
            .map(|meta| IdRange::parse(&meta.id_filter).ok_or_else(|| unreadable_filter(meta)));
        let ranges = IdRanges::new(ranges.collect::<Result<_, _>>()?);
        let input = |(index, meta)| Input::new(meta, &plan, ranges.is_alone(index));
        let inputs: Vec<Input> = snapshot.segments.iter().enumerate().map(input).collect();
        let missing = inputs.iter().filter(|input| input.need == Need::Counts).count();
        Ok(Self {
            snapshot: Arc::clone(snapshot),
            plan,
            inputs,
            ranges,
            missing,
            waiting_rows: 0,
            rows_at_once: ROWS_AT_ONCE,
            workers: Ok(Vec::new()),
        })
    }

    /// The same, holding on to every segment that is provided, for [`Self::admit`].
    pub(crate) const fn holding(mut self) -> Self {
        self.rows_at_once = usize::MAX;
        self
    }

    /// Indexes into `snapshot.segments` that must be provided next; empty when the scan is ready to run.
    ///
    /// Providing these may make others wanted (those that may hold newer versions), so ask again until it is empty.
    #[must_use]
    pub fn wanted(&self) -> Vec<usize> {
        (0..self.inputs.len()).filter(|i| self.inputs[*i].is_wanted()).collect()
    }

    /// Takes a wanted segment. One that is not wanted is let go. What many segments hold may be counted at once, so
    /// this can take as long as a million rows do.
    ///
    /// # Errors
    ///
    /// [`QueryError::Corrupt`] when it is not the file that the snapshot names or cannot be decoded;
    /// [`QueryError::WrongTenant`]; [`QueryError::Internal`] for an index that the snapshot does not have;
    /// [`QueryError::Limit`] naming the limit.
    pub fn provide(&mut self, index: usize, segment: Arc<Segment>) -> Result<(), QueryError> {
        let (Some(input), Some(meta)) = (self.inputs.get_mut(index), self.snapshot.segments.get(index))
        else {
            return Err(QueryError::Internal { detail: format!("the snapshot has no segment {index}") });
        };
        if segment.tenant() != &self.snapshot.tenant {
            return Err(QueryError::WrongTenant { key: meta.key.clone() });
        }
        if segment.sha256() != meta.sha256 || segment.dataset().id != self.snapshot.dataset {
            let detail = "another file was provided for it".to_owned();
            return Err(QueryError::Corrupt { key: meta.key.clone(), detail });
        }
        if !input.is_wanted() {
            return Ok(());
        }
        if input.is_alone {
            self.waiting_rows += segment.rows();
        }
        input.state = Provided::Waiting(segment);
        if input.need == Need::Counts {
            self.missing -= 1;
            if self.missing == 0
                && let Err(error) = self.want_versions()
            {
                self.workers = Err(HasFailed);
                return Err(error);
            }
        }
        if self.waiting_rows >= self.rows_at_once { self.run_alone(count_cores()) } else { Ok(()) }
    }

    /// Runs all queries, on as many threads as the machine has cores.
    ///
    /// # Errors
    ///
    /// [`QueryError::Limit`] naming the limit; [`QueryError::Corrupt`] for a segment that cannot be decoded;
    /// [`QueryError::Internal`] while something is still wanted.
    pub fn run(self) -> Result<ScanOutput, QueryError> {
        self.run_on(count_cores())
    }

    /// Runs all queries on `threads` threads; the result does not depend on how many.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub fn run_on(mut self, threads: usize) -> Result<ScanOutput, QueryError> {
        if self.inputs.iter().any(Input::is_wanted) {
            return Err(QueryError::Internal {
                detail: "a scan was run before it had its segments".to_owned(),
            });
        }
        self.run_alone(threads)?;
        self.run_sharing(threads)?;
        let read: Vec<usize> = (0..self.inputs.len()).filter(|i| self.inputs[*i].is_read()).collect();
        let mut totals =
            std::mem::replace(&mut self.workers, Err(HasFailed))?.into_iter().map(|worker| worker.totals);
        let mut total = totals.next().unwrap_or_else(|| Totals::new(&self.plan));
        totals.try_for_each(|other| total.absorb(&self.plan, other))?;
        Ok(ScanOutput {
            results: total.finish(&self.plan, threads),
            rows_read: read.iter().map(|i| self.snapshot.segments[*i].rows).sum(),
            segments_read: read,
        })
    }

    /// Runs the segments that wait and share ids with no other, and lets them go.
    fn run_alone(&mut self, threads: usize) -> Result<(), QueryError> {
        let mut workers = std::mem::replace(&mut self.workers, Err(HasFailed))?;
        let alone = (0..self.inputs.len()).filter(|i| self.inputs[*i].is_alone);
        let sources: Vec<(Source<'_>, Live)> = alone.filter_map(|i| Some((self.source(i)?, None))).collect();
        add_all(&mut workers, &self.plan, &sources, threads)?;
        self.workers = Ok(workers);
        for input in self.inputs.iter_mut().filter(|input| input.is_alone && input.is_read()) {
            input.state = Provided::Done;
        }
        self.waiting_rows = 0;
        Ok(())
    }

    /// Runs the segments that may share ids with others.
    fn run_sharing(&mut self, threads: usize) -> Result<(), QueryError> {
        let mut workers = std::mem::replace(&mut self.workers, Err(HasFailed))?;
        let sources: Vec<Source<'_>> = (0..self.inputs.len()).filter_map(|i| self.source(i)).collect();
        let live = find_live(&sources, threads)?;
        let counting: Vec<(Source<'_>, Live)> =
            sources.into_iter().zip(live).filter(|(source, _)| source.counts).collect();
        add_all(&mut workers, &self.plan, &counting, threads)?;
        self.workers = Ok(workers);
        Ok(())
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
        let provided = |i: &usize| self.source(*i).is_some();
        let sharing: Vec<usize> =
            (0..self.inputs.len()).filter(|i| !self.inputs[*i].is_alone).filter(provided).collect();
        let sources: Vec<Source<'_>> = sharing.iter().filter_map(|i| self.source(*i)).collect();
        let mut live: BTreeMap<usize, Live> =
            sharing.into_iter().zip(find_live(&sources, count_cores())?).collect();
        let mut admitted = Vec::new();
        for (index, (input, meta)) in self.inputs.iter().zip(&self.snapshot.segments).enumerate() {
            let (Provided::Waiting(segment), Need::Counts) = (&input.state, input.need) else { continue };
            let key = meta.key.clone();
            let corrupt = |detail| QueryError::Corrupt { key: key.clone(), detail };
            let newest = live.remove(&index).flatten();
            let newest = newest.map_or_else(|| Bitmap::ones(segment.rows()), |live| (*live).clone());
            let rows = self.plan.admit(segment, meta, newest).map_err(corrupt)?;
            admitted.push(Admitted { segment: Arc::clone(segment), key, rows });
        }
        Ok(admitted)
    }

    fn source(&self, index: usize) -> Option<Source<'_>> {
        let input = &self.inputs[index];
        let Provided::Waiting(segment) = &input.state else { return None };
        Some(Source { segment, meta: &self.snapshot.segments[index], counts: input.need == Need::Counts })
    }

    /// Wants the segments that may hold newer versions of ids in the segments that count.
    fn want_versions(&mut self) -> Result<(), QueryError> {
        for other in 0..self.inputs.len() {
            if self.inputs[other].need == Need::Nothing && self.may_hold_newer(other)? {
                self.inputs[other].need = Need::Versions;
            }
        }
        Ok(())
    }

    fn may_hold_newer(&self, other: usize) -> Result<bool, QueryError> {
        let meta = &self.snapshot.segments[other];
        let ids = OnceCell::new();
        for source in self.ranges.overlapping(other).filter_map(|i| self.source(i)).filter(|s| s.counts) {
            let ids = ids.get_or_init(|| IdFilter::parse(&meta.id_filter));
            let ids = ids.as_ref().ok_or_else(|| unreadable_filter(meta))?;
            let shares = source.segment.may_share_ids(&meta.sha256, ids);
            let corrupt = |detail| QueryError::Corrupt { key: source.meta.key.clone(), detail };
            if shares.map_err(corrupt)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Adds segments to what the workers have counted, each on a thread of its own.
fn add_all(
    workers: &mut Vec<Worker>,
    plan: &Plan,
    sources: &[Counted<'_>],
    threads: usize,
) -> Result<(), QueryError> {
    let threads = threads.clamp(1, sources.len().max(1));
    workers.resize_with(workers.len().max(threads), || Worker::new(plan));
    share_out(&join_small(sources), &mut workers[..threads], |worker, block| worker.add(plan, block))
}

impl Worker {
    fn new(plan: &Plan) -> Self {
        Self { totals: Totals::new(plan), buckets: BucketCache::new(plan) }
    }

    fn add(&mut self, plan: &Plan, block: &Block<'_>) -> Result<(), QueryError> {
        let Self { totals, buckets } = self;
        match block {
            Block::One((source, live)) => {
                add_segment(totals, buckets, plan, source.segment, source.meta, live.as_deref())
            }
            Block::Several { parts, segment, meta, live } => {
                let added = add_segment(totals, buckets, plan, segment, meta, live.as_ref());
                added.map_err(|error| find_cause(plan, parts).unwrap_or(error))
            }
        }
    }
}

/// The first error of segments that were counted as one, so that it names the one it is of.
fn find_cause(plan: &Plan, parts: &[&Counted<'_>]) -> Option<QueryError> {
    parts.iter().find_map(|part| Worker::new(plan).add(plan, &Block::One(part)).err())
}

fn unreadable_filter(meta: &SegmentMeta) -> QueryError {
    QueryError::Corrupt { key: meta.key.clone(), detail: "its id filter is unreadable".to_owned() }
}

impl Input {
    fn new(meta: &SegmentMeta, plan: &Plan, is_alone: bool) -> Self {
        let counts = plan.spans.iter().any(|span| span.may_match(meta));
        let need = if counts { Need::Counts } else { Need::Nothing };
        Self { is_alone, need, state: Provided::NotYet }
    }

    fn is_wanted(&self) -> bool {
        self.need != Need::Nothing && matches!(self.state, Provided::NotYet)
    }

    fn is_read(&self) -> bool {
        !matches!(self.state, Provided::NotYet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BodyFormat;
    use crate::ingest::ingest;
    use sitrep_domain::dataset::DatasetId;
    use sitrep_domain::ids::TenantId;
    use sitrep_domain::mappings::find_mapping;
    use sitrep_domain::measure::{Measure, MeasureOp, Value};

    /// Segments of one record each; the last one is a newer version of the one before it.
    fn store() -> (Arc<Snapshot>, Vec<Arc<Segment>>) {
        let (tenant, dataset) = (TenantId::new("acme").unwrap(), DatasetId::Incidents);
        let mapping = find_mapping(dataset, "native").unwrap();
        let (mut metas, mut segments) = (Vec::new(), Vec::new());
        for (seq, id) in (1..).zip(["a", "b", "c", "d", "d"]) {
            let body = format!(r#"[{{"id":"{id}","created_at":"2026-01-0{seq}","user":"u{}"}}]"#, seq % 2);
            let new = ingest(body.as_bytes(), BodyFormat::Json, false, &mapping, &tenant)
                .unwrap()
                .segments
                .remove(0);
            let file = new.bytes.clone();
            let meta = new.into_meta(format!("{seq}"), seq, seq);
            segments.push(Arc::new(Segment::open(file, &meta, &tenant).unwrap()));
            metas.push(meta);
        }
        (Arc::new(Snapshot { tenant, dataset, generation: 5, segments: metas }), segments)
    }

    fn scan(snapshot: &Arc<Snapshot>) -> Scan {
        let users = Measure::new(MeasureOp::CountDistinct(Value::column("user")));
        let query = Query::new(snapshot.dataset, None).measure("n", Measure::count()).measure("users", users);
        Scan::new(snapshot, &[query.clone().by_field("user"), query]).unwrap()
    }

    #[test]
    fn counting_some_segments_at_a_time_lets_them_go_and_changes_nothing() {
        let (snapshot, segments) = store();
        let mut outputs = Vec::new();
        for rows_at_once in [1, 2, ROWS_AT_ONCE] {
            let mut scan = Scan { rows_at_once, ..scan(&snapshot) };
            for (index, segment) in segments.iter().enumerate() {
                scan.provide(index, Arc::clone(segment)).unwrap();
                scan.provide(index, Arc::clone(segment)).unwrap();
            }
            let held = segments.iter().map(|segment| Arc::strong_count(segment) - 1).collect::<Vec<_>>();
            let expected = match rows_at_once {
                1 => [0, 0, 0, 1, 1],
                2 => [0, 0, 1, 1, 1],
                _ => [1; 5],
            };
            assert_eq!(held, expected, "those that share ids stay");
            let output = scan.run().unwrap();
            assert_eq!((output.rows_read, output.segments_read.len()), (5, 5));
            outputs.push(output.results);
        }
        assert_eq!(outputs[0], outputs[1]);
        assert_eq!(outputs[0], outputs[2]);
        assert_eq!(outputs[0][1].rows[0].figures[0].population, 4, "the older version of d does not count");
    }

    #[test]
    fn a_scan_that_failed_gives_no_result() {
        let (snapshot, segments) = store();
        let mut scan = Scan { workers: Err(HasFailed), ..scan(&snapshot) };
        for (index, segment) in segments.iter().enumerate() {
            scan.provide(index, Arc::clone(segment)).unwrap();
        }
        assert!(matches!(scan.run(), Err(QueryError::Internal { .. })));
    }
}
