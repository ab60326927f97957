//! Ingest: a body of records becomes segments and, in one transaction, a new generation of the dataset.
//!
//! Objects go up first, under names of their own; only the transaction makes them exist. It names the
//! generation it was made for, so of two writers at once one does it again on the other's result.

use bytes::Bytes;
use serde::Serialize;
use sitrep_aws::entities::Generation;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_domain::access::Permission;
use sitrep_domain::datasets::find_dataset;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::mapping::Mapping;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::run::add;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::SegmentMeta;
pub use sitrep_domain::upload::RowError;
use sitrep_query::{BodyFormat, Ingested, NewSegment};
use uuid::Uuid;

use crate::error::AppError;
use crate::jobs::WAKE_DELAY;
use crate::jobs::maintain_dataset::wake_for_dataset;
use crate::services::{Services, require};

/// A body of records.
#[derive(Clone, Debug)]
pub struct IngestRequest {
    /// Name of the mapping.
    pub mapping: String,
    /// Whether one rejected row rejects all.
    pub atomic: bool,
    /// How the body is written.
    pub format: BodyFormat,
    /// Whether it is gzip-encoded.
    pub gzip: bool,
    /// The body.
    pub body: Bytes,
}

/// What became of a body.
#[derive(Clone, Debug, Serialize)]
pub struct IngestReport {
    /// Rows that were taken.
    pub accepted: u64,
    /// Rows that were not.
    pub rejected: u64,
    /// The first hundred errors, by line.
    pub errors: Vec<RowError>,
    /// The dataset's generation that has the records; none when nothing was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
}

/// Takes in a body of records.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for an unknown dataset; [`AppError::Invalid`] for an unknown mapping,
/// or a body that cannot be read or has no row; [`AppError::Records`] when no row, or with `atomic` not every row, is
/// accepted; [`AppError::TooLarge`]; [`AppError::Unavailable`]. In all of these nothing is stored.
pub async fn ingest_records(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<IngestRequest, AppError>,
    dataset: &str,
) -> Result<IngestReport, AppError> {
    require(scope, Permission::Ingest)?;
    let dataset = find_dataset(dataset).ok_or(AppError::NotFound { what: "dataset" })?;
    let request = input()?;
    let mapping = find_mapping(dataset.id, &request.mapping).ok_or_else(|| {
        Invalid::field(
            "mapping",
            "unknown_mapping",
            "there is no such mapping; native takes our own field names",
        )
    })?;
    let atomic = request.atomic;
    let ingested = read_body(scope, request, mapping).await?;
    if ingested.accepted == 0 && ingested.rejected == 0 {
        return Err(Invalid::field("body", "empty", "the body has no row; send at least one record").into());
    }
    let mut report = report_of(&ingested);
    if ingested.accepted == 0 || (atomic && ingested.rejected > 0) {
        report.accepted = 0;
        return Err(AppError::Records(Box::new(report)));
    }
    let attempt = services.ids.uuid();
    put_objects(services, scope, &ingested.segments, attempt).await?;
    let generation = commit(services, scope, ingested, attempt).await?;
    report.generation = Some(generation);
    Ok(report)
}

async fn read_body(
    scope: &TenantScope,
    request: IngestRequest,
    mapping: Mapping,
) -> Result<Ingested, AppError> {
    let tenant = scope.tenant().clone();
    let work = move || sitrep_query::ingest(&request.body, request.format, request.gzip, &mapping, &tenant);
    Ok(tokio::task::spawn_blocking(work).await.map_err(AppError::internal)??)
}

fn report_of(ingested: &Ingested) -> IngestReport {
    let row_error = |e: &sitrep_query::LineError| RowError {
        line: e.line,
        field: e.field.clone(),
        code: e.code.into(),
        detail: e.detail.clone(),
    };
    IngestReport {
        accepted: ingested.accepted,
        rejected: ingested.rejected,
        errors: ingested.errors.iter().map(row_error).collect(),
        generation: None,
    }
}

fn object_key(scope: &TenantScope, segment: &NewSegment, attempt: Uuid) -> String {
    keys::segment_object(scope.tenant(), segment.dataset, &segment.month, &segment.sha256, attempt)
}

async fn put_objects(
    services: &Services,
    scope: &TenantScope,
    segments: &[NewSegment],
    attempt: Uuid,
) -> Result<(), AppError> {
    use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
    // Boxed, so that the future of the whole use case is `Send` for every lifetime.
    let put = |segment| put_object(services, scope, segment, attempt).boxed();
    let puts: Vec<_> = segments.iter().map(put).collect();
    futures::stream::iter(puts).buffer_unordered(8).try_collect::<()>().await?;
    Ok(())
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

async fn commit(
    services: &Services,
    scope: &TenantScope,
    ingested: Ingested,
    unique: Uuid,
) -> Result<u64, AppError> {
    let dataset =
        ingested.segments.first().map(|s| s.dataset).ok_or_else(|| AppError::internal("no segment"))?;
    for attempt in 0..COMMIT_ATTEMPTS {
        let current = services.store.find::<Generation>(scope, &dataset).await?;
        let soon = add(services.now(), Generation::WAKE_AFTER);
        let is_idle = current.as_ref().and_then(|row| row.value.due).is_none_or(|due| due > soon);
        match commit_after(services, scope, current, &ingested, unique).await {
            Err(StoreError::Conflict { .. }) => {
                let wait = u64::from(services.ids.uuid().as_bytes()[0]) * u64::from(attempt + 1) / 8;
                tokio::time::sleep(std::time::Duration::from_millis(wait)).await;
            }
            other => {
                // Somebody was woken already when others have come just before.
                if other.is_ok() && is_idle {
                    wake_for_dataset(services, scope, dataset, WAKE_DELAY).await;
                }
                return Ok(other?);
            }
        }
    }
    Err(AppError::conflict("busy_dataset", "many writers are at this dataset; send the body again"))
}

async fn commit_after(
    services: &Services,
    scope: &TenantScope,
    current: Option<Stored<Generation>>,
    ingested: &Ingested,
    unique: Uuid,
) -> Result<u64, StoreError> {
    let dataset = ingested.segments[0].dataset;
    let before = current.as_ref().map_or(Generation::empty(dataset), |stored| stored.value.clone());
    let (generation, seq) = (before.generation + 1, before.seq + 1);
    let metas: Vec<SegmentMeta> = ingested
        .segments
        .iter()
        .map(|segment| segment.clone().into_meta(object_key(scope, segment, unique), seq, generation))
        .collect();
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
    change.commit().await.map(|()| generation)
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
