//! One compaction: the files of some segments of a month are made one, and one transaction puts it in their place.
//!
//! The old rows stay for a while with the generation that no longer reads them, so that whoever began to read before
//! reads on undisturbed. A file without a row cannot be read; one that was left by a crash is removed by the reaper.

use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use sitrep_aws::entities::{Generation, RetiredSegment, Retirement};
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_domain::run::add;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::SegmentMeta;
use sitrep_query::{Compacted, NewSegment};

use super::{ATTEMPTS, pause, reap};
use crate::error::AppError;
use crate::services::Services;
use crate::steps;

/// Makes one segment of a group. Answers whether it did: others may have been first, or there may be too much text.
pub(super) async fn compact_month(
    services: &Services,
    scope: &TenantScope,
    group: &[Stored<SegmentMeta>],
) -> Result<bool, AppError> {
    let Some(inputs) = fetch_inputs(services, scope, group).await? else { return Ok(false) };
    let tenant = scope.tenant().clone();
    let work = tokio::task::spawn_blocking(move || sitrep_query::compact(&inputs, &tenant));
    let Some(Compacted { segment, used }) = work.await.map_err(AppError::internal)?? else {
        return Ok(false);
    };
    steps::reached("compacted").await;
    let attempt = services.ids.uuid();
    let key = keys::segment_object(scope.tenant(), segment.dataset, &segment.month, &segment.sha256, attempt);
    let media_type = "application/vnd.apache.parquet";
    services.objects.put_once(scope, Bucket::Records, &key, media_type, segment.bytes.clone()).await?;
    steps::reached("stored").await;
    let old: Vec<&Stored<SegmentMeta>> = used.into_iter().map(|index| &group[index]).collect();
    let is_committed = commit(services, scope, &segment, &key, &old).await?;
    steps::reached("committed").await;
    Ok(is_committed)
}

/// The files of the inputs; `None` when one is gone, because others have compacted it long ago.
async fn fetch_inputs(
    services: &Services,
    scope: &TenantScope,
    group: &[Stored<SegmentMeta>],
) -> Result<Option<Vec<(SegmentMeta, Bytes)>>, StoreError> {
    let fetch = |row: &Stored<SegmentMeta>| {
        let meta = row.value.clone();
        async move {
            let file = services.objects.get(scope, Bucket::Records, &meta.key).await?;
            Ok::<_, StoreError>((meta, file))
        }
        .boxed()
    };
    let fetches: Vec<_> = group.iter().map(fetch).collect();
    match futures::stream::iter(fetches).buffered(8).try_collect().await {
        Ok(inputs) => Ok(Some(inputs)),
        Err(StoreError::MissingObject { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn commit(
    services: &Services,
    scope: &TenantScope,
    segment: &NewSegment,
    key: &str,
    old: &[&Stored<SegmentMeta>],
) -> Result<bool, AppError> {
    for attempt in 0..ATTEMPTS {
        let Some(current) = services.store.find::<Generation>(scope, &segment.dataset).await? else {
            return Ok(false);
        };
        match commit_after(services, scope, current, segment, key, old).await {
            // The dataset has a newer generation, and the inputs may still be as they were.
            Err(StoreError::Conflict { what }) if what == GENERATION => pause(services, attempt).await,
            Err(StoreError::Conflict { .. }) => return Ok(false),
            other => return Ok(other.map(|()| true)?),
        }
    }
    Ok(false)
}

/// What the dataset's row is called in a conflict.
const GENERATION: &str = <Generation as sitrep_aws::entity::Entity>::WHAT;

/// The inputs come first in the transaction: of several conflicts the first is told, and one of theirs is final.
async fn commit_after(
    services: &Services,
    scope: &TenantScope,
    mut current: Stored<Generation>,
    segment: &NewSegment,
    key: &str,
    old: &[&Stored<SegmentMeta>],
) -> Result<(), StoreError> {
    let generation = current.value.generation + 1;
    let audit = services
        .audit(scope, "records.compacted", format!("dataset/{}", segment.dataset))
        .with("month", segment.month.as_str())
        .with("segments", old.len())
        .with("generation", generation);
    let mut change = services.store.change(scope, audit);
    for row in old {
        let mut retired = Stored::clone(row);
        retired.value.gen_to = Some(generation);
        change = change.replace(&retired);
    }
    let meta = segment.clone().into_meta(key.to_owned(), current.value.seq + 1, generation);
    let meta = SegmentMeta { compacted: true, ..meta };
    let retirement = retire(services, generation, old);
    advance(&mut current.value, &meta, old, retirement.next_at);
    change.replace(&current).create(&meta).create(&retirement).commit().await
}

fn retire(services: &Services, generation: u64, old: &[&Stored<SegmentMeta>]) -> Retirement {
    let of = |row: &&Stored<SegmentMeta>| RetiredSegment {
        month: row.value.month.clone(),
        seq: row.value.seq,
        key: row.value.key.clone(),
        gen_from: row.value.gen_from,
    };
    let at = services.now();
    Retirement {
        dataset: old[0].value.dataset,
        generation,
        at,
        next_at: add(at, reap::GRACE),
        has_rows: true,
        segments: old.iter().map(of).collect(),
    }
}

fn advance(row: &mut Generation, meta: &SegmentMeta, old: &[&Stored<SegmentMeta>], reap_at: jiff::Timestamp) {
    // Nothing is new in it, so reports that were compared with all before are compared with this.
    if row.checked == row.generation {
        row.checked += 1;
    }
    row.generation += 1;
    row.seq += 1;
    row.segments = (row.segments + 1).saturating_sub(old.len() as u64);
    let rows: u64 = old.iter().map(|s| s.value.rows).sum();
    row.rows = (row.rows + meta.rows).saturating_sub(rows);
    row.due = Some(row.due.map_or(reap_at, |due| due.min(reap_at)));
}
