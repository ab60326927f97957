//! Taking in an upload: claim, read, map, commit chunk by chunk. The walk through it is this file from top to bottom.
//!
//! A chunk's transaction writes its segments and the upload's progress, so whoever goes on after a crash begins behind
//! the last chunk that is there. A worker that lost its lease writes nothing more.

mod commit_chunk;
mod give_up;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_aws::queues::Wake;
use sitrep_domain::ids::{TenantId, UploadId};
use sitrep_domain::mapping::Mapping;
use sitrep_domain::run::add;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::upload::Upload;
use sitrep_domain::upload_failure::{UploadFailure, UploadFailureClass};
use sitrep_query::{Chunk, IngestError, RecordStream, StreamOptions};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use self::commit_chunk::commit_chunk;
use self::give_up::{Trouble, give_up};
use crate::claimed::Claimed;
use crate::error::AppError;
use crate::mappings::use_mapping;
use crate::services::Services;
use crate::steps;
use crate::uploads::{PartReader, claim_upload, pipe};

/// Takes in an upload, if it is there, its file is there, and nobody else has it. Repeating it is harmless.
///
/// # Errors
///
/// [`StoreError`] when not even the row could be read or written; the message is then delivered again.
pub async fn ingest_upload(
    services: &Services,
    tenant: &TenantId,
    id: UploadId,
    request_id: &str,
) -> Result<(), StoreError> {
    let Some((scope, _)) = services.open_job(tenant, "ingest", request_id).await? else { return Ok(()) };
    let Some(claimed) = claim_upload(services, &scope, id).await? else { return Ok(()) };
    steps::reached("claimed").await;
    let work = async {
        tokio::select! {
            done = take_in(services, &scope, &claimed) => done,
            () = claimed.beat(services, &scope) => Err(Trouble::LeaseLost),
        }
    };
    match Box::pin(work).await {
        Ok(Reached::End) => complete(services, &scope, &claimed).await,
        Ok(Reached::TimeLimit) => go_on_later(services, &scope, &claimed, SignedDuration::ZERO).await,
        Err(trouble) => give_up(services, &scope, &claimed, trouble).await,
    }
}

/// How far a worker got that met no trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reached {
    /// The end of the file.
    End,
    /// The end of its time; there is more to read.
    TimeLimit,
}

/// Fetching, reading and committing go on side by side, a chunk ahead of each other.
async fn take_in(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Upload>,
) -> Result<Reached, Trouble> {
    let upload = claimed.value().await;
    let until = add(services.now(), services.time_limits.upload);
    let bytes = upload.bytes_total.unwrap_or_default();
    if bytes > Upload::MAX_BYTES {
        return Err(Trouble::ForGood(UploadFailure::new(UploadFailureClass::TooLarge, None)));
    }
    let mapping = use_mapping(services, scope, upload.dataset, &upload.mapping).await;
    let mapping = mapping.map_err(|error| match error {
        AppError::Invalid(invalid) => {
            let failure = UploadFailure::new(UploadFailureClass::UnusableMapping, None);
            Trouble::ForGood(failure.telling(invalid.to_string()))
        }
        other => Trouble::Passing(other.to_string()),
    })?;
    let (parts, reader) = pipe(bytes);
    let (to_commit, chunks) = channel(1);
    let key = keys::upload_object(scope.tenant(), upload.id);
    let etag = upload.etag.clone().unwrap_or_default();
    let tenant = scope.tenant().clone();
    let reading =
        tokio::task::spawn_blocking(move || read_chunks(reader, &upload, &mapping, &tenant, &to_commit));
    let fetching = parts.fetch(services, scope, &key, &etag, bytes);
    let committing = commit_chunks(services, scope, claimed, chunks, until);
    let (fetched, committed) = futures::join!(fetching, committing);
    // The file that vanished is the reason; that the reader missed it is not.
    match (fetched, committed) {
        (Err(StoreError::MissingObject { .. }), Err(Trouble::Passing(_))) => {
            Err(Trouble::ForGood(UploadFailure::new(UploadFailureClass::Replaced, None)))
        }
        (_, Ok(reached)) => {
            reading.await.map_err(|error| Trouble::Passing(error.to_string()))?;
            Ok(reached)
        }
        (_, Err(trouble)) => Err(trouble),
    }
}

/// Reads chunk after chunk, until the file ends, breaks, or nobody takes them any more.
fn read_chunks(
    reader: PartReader,
    upload: &Upload,
    mapping: &Mapping,
    tenant: &TenantId,
    to_commit: &Sender<Result<Chunk, IngestError>>,
) {
    let from = upload.progress.position;
    let options = StreamOptions::upload();
    let mut stream = match RecordStream::open(reader, upload.format, upload.gzip, mapping, from, options) {
        Ok(stream) => stream,
        Err(error) => return drop(to_commit.blocking_send(Err(error))),
    };
    while let Some(chunk) = stream.next_chunk(tenant).transpose() {
        let is_last = chunk.is_err();
        if to_commit.blocking_send(chunk).is_err() || is_last {
            return;
        }
    }
}

async fn commit_chunks(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Upload>,
    mut chunks: Receiver<Result<Chunk, IngestError>>,
    until: Timestamp,
) -> Result<Reached, Trouble> {
    while let Some(chunk) = chunks.recv().await {
        commit_chunk(services, scope, claimed, chunk?).await?;
        steps::reached("committed").await;
        if services.now() >= until {
            return Ok(Reached::TimeLimit);
        }
    }
    Ok(Reached::End)
}

async fn complete(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Upload>,
) -> Result<(), StoreError> {
    let upload = claimed.value().await;
    if upload.progress.accepted == 0 {
        let failure = UploadFailure::new(UploadFailureClass::NothingAccepted, None);
        return give_up(services, scope, claimed, Trouble::ForGood(failure)).await;
    }
    let finish = |upload: &mut Upload, fence, now| upload.finish(fence, None, now);
    if claimed.change(services, scope, "upload.completed", finish).await?.is_none() {
        return Ok(());
    }
    steps::reached("completed").await;
    remove_file(services, scope, claimed.id()).await
}

/// Once an upload has ended nobody needs its file. Until it is gone, the message that names it comes again.
async fn remove_file(services: &Services, scope: &TenantScope, id: UploadId) -> Result<(), StoreError> {
    let key = keys::upload_object(scope.tenant(), id);
    services.objects.remove(scope, Bucket::Records, &key).await?;
    steps::reached("removed").await;
    Ok(())
}

/// Lets the lease go, and wakes whoever goes on.
async fn go_on_later(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Upload>,
    wait: SignedDuration,
) -> Result<(), StoreError> {
    let give_back = |upload: &mut Upload, fence, now| upload.give_back(fence, wait, now);
    if claimed.change(services, scope, "upload.given_back", give_back).await?.is_some() {
        let wake = Wake::Upload { tenant: scope.tenant().clone(), upload: claimed.id() };
        services.wake(&wake, Duration::try_from(wait).unwrap_or_default()).await;
    }
    Ok(())
}
