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
use sitrep_domain::listing::{ListedRows, Listing, NewestRows};
use sitrep_domain::query::Query;
use sitrep_domain::result::QueryResult;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::{SegmentMeta, Snapshot};
use sitrep_query::{QueryError, RowScan, Scan, ScanOutput, Segment};

use crate::services::Services;

/// Results of queries, and what they rest on.
#[derive(Clone, Debug)]
pub struct Measured {
    /// One result per query, in the order given.
    pub results: Vec<QueryResult>,
    /// The snapshot of each dataset that was asked.
    pub snapshots: Vec<Snapshot>,
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
    given: Option<&[Snapshot]>,
) -> Result<Measured, MeasureError> {
    let mut measured = measure(services, scope, queries, given).await?;
    for NewestRows { listing, limit } in listings {
        let known = measured.snapshots.iter().chain(given.unwrap_or_default());
        let snapshot = match known.into_iter().find(|s| s.dataset == listing.dataset) {
            Some(snapshot) => snapshot.clone(),
            None => read_snapshot(services, scope, listing.dataset).await?,
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

/// A listing with all the segments that it needs.
pub(crate) async fn gather_rows(
    services: &Services,
    scope: &TenantScope,
    snapshot: &Snapshot,
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
        for (i, segment) in fetch_all(services, scope, snapshot, wanted).await? {
            scan.provide(i, segment)?;
        }
    }
    let run = tokio::task::spawn_blocking(move || scan.run());
    Ok(run.await.map_err(|e| MeasureError::Thread(e.to_string()))??)
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
    let open = tokio::task::spawn_blocking(move || Segment::open(bytes, &meta, &tenant));
    let segment = Arc::new(open.await.map_err(|e| MeasureError::Thread(e.to_string()))??);
    services.segments.keep(&cache_key, &segment);
    Ok(segment)
}
