//! Writing a file whose size nobody knows yet: kept while it is small, sent to the object store as it is made once it is
//! not.
//!
//! A file is made on a thread of its own, which waits while its pieces are being sent: whatever the size, a few pieces
//! are in memory. What fails half way, or takes too long, leaves no object behind.

use std::time::Duration;

use bytes::Bytes;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_aws::upload::Upload;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::scope::TenantScope;
use sitrep_query::QueryError;
use tokio::sync::mpsc;

use crate::error::AppError;
use crate::reports::{Download, Inline, MAX_INLINE};
use crate::services::Services;

/// Makes a file: hands out pieces until it is done or nobody takes them, and gives the number of rows.
pub(super) type Pieces = Box<dyn FnOnce(&mut dyn FnMut(Vec<u8>) -> bool) -> Result<u64, QueryError> + Send>;

/// Size of a piece in bytes, about.
pub(super) const PIECE_BYTES: usize = 1 << 20;
/// Pieces that may wait to be sent.
const WAITING: usize = 2;

/// A file to be made.
pub(super) struct NewFile {
    pub(super) file_name: String,
    pub(super) content_type: &'static str,
}

/// A file that was made.
pub(super) struct WrittenFile {
    pub(super) download: Download,
    pub(super) rows: u64,
    pub(super) bytes: u64,
}

/// Makes a file. `start` gets what it is made from.
pub(super) async fn write_file(
    services: &Services,
    scope: &TenantScope,
    file: NewFile,
    start: impl Future<Output = Result<Pieces, AppError>>,
) -> Result<WrittenFile, AppError> {
    let key = keys::export_object(scope.tenant(), services.ids.uuid(), &file.file_name);
    let mut upload = None;
    let work = async {
        let pieces = start.await?;
        let (rows, bytes, small) = send_pieces(services, scope, &file, &key, pieces, &mut upload).await?;
        Ok::<_, AppError>((rows, bytes, small))
    };
    let limit = services.time_limits.export;
    let done = tokio::time::timeout(limit, Box::pin(work)).await.unwrap_or_else(|_| Err(too_slow(limit)));
    let (rows, bytes, small) = match done {
        Ok(done) => done,
        Err(error) => {
            give_up(services, scope, &key, upload).await;
            return Err(error);
        }
    };
    let download = match small {
        Some(bytes) => {
            let (content_type, file_name) = (file.content_type.to_owned(), file.file_name);
            Download::Inline(Inline { bytes, content_type, file_name })
        }
        None => Download::Redirect(
            services.objects.presign_download(scope, &key, file.content_type, &file.file_name).await?,
        ),
    };
    Ok(WrittenFile { download, rows, bytes })
}

/// Rows and bytes of a file, and the file itself if it is small; a larger one is an object by now.
type Sent = (u64, u64, Option<Bytes>);

async fn send_pieces(
    services: &Services,
    scope: &TenantScope,
    file: &NewFile,
    key: &str,
    pieces: Pieces,
    upload: &mut Option<Upload>,
) -> Result<Sent, AppError> {
    let (sender, mut receiver) = mpsc::channel::<Vec<u8>>(WAITING);
    let maker = tokio::task::spawn_blocking(move || pieces(&mut |piece| sender.blocking_send(piece).is_ok()));
    let (mut small, mut bytes) = (Vec::new(), 0);
    while let Some(piece) = receiver.recv().await {
        bytes += piece.len() as u64;
        if let Some(upload) = upload {
            upload.write(&piece).await?;
            continue;
        }
        small.extend_from_slice(&piece);
        if bytes > MAX_INLINE {
            let begun = services.objects.begin_upload(scope, key, file.content_type).await?;
            upload.insert(begun).write(&std::mem::take(&mut small)).await?;
        }
    }
    // Before the object appears: what broke off in the middle must not be taken for a whole file.
    let rows = maker.await.map_err(AppError::internal)??;
    match upload {
        Some(upload) => {
            upload.complete().await?;
            Ok((rows, bytes, None))
        }
        None => Ok((rows, bytes, Some(small.into()))),
    }
}

/// Removes what there is of a file: its parts, and the object, in case it appeared and nobody heard of it.
async fn give_up(services: &Services, scope: &TenantScope, key: &str, upload: Option<Upload>) {
    let Some(upload) = upload else { return };
    let aborted = upload.abort().await;
    let removed = services.objects.remove(scope, Bucket::Artifacts, key).await;
    for error in [aborted.err(), removed.err()].into_iter().flatten() {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(error, "an export was not removed; the bucket does it after a day");
    }
}

fn too_slow(limit: Duration) -> AppError {
    let detail =
        format!("the export takes longer than {} seconds; narrow the dates or the filters", limit.as_secs());
    Invalid::limit("", detail).into()
}
