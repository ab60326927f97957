//! An upload's file as a reader: parts of it are fetched ahead while rows are read on another thread.
//!
//! At most [`AHEAD`] parts lie ready. Whoever drops either end stops the other one.

use std::io::{self, Read};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use sitrep_aws::error::StoreError;
use sitrep_aws::objects::Bucket;
use sitrep_domain::scope::TenantScope;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::services::Services;
use crate::steps;

/// Bytes of a part.
const PART_BYTES: u64 = 8 * 1024 * 1024;
/// Parts that lie ready.
const AHEAD: usize = 2;
/// How often a part is asked for.
const ATTEMPTS: u32 = 4;

/// The end that parts go into.
pub(crate) struct Parts(Sender<io::Result<Bytes>>);

/// The end that rows are read from.
pub(crate) struct PartReader {
    parts: Receiver<io::Result<Bytes>>,
    part: Bytes,
    /// Bytes of the file that are still to come, after this part.
    left: u64,
}

/// A pipe from the object store to a reader, for a file of that size.
pub(crate) fn pipe(bytes: u64) -> (Parts, PartReader) {
    let (sender, parts) = channel(AHEAD);
    (Parts(sender), PartReader { parts, part: Bytes::new(), left: bytes })
}

impl Parts {
    /// Fetches the file, part by part, until it ends or nobody reads it any more. The reader hears of errors, too.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when a part cannot be had.
    pub(crate) async fn fetch(
        self,
        services: &Services,
        scope: &TenantScope,
        key: &str,
        etag: &str,
        bytes: u64,
    ) -> Result<(), StoreError> {
        let mut start = 0;
        while start < bytes {
            match fetch_part(services, scope, key, etag, start).await {
                Ok(part) => {
                    start += part.len() as u64;
                    steps::reached("fetched").await;
                    if self.0.send(Ok(part)).await.is_err() {
                        return Ok(());
                    }
                }
                Err(error) => {
                    // A reader that is gone needs no news.
                    self.0.send(Err(io::Error::other(error.to_string()))).await.ok();
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}

/// A body that breaks off is no error that the client repeats by itself.
async fn fetch_part(
    services: &Services,
    scope: &TenantScope,
    key: &str,
    etag: &str,
    start: u64,
) -> Result<Bytes, StoreError> {
    let mut wait = Duration::from_millis(100);
    for _ in 1..ATTEMPTS {
        match services.objects.get_part(scope, Bucket::Records, key, etag, (start, PART_BYTES)).await {
            Err(StoreError::Unavailable { .. }) => {
                tokio::time::sleep(wait).await;
                wait *= 4;
            }
            other => return other,
        }
    }
    services.objects.get_part(scope, Bucket::Records, key, etag, (start, PART_BYTES)).await
}

impl Read for PartReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.part.is_empty() {
            match self.parts.blocking_recv() {
                Some(part) => self.part = part?,
                None if self.left == 0 => return Ok(0),
                // Whoever fetched it has gone: what is here must not be taken for the whole file.
                None => return Err(io::Error::other("the file breaks off")),
            }
            self.left = self.left.saturating_sub(self.part.len() as u64);
        }
        let read = self.part.len().min(buffer.len());
        self.part.copy_to_slice(&mut buffer[..read]);
        Ok(read)
    }
}
