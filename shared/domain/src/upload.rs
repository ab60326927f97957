//! Uploads: files of records that are put into the object store and then taken in, chunk by chunk.
//!
//! `waiting → running → completed | failed`, or `waiting → expired`. A final state is never left. Work is done under a
//! lease with a fence number; whoever holds an older fence may write nothing. Each chunk is committed together with the
//! progress that it makes, so whoever takes over goes on behind the last chunk that is there, and nowhere else.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::dataset::DatasetId;
use crate::ids::UploadId;
use crate::run::{Lease, add};
use crate::upload_failure::{UploadFailure, UploadFailureClass};
pub use crate::upload_progress::{FilePosition, RowError, UploadProgress};

/// How a body or a file of records is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyFormat {
    /// One JSON array of objects.
    Json,
    /// One JSON object per line.
    Ndjson,
    /// Comma-separated values with a header row.
    Csv,
}

/// State of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadStatus {
    /// Waits for the file.
    Waiting,
    /// The file is being taken in, or waits for a worker to go on.
    Running,
    /// All of the file was read; its accepted rows are in the dataset.
    Completed,
    /// The file could not be read to its end; what was taken in before stays.
    Failed,
    /// No file came.
    Expired,
}

impl UploadStatus {
    /// Its word in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }

    /// Whether it is never left.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// A file of records that is uploaded and then taken in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// The dataset that its records are of.
    pub dataset: DatasetId,
    /// Name of the mapping.
    pub mapping: String,
    /// How the file is written.
    pub format: BodyFormat,
    /// Whether it is gzip-encoded.
    pub gzip: bool,
    /// Its state.
    pub status: UploadStatus,
    /// Who asked for it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When the link stops taking the file.
    pub link_expires_at: Timestamp,
    /// Size of the file as it was sent, once it is known.
    pub bytes_total: Option<u64>,
    /// Tag of the object that is being read; another one under its key is not gone on with.
    pub etag: Option<String>,
    /// How far it has come.
    pub progress: UploadProgress,
    /// Claims since the last chunk.
    pub attempts: u32,
    /// The newest fence.
    pub fence: u64,
    /// The lease, while a worker has it.
    pub lease: Option<Lease>,
    /// When somebody looks again, while no worker has it.
    pub next_look_at: Timestamp,
    /// Why it failed.
    pub failure: Option<UploadFailure>,
    /// When work on it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// Why an upload did not take a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UploadRefusal {
    /// It is in a state that is never left.
    #[error("the upload has ended")]
    Ended,
    /// Another worker holds a lease that has not ended.
    #[error("another worker has the upload")]
    Leased,
    /// The worker's lease is not the newest.
    #[error("the lease was lost")]
    LeaseLost,
    /// It was tried too often without getting on; it has failed now.
    #[error("the upload was tried too often")]
    Exhausted,
}

impl Upload {
    /// Largest file as it is sent, in bytes: what the object store takes in one request.
    pub const MAX_BYTES: u64 = 5 * 1024 * 1024 * 1024;
    /// How long the link takes the file.
    pub const LINK: SignedDuration = SignedDuration::from_hours(1);
    /// How long a file may be on its way: it expires this long after it was asked for.
    pub const WAIT: SignedDuration = SignedDuration::from_hours(24);
    /// How often somebody looks for a file nobody told of, while its link lives.
    const LOOK: SignedDuration = SignedDuration::from_mins(5);
    /// How often later.
    const LATE_LOOK: SignedDuration = SignedDuration::from_hours(1);
    /// Longest a worker keeps an upload without a sign of life.
    pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
    /// Most claims without a chunk in between.
    pub const MAX_ATTEMPTS: u32 = 5;
    /// How long an ended upload is remembered.
    pub const KEEP: SignedDuration = SignedDuration::from_hours(90 * 24);

