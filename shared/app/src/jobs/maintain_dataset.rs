//! Looking after a dataset: completed reports are compared with what came since, small segments become few, and files
//! that nobody needs any more go.
//!
//! Commits and completed reports put down that there is something to do and wake a worker; the sweep wakes another when
//! that one did not come. Each part can be repeated, and two workers at once do each other no harm: whoever is second
//! finds a row changed and gives up. What many commits made necessary is done at once, so the cost of a commit is
//! bounded.

mod compact_month;
mod mark_stale;
mod reap;

use std::time::Duration;

use jiff::Timestamp;
use sitrep_aws::entities::{Generation, Reader};
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::queues::Wake;
use sitrep_aws::store::ListOf;
use sitrep_domain::compaction::choose_inputs;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::run::add;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::SegmentMeta;

use crate::data::read_snapshot::list_segments;
use crate::error::AppError;
use crate::services::Services;
use crate::steps;

/// How long a worker waits after a commit, so that it sees what follows at once.
pub const WAKE_DELAY: Duration = Duration::from_secs(5);
/// Most compactions of one call; what is left wakes another worker.
const MOST_COMPACTIONS: usize = 40;

/// What was done for a dataset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Maintained {
    /// Reports that are stale now.
    pub stale: usize,
    /// Compactions that were committed.
    pub compactions: usize,
    /// Files that were removed.
    pub removed: usize,
}

/// Wakes whoever looks after the dataset.
pub(crate) async fn wake_for_dataset(
    services: &Services,
    scope: &TenantScope,
    dataset: DatasetId,
    after: Duration,
) {
    services.wake(&Wake::Dataset { tenant: scope.tenant().clone(), dataset }, after).await;
}

/// Does what there is to do for a dataset. Repeating it is harmless.
///
/// # Errors
///
/// [`AppError::Unavailable`], or [`AppError::Internal`] for rows and files that cannot be read; the message is then
/// delivered again.
pub async fn maintain_dataset(
    services: &Services,
    tenant: &TenantId,
    dataset: DatasetId,
    request_id: &str,
) -> Result<Maintained, AppError> {
    let mut done = Maintained::default();
    let Some((scope, _)) = services.open_job(tenant, "maintain", request_id).await? else { return Ok(done) };
    let scope = &scope;
    let seen = Seen::load(services, scope, dataset).await?;
    done.stale = mark_stale::mark_stale(services, scope, &seen).await?;
    // Before anything goes that a comparison from an older generation would need.
    settle(services, scope, &seen, |row| row.due).await?;
    steps::reached("compared").await;
    for group in choose_living(&seen.segments).into_iter().take(MOST_COMPACTIONS) {
        done.compactions += usize::from(compact_month::compact_month(services, scope, &group).await?);
    }
    let (removed, reap_at) = reap::reap(services, scope, &seen).await?;
    done.removed = removed;
    steps::reached("reaped").await;
    let is_done = settle(services, scope, &seen, |_| reap_at).await?;
    // Segments that were made now may in turn be worth being made one; commits that came meanwhile can wait a little.
    if done.compactions > 0 {
        wake_for_dataset(services, scope, dataset, Duration::ZERO).await;
    } else if !is_done {
        wake_for_dataset(services, scope, dataset, WAKE_DELAY).await;
    }
    tracing::info!(?done, %dataset, "looked after a dataset");
    Ok(done)
}

/// The rows of a dataset as a worker found them.
struct Seen {
    /// Read first, so that no segment and no reader of that generation is missing.
    generation: Generation,
    /// Of every segment that is read, or was lately.
    segments: Vec<Stored<SegmentMeta>>,
    /// Every completed run whose snapshot is kept.
    readers: Vec<Stored<Reader>>,
}

impl Seen {
    async fn load(services: &Services, scope: &TenantScope, dataset: DatasetId) -> Result<Self, StoreError> {
        // Reports may have read a dataset that never had records.
        let generation = services.store.find::<Generation>(scope, &dataset).await?;
        let generation = generation.map_or_else(|| Generation::empty(dataset), |row| row.value);
        let segments = list_segments(services, scope, dataset).await?;
        let list = ListOf::prefix(keys::readers(scope.tenant(), dataset));
        let readers = services.store.list_all(scope, &list).await?;
        Ok(Self { generation, segments, readers })
    }

    fn dataset(&self) -> DatasetId {
        self.generation.dataset
    }
}

/// Groups of living segments that are worth being made one.
fn choose_living(segments: &[Stored<SegmentMeta>]) -> Vec<Vec<Stored<SegmentMeta>>> {
    let living: Vec<&Stored<SegmentMeta>> = segments.iter().filter(|s| s.value.gen_to.is_none()).collect();
    let metas: Vec<SegmentMeta> = living.iter().map(|s| s.value.clone()).collect();
    let of = |group: Vec<usize>| group.into_iter().map(|index| living[index].clone()).collect();
    choose_inputs(&metas).into_iter().map(of).collect()
}

/// How often the dataset's row is written against other writers.
const ATTEMPTS: u32 = 20;

/// Puts down how far reports were compared and, unless commits came meanwhile, when there is something to do again.
/// Answers whether none came.
async fn settle(
    services: &Services,
    scope: &TenantScope,
    seen: &Seen,
    next: impl Fn(&Generation) -> Option<Timestamp>,
) -> Result<bool, AppError> {
    for attempt in 0..ATTEMPTS {
        let Some(mut row) = services.store.find::<Generation>(scope, &seen.dataset()).await? else {
            return Ok(true);
        };
        let before = row.value.clone();
        row.value.checked = before.checked.max(seen.generation.generation);
        let is_done = row.value.checked >= before.generation;
        row.value.due =
            if is_done { next(&before) } else { Some(add(services.now(), Generation::WAKE_AFTER)) };
        if row.value == before {
            return Ok(is_done);
        }
        let audit = services
            .audit(scope, "dataset.maintained", format!("dataset/{}", seen.dataset()))
            .with("checked", row.value.checked);
        match services.store.change(scope, audit).replace(&row).commit().await {
            Err(StoreError::Conflict { .. }) => pause(services, attempt).await,
            other => return Ok(other.map(|()| is_done)?),
        }
    }
    Ok(false)
}

/// Waits a little, at random, before a row is read again that another writer has changed.
async fn pause(services: &Services, attempt: u32) {
    let wait = u64::from(services.ids.uuid().as_bytes()[0]) * u64::from(attempt + 1) / 8;
    tokio::time::sleep(Duration::from_millis(wait)).await;
}
