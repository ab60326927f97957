//! Queries over snapshots: fetches the segments that are needed and runs all queries in one pass, unless the same were
//! answered on the same snapshot before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};
use sitrep_aws::error::StoreError;
use sitrep_aws::objects::Bucket;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::listing::{ListedRows, Listing, NewestRows};
use sitrep_domain::query::Query;
use sitrep_domain::result::QueryResult;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
use sitrep_query::{QueryError, RowScan, Scan, ScanOutput, Segment};

use super::known_results::{self, KnownResults};
use super::read_snapshot::read_snapshot;
use crate::services::Services;

/// Segments that are fetched before the scan gets them.
const FETCHED_AT_ONCE: usize = 64;

/// Results of queries, and what they rest on.
#[derive(Clone, Debug)]
pub struct Measured {
    /// One result per query, in the order given.
    pub results: Vec<QueryResult>,
    /// The snapshot of each dataset that was asked.
    pub snapshots: Vec<Arc<Snapshot>>,
    /// Rows that were read.
    pub rows_read: u64,
    /// Rows of each listing, in the order given.
    pub listed: Vec<ListedRows>,
}

/// Why queries gave no result.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// The records could not be fetched.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The query could not be answered.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The worker thread died.
    #[error("the query's thread ended: {0}")]
    Thread(String),
}

impl MeasureError {
    /// Whether records are missing, damaged or out of reach, rather than the question wrong.
    #[must_use]
    pub const fn is_of_source(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Query(QueryError::Corrupt { .. }))
    }

    /// Whether another try may work.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Store(StoreError::Unavailable { .. }))
    }
}

impl From<MeasureError> for crate::error::AppError {
    fn from(error: MeasureError) -> Self {
        match error {
            MeasureError::Store(error) => error.into(),
            MeasureError::Query(error) => error.into(),
            MeasureError::Thread(detail) => Self::internal(detail),
        }
    }
}

/// Runs checked queries, on the given snapshots or on the newest ones.
///
/// # Errors
///
/// [`MeasureError`].
pub async fn measure(
    services: &Services,
    scope: &TenantScope,
    queries: &[Query],
    given: Option<&[Arc<Snapshot>]>,
) -> Result<Measured, MeasureError> {
    let mut by_dataset: BTreeMap<DatasetId, Vec<usize>> = BTreeMap::new();
    for (i, query) in queries.iter().enumerate() {
        by_dataset.entry(query.dataset).or_default().push(i);
    }
    let mut results: Vec<Option<QueryResult>> = vec![None; queries.len()];
    let (mut snapshots, mut rows_read) = (Vec::new(), 0);
    for (dataset, indexes) in by_dataset {
        let asked: Vec<Query> = indexes.iter().map(|i| queries[*i].clone()).collect();
        let (snapshot, known) = match given.and_then(|all| all.iter().find(|s| s.dataset == dataset)) {
            Some(snapshot) => (Arc::clone(snapshot), compute(services, scope, snapshot, &asked).await?),
            None => answer_newest(services, scope, dataset, &asked).await?,
        };
        rows_read += known.rows_read;
        for (i, result) in indexes.into_iter().zip(&known.results) {
            results[i] = Some(result.clone());
        }
        snapshots.push(snapshot);
    }
    let results = results.into_iter().flatten().collect();
    Ok(Measured { results, snapshots, rows_read, listed: Vec::new() })
}

/// Runs checked queries and lists records, all of one dataset on one snapshot.
///
/// # Errors
///
/// [`MeasureError`].
pub async fn measure_and_list(
    services: &Services,
    scope: &TenantScope,
    queries: &[Query],
    listings: &[NewestRows],
    given: Option<&[Arc<Snapshot>]>,
) -> Result<Measured, MeasureError> {
    let mut measured = measure(services, scope, queries, given).await?;
    for NewestRows { listing, limit } in listings {
        let known = measured.snapshots.iter().find(|s| s.dataset == listing.dataset).map(Arc::clone);
        let given = given.and_then(|all| all.iter().find(|s| s.dataset == listing.dataset));
        let snapshot = match known.or_else(|| given.cloned()) {
            Some(snapshot) => snapshot,
            None => Arc::clone(&read_snapshot(services, scope, listing.dataset).await?.snapshot),
        };
        let (rows, limit) = (gather_rows(services, scope, &snapshot, listing).await?, *limit);
        let listed = tokio::task::spawn_blocking(move || rows.newest(limit)).await;
        measured.listed.push(listed.map_err(|e| MeasureError::Thread(e.to_string()))??);
        if measured.snapshots.iter().all(|s| s.dataset != listing.dataset) {
            measured.snapshots.push(snapshot);
        }
    }
    Ok(measured)
}

