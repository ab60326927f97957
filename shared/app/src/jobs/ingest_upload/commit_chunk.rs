//! Committing a chunk: its segments, the dataset's next generation and the upload's progress, in one transaction.

use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::upload::{RowError, Upload, UploadProgress};
use sitrep_query::Chunk;
use uuid::Uuid;

use super::give_up::Trouble;
use crate::claimed::Claimed;
use crate::data::{commit_after, put_segments, wait_for_others};
use crate::services::Services;
use crate::steps;

/// How often a commit is tried against other writers of the same dataset.
const ATTEMPTS: u32 = 20;

/// Commits a chunk under the worker's fence.
pub(super) async fn commit_chunk(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Upload>,
    chunk: Chunk,
) -> Result<(), Trouble> {
    if chunk.ingested.segments.is_empty() {
        let advance = |upload: &mut Upload, fence, now| {
            let progress = progress_after(&upload.progress, &chunk, None);
            upload.advance(fence, progress, now)
        };
        let done = claimed.change(services, scope, "upload.progressed", advance).await?;
        return done.ok_or(Trouble::LeaseLost);
    }
    let attempt = services.ids.uuid();
    put_segments(services, scope, &chunk.ingested.segments, attempt).await?;
    steps::reached("stored").await;
    for tries in 0..ATTEMPTS {
        // Held, so that no heartbeat comes between.
        let mut row = claimed.hold().await;
        match commit_with_progress(services, scope, claimed.fence(), &row, &chunk, attempt).await? {
            Committed::Yes(changed) => {
                *row = *changed;
                return Ok(());
            }
            Committed::RowChanged => match services.store.find::<Upload>(scope, &claimed.id()).await? {
                Some(newer) if newer.value.progress.position == chunk.end => {
                    *row = newer;
                    return Ok(());
                }
                Some(newer) => *row = newer,
                None => return Err(Trouble::LeaseLost),
            },
            Committed::DatasetChanged => {
                drop(row);
                wait_for_others(services, tries).await;
            }
        }
    }
    Err(Trouble::Passing("many writers are at this dataset".to_owned()))
}

/// What became of one try.
enum Committed {
    /// The row as it is now.
    Yes(Box<Stored<Upload>>),
    /// The upload's row was changed: by us, with an answer that was lost, or by somebody who has it now.
    RowChanged,
    /// Another writer of the dataset came first.
    DatasetChanged,
}

async fn commit_with_progress(
    services: &Services,
    scope: &TenantScope,
    fence: u64,
    row: &Stored<Upload>,
    chunk: &Chunk,
    attempt: Uuid,
) -> Result<Committed, Trouble> {
    let mut changed = row.clone();
    let mut advanced = Ok(());
    let written = commit_after(services, scope, &chunk.ingested, attempt, |change, generation| {
        let progress = progress_after(&row.value.progress, chunk, Some(generation));
        advanced = changed.value.advance(fence, progress, services.now());
        change.replace(&changed)
    });
    // A lease that is lost is lost in the row, too: its revision has moved on, and nothing is written.
    let written = written.await;
    if advanced.is_err() {
        return Err(Trouble::LeaseLost);
    }
    match written {
        Ok(_) => Ok(Committed::Yes(Box::new(changed.written()))),
        Err(StoreError::Conflict { what: "upload" }) => Ok(Committed::RowChanged),
        Err(StoreError::Conflict { .. }) => Ok(Committed::DatasetChanged),
        Err(error) => Err(error.into()),
    }
}

fn progress_after(before: &UploadProgress, chunk: &Chunk, generation: Option<u64>) -> UploadProgress {
    let mut progress = before.clone();
    progress.position = chunk.end;
    progress.bytes_read = chunk.packed_bytes;
    progress.accepted += chunk.ingested.accepted;
    progress.rejected += chunk.ingested.rejected;
    progress.add_errors(chunk.ingested.errors.iter().map(RowError::from));
    if let Some(generation) = generation {
        progress.add_generation(generation);
    }
    progress
}