    /// A new upload that waits for its file.
    #[must_use]
    pub fn waiting(
        id: UploadId,
        dataset: DatasetId,
        spec: UploadSpec,
        created_by: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            dataset,
            mapping: spec.mapping,
            format: spec.format,
            gzip: spec.gzip,
            status: UploadStatus::Waiting,
            created_by,
            created_at: now,
            link_expires_at: add(now, Self::LINK),
            bytes_total: None,
            etag: None,
            progress: UploadProgress::default(),
            attempts: 0,
            fence: 0,
            lease: None,
            next_look_at: add(now, Self::LOOK),
            failure: None,
            started_at: None,
            ended_at: None,
        }
    }

    /// Takes the lease for a worker that found the file: its size and tag.
    ///
    /// # Errors
    ///
    /// [`UploadRefusal::Ended`] or [`UploadRefusal::Leased`], and nothing changes; [`UploadRefusal::Exhausted`] when it
    /// was claimed [`Self::MAX_ATTEMPTS`] times without a chunk, or the file is another one than before: it has failed
    /// then, and that must be stored.
    pub fn claim(&mut self, bytes: u64, etag: &str, now: Timestamp) -> Result<u64, UploadRefusal> {
        self.check_free(now)?;
        if self.attempts >= Self::MAX_ATTEMPTS {
            self.end(UploadStatus::Failed, Some(UploadFailure::new(UploadFailureClass::Poison, None)), now);
            return Err(UploadRefusal::Exhausted);
        }
        if self.etag.as_deref().is_some_and(|known| known != etag) {
            self.end(UploadStatus::Failed, Some(UploadFailure::new(UploadFailureClass::Replaced, None)), now);
            return Err(UploadRefusal::Exhausted);
        }
        self.attempts += 1;
        self.fence += 1;
        self.lease = Some(Lease { fence: self.fence, until: add(now, Self::LEASE) });
        self.status = UploadStatus::Running;
        self.bytes_total = Some(bytes);
        self.etag = Some(etag.to_owned());
        self.started_at.get_or_insert(now);
        Ok(self.fence)
    }

    /// Puts down that there is no file: the next look is later, or it was the last one.
    ///
    /// # Errors
    ///
    /// [`UploadRefusal::Ended`] or [`UploadRefusal::Leased`], and nothing changes.
    pub fn miss(&mut self, now: Timestamp) -> Result<(), UploadRefusal> {
        self.check_free(now)?;
        if self.status == UploadStatus::Running {
            self.end(UploadStatus::Failed, Some(UploadFailure::new(UploadFailureClass::Replaced, None)), now);
        } else if now >= self.waits_until() {
            self.end(UploadStatus::Expired, None, now);
        } else {
            let wait = if now < self.link_expires_at { Self::LOOK } else { Self::LATE_LOOK };
            self.next_look_at = add(now, wait).min(self.waits_until());
        }
        Ok(())
    }

    /// Extends the lease.
    ///
    /// # Errors
    ///
    /// [`UploadRefusal::LeaseLost`] when the fence is not the newest or the upload has ended.
    pub fn extend(&mut self, fence: u64, now: Timestamp) -> Result<(), UploadRefusal> {
        self.check_fence(fence)?;
        self.lease = Some(Lease { fence, until: add(now, Self::LEASE) });
        Ok(())
    }

    /// Puts down what a chunk has done; it is a sign of life, too.
    ///
    /// # Errors
    ///
    /// [`UploadRefusal::LeaseLost`] when the fence is not the newest or the upload has ended.
    pub fn advance(
        &mut self,
        fence: u64,
        progress: UploadProgress,
        now: Timestamp,
    ) -> Result<(), UploadRefusal> {
        self.extend(fence, now)?;
        self.progress = progress;
        self.attempts = 0;
        Ok(())
    }

    /// Gives the upload back after a passing fault, or because the worker's time is over; `wait` later somebody goes on.
    ///
    /// # Errors
    ///
    /// [`UploadRefusal::LeaseLost`].
    pub fn give_back(
        &mut self,
        fence: u64,
        wait: SignedDuration,
        now: Timestamp,
    ) -> Result<(), UploadRefusal> {
        self.check_fence(fence)?;
        self.lease = None;
        self.next_look_at = add(now, wait);
        Ok(())
    }

    /// How long to wait after a passing fault: each attempt six times as long as the one before.
    #[must_use]
    pub fn backoff(&self) -> SignedDuration {
        SignedDuration::from_secs(5 * 6_i64.pow(self.attempts.saturating_sub(1).min(3)))
    }

    /// Ends the upload: with all that was to read, or with the reason why not.
    ///
    /// # Errors
    ///
    /// [`UploadRefusal::LeaseLost`] when the fence is not the newest or the upload has ended.
    pub fn finish(
        &mut self,
        fence: u64,
        failure: Option<UploadFailure>,
        now: Timestamp,
    ) -> Result<(), UploadRefusal> {
        self.check_fence(fence)?;
        let status = if failure.is_some() { UploadStatus::Failed } else { UploadStatus::Completed };
        self.end(status, failure, now);
        Ok(())
    }

    /// When the sweep must look at the upload, if ever again.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        if self.status.is_terminal() {
            return None;
        }
        Some(self.lease.map_or(self.next_look_at, |lease| lease.until))
    }

    fn waits_until(&self) -> Timestamp {
        add(self.created_at, Self::WAIT)
    }

    fn check_free(&self, now: Timestamp) -> Result<(), UploadRefusal> {
        if self.status.is_terminal() {
            return Err(UploadRefusal::Ended);
        }
        if self.lease.is_some_and(|lease| lease.until > now) {
            return Err(UploadRefusal::Leased);
        }
        Ok(())
    }

    fn check_fence(&self, fence: u64) -> Result<(), UploadRefusal> {
        match self.lease {
            Some(lease) if lease.fence == fence && self.status == UploadStatus::Running => Ok(()),
            _ => Err(UploadRefusal::LeaseLost),
        }
    }

    fn end(&mut self, status: UploadStatus, failure: Option<UploadFailure>, now: Timestamp) {
        self.status = status;
        self.failure = failure;
        self.lease = None;
        self.ended_at = Some(now);
    }
}

