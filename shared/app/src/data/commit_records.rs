//! Commits of records: segments, the dataset's next generation and whatever belongs to them, in one transaction.
//!
//! Objects go up first, under names of their own; only the transaction makes them exist. It names the generation it was
//! made for, so of two writers at once one does it again on the other's result.

use sitrep_aws::entities::{Generation, IngestReceipt};
use sitrep_aws::entity::Entity;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_aws::transaction::Transaction;
use sitrep_domain::run::add;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::SegmentMeta;
use sitrep_query::{Ingested, NewSegment};
use uuid::Uuid;

use crate::error::AppError;
use crate::jobs::WAKE_DELAY;
use crate::jobs::maintain_dataset::wake_for_dataset;
use crate::services::Services;
use crate::steps;

/// The object of a segment. An attempt of its own keeps two rows from sharing one: whoever removes the object of the one
/// must not take the other's away.
fn object_key(scope: &TenantScope, segment: &NewSegment, attempt: Uuid) -> String {
    keys::segment_object(scope.tenant(), segment.dataset, &segment.month, &segment.sha256, attempt)
}

/// Stores segments under names that hold their hash and the attempt. Nobody sees them before they are committed.
///
/// # Errors
///
/// [`StoreError::Unavailable`].
pub(crate) async fn put_segments(
    services: &Services,
    scope: &TenantScope,
    segments: &[NewSegment],
    attempt: Uuid,
) -> Result<(), StoreError> {
    use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
    // Boxed, so that the future of the whole use case is `Send` for every lifetime.
    let put = |segment| put_object(services, scope, segment, attempt).boxed();
    let puts: Vec<_> = segments.iter().map(put).collect();
    futures::stream::iter(puts).buffer_unordered(8).try_collect::<()>().await
}

async fn put_object(
    services: &Services,
    scope: &TenantScope,
    segment: &NewSegment,
    attempt: Uuid,
) -> Result<(), StoreError> {
    let key = object_key(scope, segment, attempt);
    let media_type = "application/vnd.apache.parquet";
    services.objects.put_once(scope, Bucket::Records, &key, media_type, segment.bytes.clone()).await
}

/// How often a commit is tried against other writers of the same dataset.
const COMMIT_ATTEMPTS: u32 = 20;

/// Stores and commits the records of a body, with the receipt of a request that may be repeated; gives the generation
/// that has them.
///
/// # Errors
///
/// [`AppError::Conflict`] when too many others write, [`AppError::Unavailable`].
pub(super) async fn commit_records(
    services: &Services,
    scope: &TenantScope,
    ingested: &Ingested,
    receipt: Option<&IngestReceipt>,
) -> Result<u64, AppError> {
    let attempt = services.ids.uuid();
    put_segments(services, scope, &ingested.segments, attempt).await?;
    steps::reached("stored").await;
    for tries in 0..COMMIT_ATTEMPTS {
        let written = commit_after(services, scope, ingested, attempt, |change, generation| match receipt {
            Some(receipt) => change.create(&IngestReceipt { generation, ..receipt.clone() }),
            None => change,
        });
        match (written.await, receipt) {
            (Err(StoreError::Conflict { what: IngestReceipt::WHAT }), Some(receipt)) => {
                return find_committed(services, scope, receipt).await;
            }
            (Err(StoreError::Conflict { .. }), _) => wait_for_others(services, tries).await,
            (written, _) => return Ok(written?),
        }
    }
    Err(AppError::conflict("busy_dataset", "many writers are at this dataset; send the body again"))
}

/// The generation that another attempt of the same request has committed: nobody else draws the receipt's id.
async fn find_committed(
    services: &Services,
    scope: &TenantScope,
    receipt: &IngestReceipt,
) -> Result<u64, AppError> {
    let found = services.store.find::<IngestReceipt>(scope, &receipt.id()).await?;
    let found = found.ok_or(StoreError::Conflict { what: IngestReceipt::WHAT })?;
    Ok(found.value.generation)
}

/// Waits a moment, longer each time, so that writers of one dataset come one after the other.
pub(crate) async fn wait_for_others(services: &Services, tries: u32) {
    let wait = u64::from(services.ids.uuid().as_bytes()[0]) * u64::from(tries + 1) / 8;
    tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
}

/// Commits segments that are stored already by this attempt, on top of the dataset's newest generation; `with` adds rows
/// of the caller's own to the transaction, which is told the new generation. Wakes whoever looks after the dataset.
///
/// # Errors
///
/// [`StoreError::Conflict`] naming the row that somebody else has changed; [`StoreError::Unavailable`].
pub(crate) async fn commit_after(
    services: &Services,
    scope: &TenantScope,
    ingested: &Ingested,
    attempt: Uuid,
    with: impl for<'a> FnOnce(Transaction<'a>, u64) -> Transaction<'a>,
) -> Result<u64, StoreError> {
    let dataset = ingested.segments[0].dataset;
    let current = services.store.find::<Generation>(scope, &dataset).await?;
    let soon = add(services.now(), Generation::WAKE_AFTER);
    let is_idle = current.as_ref().and_then(|row| row.value.due).is_none_or(|due| due > soon);
    let before = current.as_ref().map_or(Generation::empty(dataset), |stored| stored.value.clone());
    let generation = before.generation + 1;
    let metas = list_metas(scope, ingested, attempt, &before);
    let after = advance(before, &metas, services.now());
    let audit = services
        .audit(scope, "records.ingested", format!("dataset/{dataset}"))
        .with("accepted", ingested.accepted)
        .with("rejected", ingested.rejected)
        .with("generation", generation);
    let mut change = services.store.change(scope, audit);
    change = match current {
        Some(mut stored) => {
            stored.value = after;
            change.replace(&stored)
        }
        None => change.create(&after),
    };
    for meta in &metas {
        change = change.create(meta);
    }
    with(change, generation).commit().await?;
    // Somebody was woken already when others have come just before.
    if is_idle {
        wake_for_dataset(services, scope, dataset, WAKE_DELAY).await;
    }
    Ok(generation)
}

/// The rows of the segments in the generation after `before`.
fn list_metas(
    scope: &TenantScope,
    ingested: &Ingested,
    attempt: Uuid,
    before: &Generation,
) -> Vec<SegmentMeta> {
    let (generation, seq) = (before.generation + 1, before.seq + 1);
    let meta = |segment: &NewSegment| {
        segment.clone().into_meta(object_key(scope, segment, attempt), seq, generation)
    };
    ingested.segments.iter().map(meta).collect()
}

fn advance(mut generation: Generation, metas: &[SegmentMeta], now: jiff::Timestamp) -> Generation {
    generation.generation += 1;
    generation.seq += 1;
    generation.last_ingest_at = Some(now);
    // Reports are compared with it, and segments made fewer, by whoever looks after the dataset.
    let due = add(now, Generation::WAKE_AFTER);
    generation.due = Some(generation.due.map_or(due, |known| known.min(due)));
    for meta in metas {
        generation.rows += meta.rows;
        generation.segments += 1;
        generation.event_range = match (generation.event_range, meta.event_range) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (known, new) => known.or(new),
        };
    }
    generation
}
