//! Reaping: rows and files of segments that compaction took out go when nobody can need them any more.
//!
//! Rows go after [`GRACE`]: nobody lists segments, or makes a report, for that long. Files go when no completed run that
//! is kept has read a generation that reads them; see the decision on it in `infra/docs/adr`. Files that belong to no row
//! at all, left by somebody who stopped before the commit, go after a day.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sitrep_aws::entities::{Reader, RetiredSegment, Retirement};
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_aws::store::ListOf;
use sitrep_aws::transaction::Transaction;
use sitrep_domain::run::add;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::SegmentMeta;

use super::Seen;
use crate::data::read_snapshot::list_segments;
use crate::services::Services;

/// How long what was taken out is kept for readers that began before: six times as long as a run may take.
pub(super) const GRACE: SignedDuration = SignedDuration::from_hours(1);
/// A file without a row is nobody's after that time: nobody works that long on a commit.
const ORPHAN_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// Most rows that one transaction removes.
const MOST_ROWS: usize = 95;

/// Removes what nobody needs. Answers how many files went, and when to look again.
pub(super) async fn reap(
    services: &Services,
    scope: &TenantScope,
    seen: &Seen,
) -> Result<(usize, Option<Timestamp>), StoreError> {
    let now = services.now();
    let list = ListOf::prefix(keys::retirements(scope.tenant(), seen.dataset()));
    let retired: Vec<Stored<Retirement>> = services.store.list_all(scope, &list).await?;
    let (due, later): (Vec<_>, Vec<_>) = retired.into_iter().partition(|row| row.value.next_at <= now);
    let mut next = later.iter().map(|row| row.value.next_at).min();
    forget_readers(services, scope, seen, now).await?;
    if due.is_empty() {
        return Ok((0, next));
    }
    let mut removed = 0;
    for row in due {
        let (files, again) = reap_one(services, scope, seen, row, now).await?;
        removed += files;
        next = [next, again].into_iter().flatten().min();
    }
    removed += remove_orphans(services, scope, seen, now).await?;
    Ok((removed, next))
}

/// Removes the readers whose time is over.
async fn forget_readers(
    services: &Services,
    scope: &TenantScope,
    seen: &Seen,
    now: Timestamp,
) -> Result<(), StoreError> {
    let over: Vec<_> = seen.readers.iter().filter(|reader| reader.value.is_over(now)).collect();
    for some in over.chunks(MOST_ROWS) {
        let audit = services
            .audit(scope, "readers.forgotten", format!("dataset/{}", seen.dataset()))
            .with("readers", some.len());
        let change =
            some.iter().fold(services.store.change(scope, audit), |change, reader| change.remove(reader));
        ignore_conflict(change.commit().await)?;
    }
    Ok(())
}

/// Removes the rows, then the files, of one compaction's inputs, as far as nobody needs them.
async fn reap_one(
    services: &Services,
    scope: &TenantScope,
    seen: &Seen,
    mut row: Stored<Retirement>,
    now: Timestamp,
) -> Result<(usize, Option<Timestamp>), StoreError> {
    let retirement = row.value.clone();
    let (mut kept, mut removed) = (Vec::new(), 0);
    let mut next: Option<Timestamp> = None;
    for segment in retirement.segments {
        match needed_until(&seen.readers, &segment, retirement.generation, now) {
            Some(until) => {
                next = Some(next.map_or(until, |next| next.min(until)));
                kept.push(segment);
            }
            None => {
                services.objects.remove(scope, Bucket::Records, &segment.key).await?;
                removed += 1;
            }
        }
    }
    let audit = services
        .audit(scope, "segments.reaped", format!("dataset/{}", seen.dataset()))
        .with("generation", retirement.generation)
        .with("files", removed);
    let mut change = services.store.change(scope, audit);
    if retirement.has_rows {
        let is_its_own = |s: &&Stored<SegmentMeta>| s.value.gen_to == Some(retirement.generation);
        change = seen.segments.iter().filter(is_its_own).fold(change, Transaction::remove);
    }
    change = match next {
        None => change.remove(&row),
        Some(next_at) => {
            row.value = Retirement { segments: kept, has_rows: false, next_at, ..row.value };
            change.replace(&row)
        }
    };
    ignore_conflict(change.commit().await)?;
    Ok((removed, next))
}

/// Until when some reader needs a segment; `None` when none does.
fn needed_until(
    readers: &[Stored<Reader>],
    segment: &RetiredSegment,
    gen_to: u64,
    now: Timestamp,
) -> Option<Timestamp> {
    let reads = |reader: &&Reader| (segment.gen_from..gen_to).contains(&reader.generation);
    let living = readers.iter().map(|row| &row.value).filter(|reader| !reader.is_over(now));
    living.filter(reads).map(|reader| add(reader.expires_at, Reader::KEEP_AFTER)).max()
}

/// Removes files that no row names. Files are listed first: one that gets a row meanwhile is younger than a day.
async fn remove_orphans(
    services: &Services,
    scope: &TenantScope,
    seen: &Seen,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let prefix = keys::segment_objects(scope.tenant(), seen.dataset());
    let before = add(now, -ORPHAN_AFTER);
    let old = services.objects.list_older(scope, Bucket::Records, &prefix, before).await?;
    let segments = list_segments(services, scope, seen.dataset()).await?;
    let list = ListOf::prefix(keys::retirements(scope.tenant(), seen.dataset()));
    let retired: Vec<Stored<Retirement>> = services.store.list_all(scope, &list).await?;
    let of_retired = retired.iter().flat_map(|row| &row.value.segments).map(|s| s.key.as_str());
    let known: BTreeSet<&str> = segments.iter().map(|s| s.value.key.as_str()).chain(of_retired).collect();
    let orphans: Vec<_> = old.iter().filter(|key| !known.contains(key.as_str())).collect();
    for key in &orphans {
        services.objects.remove(scope, Bucket::Records, key).await?;
    }
    Ok(orphans.len())
}

/// A row that another worker has changed is another worker's.
fn ignore_conflict(result: Result<(), StoreError>) -> Result<(), StoreError> {
    match result {
        Err(StoreError::Conflict { .. }) => Ok(()),
        other => other,
    }
}
