//! Queries over snapshots: lists the segments, fetches those that are needed, runs all queries in one pass.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::{StreamExt as _, TryStreamExt as _};
use sitrep_aws::entities::Generation;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_aws::store::ListOf;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::query::Query;
use sitrep_domain::result::QueryResult;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
use sitrep_query::{QueryError, Scan, ScanOutput, Segment};

use crate::services::Services;

/// Segments that are fetched before the scan gets them.
const FETCHED_AT_ONCE: usize = 64;

/// Results of queries, and what they rest on.
#[derive(Clone, Debug)]
pub struct Measured {
    /// One result per query, in the order given.
    pub results: Vec<QueryResult>,
    /// The snapshot of each dataset that was asked.
    pub snapshots: Vec<Snapshot>,
    /// Rows that were read.
    pub rows_read: u64,
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

impl From<MeasureError> for crate::error::AppError {
    fn from(error: MeasureError) -> Self {
        match error {
            MeasureError::Store(error) => error.into(),
            MeasureError::Query(error) => error.into(),
            MeasureError::Thread(detail) => Self::internal(detail),
        }
    }
}

/// The newest snapshot of a dataset.
///
/// # Errors
///
/// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
pub async fn read_snapshot(
    services: &Services,
    scope: &TenantScope,
    dataset: DatasetId,
) -> Result<Snapshot, StoreError> {
    // The generation first: segments of a later commit are then left out, and none of this one can be missing.
    let generation =
        services.store.find::<Generation>(scope, &dataset).await?.map_or(0, |g| g.value.generation);
    let list = ListOf::prefix(keys::segments(scope.tenant(), dataset));
    let rows: Vec<Stored<SegmentMeta>> = services.store.list_all(scope, &list).await?;
    let alive = |s: &SegmentMeta| s.gen_from <= generation && s.gen_to.is_none_or(|end| generation < end);
    let mut segments: Vec<SegmentMeta> = rows.into_iter().map(|row| row.value).filter(alive).collect();
    segments.sort_by(|a, b| (a.seq, &a.month).cmp(&(b.seq, &b.month)));
    Ok(Snapshot { tenant: scope.tenant().clone(), dataset, generation, segments })
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
    given: Option<&[Snapshot]>,
) -> Result<Measured, MeasureError> {
    let mut by_dataset: BTreeMap<DatasetId, Vec<usize>> = BTreeMap::new();
    for (i, query) in queries.iter().enumerate() {
        by_dataset.entry(query.dataset).or_default().push(i);
    }
    let mut results: Vec<Option<QueryResult>> = vec![None; queries.len()];
    let (mut snapshots, mut rows_read) = (Vec::new(), 0);
    for (dataset, indexes) in by_dataset {
        let snapshot = match given.and_then(|all| all.iter().find(|s| s.dataset == dataset)) {
            Some(snapshot) => snapshot.clone(),
            None => read_snapshot(services, scope, dataset).await?,
        };
        let asked: Vec<Query> = indexes.iter().map(|i| queries[*i].clone()).collect();
        let output = scan(services, scope, &snapshot, &asked).await?;
        rows_read += output.rows_read;
        for (i, result) in indexes.into_iter().zip(output.results) {
            results[i] = Some(result);
        }
        snapshots.push(snapshot);
    }
    Ok(Measured { results: results.into_iter().flatten().collect(), snapshots, rows_read })
}

async fn scan(
    services: &Services,
    scope: &TenantScope,
    snapshot: &Snapshot,
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
            let fetches = some.to_vec().into_iter().map(|i| async move {
                let segment = fetch(services, scope, &snapshot.segments[i]).await?;
                Ok::<_, MeasureError>((i, segment))
            });
            let fetched: Vec<_> = futures::stream::iter(fetches).buffered(8).try_collect().await?;
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

async fn fetch(
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