/// Runs checked queries and lists records as far as the datasets can be read: one that cannot is named, with why, and
/// its results and rows have no figure.
///
/// # Errors
///
/// [`MeasureError`] for what is no matter of one source.
pub async fn measure_what_can_be_read(
    services: &Services,
    scope: &TenantScope,
    queries: &[Query],
    listings: &[NewestRows],
) -> Result<(Measured, BTreeMap<DatasetId, MeasureError>), MeasureError> {
    let mut all = Measured {
        results: queries.iter().map(QueryResult::unread).collect(),
        snapshots: Vec::new(),
        rows_read: 0,
        listed: listings.iter().map(ListedRows::unread).collect(),
    };
    let mut unread = BTreeMap::new();
    let listed = listings.iter().map(|rows| rows.listing.dataset);
    let datasets: BTreeSet<DatasetId> = queries.iter().map(|query| query.dataset).chain(listed).collect();
    for dataset in datasets {
        let asked = places(queries, |query| query.dataset == dataset);
        let lists = places(listings, |rows| rows.listing.dataset == dataset);
        let of = |at: &usize| queries[*at].clone();
        let (own, rows): (Vec<Query>, Vec<NewestRows>) =
            (asked.iter().map(of).collect(), lists.iter().map(|at| listings[*at].clone()).collect());
        match measure_and_list(services, scope, &own, &rows, None).await {
            Ok(measured) => {
                asked.into_iter().zip(measured.results).for_each(|(at, result)| all.results[at] = result);
                lists.into_iter().zip(measured.listed).for_each(|(at, rows)| all.listed[at] = rows);
                all.snapshots.extend(measured.snapshots);
                all.rows_read += measured.rows_read;
            }
            Err(error) if error.is_of_source() => {
                unread.insert(dataset, error);
            }
            Err(error) => return Err(error),
        }
    }
    Ok((all, unread))
}

/// Places of what is asked for.
fn places<T>(all: &[T], is_asked: impl Fn(&T) -> bool) -> Vec<usize> {
    all.iter().enumerate().filter(|(_, one)| is_asked(one)).map(|(at, _)| at).collect()
}

/// A listing with all the segments that it needs.
pub(crate) async fn gather_rows(
    services: &Services,
    scope: &TenantScope,
    snapshot: &Arc<Snapshot>,
    listing: &Listing,
) -> Result<RowScan, MeasureError> {
    let mut scan = RowScan::new(snapshot, listing)?;
    loop {
        let wanted = scan.wanted();
        if wanted.is_empty() {
            return Ok(scan);
        }
        for (i, segment) in fetch_all(services, scope, snapshot, wanted).await? {
            scan.provide(i, segment)?;
        }
    }
}

/// Answers queries on the newest snapshot: as they were answered on it before, or by computing.
async fn answer_newest(
    services: &Services,
    scope: &TenantScope,
    dataset: DatasetId,
    queries: &[Query],
) -> Result<(Arc<Snapshot>, Arc<KnownResults>), MeasureError> {
    let read = read_snapshot(services, scope, dataset).await?;
    let key = known_results::key_of(&read, queries);
    let known = match services.results.find(&key) {
        Some(known) => known,
        None => {
            let computed = compute(services, scope, &read.snapshot, queries).await?;
            let bytes = known_results::memory_bytes(&computed.results);
            services.results.keep(key, Arc::clone(&computed), bytes);
            computed
        }
    };
    Ok((Arc::clone(&read.snapshot), known))
}

async fn compute(
    services: &Services,
    scope: &TenantScope,
    snapshot: &Arc<Snapshot>,
    queries: &[Query],
) -> Result<Arc<KnownResults>, MeasureError> {
    let ScanOutput { results, rows_read, .. } = scan(services, scope, snapshot, queries).await?;
    Ok(Arc::new(KnownResults { results, rows_read }))
}

async fn scan(
    services: &Services,
    scope: &TenantScope,
    snapshot: &Arc<Snapshot>,
    queries: &[Query],
) -> Result<ScanOutput, MeasureError> {
    let mut scan = Scan::new(snapshot, queries)?;
    loop {
        let wanted = scan.wanted();
        if wanted.is_empty() {
            break;
        }
        // Some at a time: the scan lets go of what it has counted, so that never all of them are in memory.
        for some in wanted.chunks(FETCHED_AT_ONCE) {
            let fetched = fetch_all(services, scope, snapshot, some.to_vec()).await?;
            scan = run_blocking(move || provide_all(scan, fetched)).await?;
        }
    }
    run_blocking(move || scan.run()).await
}

fn provide_all(mut scan: Scan, fetched: Vec<(usize, Arc<Segment>)>) -> Result<Scan, QueryError> {
    fetched.into_iter().try_for_each(|(i, segment)| scan.provide(i, segment))?;
    Ok(scan)
}

async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, QueryError> + Send + 'static,
) -> Result<T, MeasureError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|e| MeasureError::Thread(e.to_string()))??)
}

async fn fetch_all(
    services: &Services,
    scope: &TenantScope,
    snapshot: &Snapshot,
    wanted: Vec<usize>,
) -> Result<Vec<(usize, Arc<Segment>)>, MeasureError> {
    let fetches = wanted.into_iter().map(|i| async move {
        let segment = fetch(services, scope, &snapshot.segments[i]).await?;
        Ok::<_, MeasureError>((i, segment))
    });
    futures::stream::iter(fetches).buffered(8).try_collect().await
}

/// A segment, from memory or from the store.
pub(crate) async fn fetch(
    services: &Services,
    scope: &TenantScope,
    meta: &SegmentMeta,
) -> Result<Arc<Segment>, MeasureError> {
    let cache_key = format!("{}/{}", scope.tenant(), meta.sha256);
    if let Some(segment) = services.segments.find(&cache_key) {
        return Ok(segment);
    }
    let bytes = services.objects.get(scope, Bucket::Records, &meta.key).await?;
    let (meta, tenant) = (meta.clone(), scope.tenant().clone());
    let segment = Arc::new(run_blocking(move || Segment::open(bytes, &meta, &tenant)).await?);
    services.segments.keep(&cache_key, &segment);
    Ok(segment)
}