/// What a caller says of a file before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadSpec {
    /// Name of the mapping.
    pub mapping: String,
    /// How the file is written.
    pub format: BodyFormat,
    /// Whether it is gzip-encoded.
    pub gzip: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn upload() -> Upload {
        let spec = UploadSpec { mapping: "native".into(), format: BodyFormat::Ndjson, gzip: false };
        let id = UploadId::new(uuid::Uuid::nil());
        Upload::waiting(id, DatasetId::Incidents, spec, "ann@acme.example".into(), at(0))
    }

    #[test]
    fn only_one_worker_holds_an_upload_and_an_older_fence_writes_nothing() {
        let mut upload = upload();
        let first = upload.claim(10, "a", at(10)).unwrap();
        assert_eq!(upload.claim(10, "a", at(69)), Err(UploadRefusal::Leased));
        let second = upload.claim(10, "a", at(70)).unwrap();
        let progress = UploadProgress { accepted: 5, ..UploadProgress::default() };
        assert_eq!(upload.advance(first, progress.clone(), at(71)), Err(UploadRefusal::LeaseLost));
        assert_eq!(upload.finish(first, None, at(71)), Err(UploadRefusal::LeaseLost));
        assert_eq!(upload.progress, UploadProgress::default());
        upload.advance(second, progress, at(71)).unwrap();
        upload.finish(second, None, at(72)).unwrap();
        assert_eq!((upload.status, upload.due()), (UploadStatus::Completed, None));
        assert_eq!(upload.claim(10, "a", at(500)), Err(UploadRefusal::Ended));
        assert_eq!(upload.finish(second, None, at(501)), Err(UploadRefusal::LeaseLost));
    }

    #[test]
    fn attempts_count_from_the_last_chunk_and_too_many_are_poison() {
        let mut upload = upload();
        let mut now = 0;
        for attempt in 0..20 {
            now += 100;
            let fence = upload.claim(10, "a", at(now)).unwrap();
            if attempt < 16 {
                upload.advance(fence, UploadProgress::default(), at(now)).unwrap();
            }
        }
        now += 100;
        let fence = upload.claim(10, "a", at(now)).unwrap();
        assert_eq!((fence, upload.attempts), (21, Upload::MAX_ATTEMPTS));
        assert_eq!(upload.claim(10, "a", at(now + 100)), Err(UploadRefusal::Exhausted));
        assert_eq!(upload.failure.unwrap().class, UploadFailureClass::Poison);
    }

    #[test]
    fn a_file_that_changes_or_vanishes_while_it_is_read_ends_the_upload() {
        let mut changed = upload();
        changed.claim(10, "a", at(0)).unwrap();
        assert_eq!(changed.claim(10, "b", at(100)), Err(UploadRefusal::Exhausted));
        assert_eq!(changed.failure.unwrap().class, UploadFailureClass::Replaced);
        let mut gone = upload();
        gone.claim(10, "a", at(0)).unwrap();
        assert_eq!(gone.miss(at(59)), Err(UploadRefusal::Leased));
        gone.miss(at(60)).unwrap();
        assert_eq!(gone.status, UploadStatus::Failed);
    }

    #[test]
    fn a_file_that_never_comes_is_looked_for_until_the_upload_expires() {
        let mut upload = upload();
        let mut looks = 0;
        while let Some(due) = upload.due() {
            assert!(due <= at(24 * 3_600), "{due}");
            upload.miss(due).unwrap();
            looks += 1;
        }
        assert_eq!(upload.status, UploadStatus::Expired);
        assert_eq!(upload.ended_at, Some(at(24 * 3_600)));
        assert!((20..50).contains(&looks), "{looks}");
        assert_eq!(upload.miss(at(24 * 3_600)), Err(UploadRefusal::Ended));
    }
}
