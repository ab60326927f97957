//! Late data: completed reports that read what later commits bring or replace become stale.
//!
//! What came since is found once for all reports: the rows that new segments bring and those that they replace. A report
//! is looked at only when one of these may lie in the times that it read; then its own queries decide. Reports that
//! completed while commits came are looked at once more, from the generation that they read on, so that none slips
//! through between its snapshot and its commit.

use std::collections::BTreeMap;

use sitrep_aws::entities::Reader;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_domain::query::Query;
use sitrep_domain::run::{Run, RunStatus};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::SegmentMeta;
use sitrep_query::Changes;

use super::{ATTEMPTS, Seen};
use crate::data::run_queries::fetch;
use crate::error::AppError;
use crate::reports::plan_report;
use crate::services::Services;

/// Most bytes of new segments that are looked at together, unless one commit alone has more.
const STEP_BYTES: u64 = 32 << 20;
/// Most readers that one transaction writes.
const MOST_READERS: usize = 95;

/// Marks the reports that are stale now. Answers how many there are.
pub(super) async fn mark_stale(
    services: &Services,
    scope: &TenantScope,
    seen: &Seen,
) -> Result<usize, AppError> {
    let mut stale = 0;
    for (from, readers) in by_known_generation(services, seen) {
        let mut watched = readers;
        for step in steps_after(seen, from) {
            if watched.is_empty() {
                break;
            }
            let changes = find_changes(services, scope, seen, &step).await?;
            let mut rest = Vec::new();
            for reader in watched {
                if touches(services, scope, &changes, &reader.value).await? {
                    stale += usize::from(mark(services, scope, reader).await?);
                } else {
                    rest.push(reader);
                }
            }
            watched = rest;
        }
    }
    know_new_readers(services, scope, seen).await?;
    Ok(stale)
}

/// Readers that late data concern and that do not know all generations yet, by the one they know.
fn by_known_generation<'a>(services: &Services, seen: &'a Seen) -> BTreeMap<u64, Vec<&'a Stored<Reader>>> {
    let (now, generation) = (services.now(), &seen.generation);
    let mut groups: BTreeMap<u64, Vec<&Stored<Reader>>> = BTreeMap::new();
    for reader in seen.readers.iter().filter(|r| r.value.is_watched && r.value.expires_at > now) {
        let Reader { known_to, is_new, .. } = reader.value;
        let known = if is_new { known_to } else { known_to.max(generation.checked) };
        if known < generation.generation {
            groups.entry(known).or_default().push(reader);
        }
    }
    groups
}

/// Commits that are looked at together.
struct Step<'a> {
    /// The generation before them.
    from: u64,
    segments: Vec<&'a SegmentMeta>,
}

/// What came after a generation, in steps of bounded size.
fn steps_after(seen: &Seen, from: u64) -> Vec<Step<'_>> {
    let is_new =
        |s: &&SegmentMeta| !s.compacted && s.gen_from > from && s.gen_from <= seen.generation.generation;
    let mut new: Vec<&SegmentMeta> = seen.segments.iter().map(|row| &row.value).filter(is_new).collect();
    new.sort_by_key(|segment| segment.gen_from);
    let mut steps: Vec<Step<'_>> = Vec::new();
    for commit in new.chunk_by(|a, b| a.gen_from == b.gen_from) {
        let bytes = |segments: &[&SegmentMeta]| segments.iter().map(|s| s.bytes).sum::<u64>();
        match steps.last_mut() {
            Some(step) if bytes(&step.segments) + bytes(commit) <= STEP_BYTES => {
                step.segments.extend_from_slice(commit);
            }
            _ => steps.push(Step { from: commit[0].gen_from - 1, segments: commit.to_vec() }),
        }
    }
    steps
}

async fn find_changes(
    services: &Services,
    scope: &TenantScope,
    seen: &Seen,
    step: &Step<'_>,
) -> Result<Changes, AppError> {
    let mut new = Vec::with_capacity(step.segments.len());
    for meta in &step.segments {
        new.push(((*meta).clone(), fetch(services, scope, meta).await?));
    }
    let mut changes = Changes::new(new)?;
    let before = seen.segments.iter().map(|row| &row.value).filter(|s| s.is_read_at(step.from));
    for meta in before {
        if changes.may_replace_in(meta)? {
            let segment = fetch(services, scope, meta).await?;
            changes.add_old(meta.clone(), segment)?;
        }
    }
    Ok(changes)
}

/// Whether a report read a row that was brought or replaced.
async fn touches(
    services: &Services,
    scope: &TenantScope,
    changes: &Changes,
    reader: &Reader,
) -> Result<bool, AppError> {
    if !changes.may_touch(&reader.spans) {
        return Ok(false);
    }
    let Some(run) = services.store.find::<Run>(scope, &reader.run).await? else { return Ok(false) };
    match plan_report(&run.value.input) {
        Ok(plan) => {
            let queries: Vec<Query> =
                plan.queries().iter().filter(|query| query.dataset == reader.dataset).cloned().collect();
            Ok(changes.touch(&queries)?)
        }
        // Its template is no longer known, so its times must do.
        Err(_) => Ok(true),
    }
}

/// Marks a report. Answers whether it was not marked before.
async fn mark(services: &Services, scope: &TenantScope, reader: &Stored<Reader>) -> Result<bool, StoreError> {
    let mut reader = reader.clone();
    reader.value.is_watched = false;
    for _ in 0..ATTEMPTS {
        let Some(mut run) = services.store.find::<Run>(scope, &reader.value.run).await? else {
            return Ok(false);
        };
        if run.value.status != RunStatus::Completed || run.value.stale {
            return Ok(false);
        }
        run.value.stale = true;
        let audit = services
            .audit(scope, "report.marked_stale", format!("report/{}", run.value.id))
            .with("dataset", reader.value.dataset.as_str());
        let change = services.store.change(scope, audit).replace(&run).replace(&reader);
        match change.commit().await {
            Err(StoreError::Conflict { what }) if what == <Run as sitrep_aws::entity::Entity>::WHAT => {}
            Err(StoreError::Conflict { .. }) => return Ok(false),
            other => return other.map(|()| true),
        }
    }
    Ok(false)
}

/// From now on new readers are looked at together with all others.
async fn know_new_readers(services: &Services, scope: &TenantScope, seen: &Seen) -> Result<(), StoreError> {
    let new: Vec<_> = seen.readers.iter().filter(|reader| reader.value.is_new).collect();
    for some in new.chunks(MOST_READERS) {
        let audit = services
            .audit(scope, "readers.known", format!("dataset/{}", seen.dataset()))
            .with("readers", some.len());
        let mut change = services.store.change(scope, audit);
        for reader in some {
            let mut known = Stored::clone(reader);
            known.value.is_new = false;
            known.value.known_to = known.value.known_to.max(seen.generation.generation);
            change = change.replace(&known);
        }
        match change.commit().await {
            // One was marked or deleted meanwhile; the next pass knows the others.
            Err(StoreError::Conflict { .. }) => {}
            other => other?,
        }
    }
    Ok(())
}
