//! Uploads as callers see them; the link that takes the file is shown once, when it is made.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use sitrep_app::uploads::UploadLink;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::UploadId;
use sitrep_domain::upload::{BodyFormat, RowError, Upload, UploadStatus};
use sitrep_domain::upload_failure::UploadFailure;

/// An upload.
#[derive(Serialize)]
pub(crate) struct UploadView<'a> {
    id: UploadId,
    dataset: DatasetId,
    mapping: &'a str,
    format: BodyFormat,
    gzip: bool,
    status: UploadStatus,
    progress: ProgressView,
    accepted: u64,
    rejected: u64,
    /// The first hundred, by line.
    errors: &'a [RowError],
    /// The first and the last generation of the dataset that its records made.
    generations: Option<GenerationsView>,
    failure: Option<&'a UploadFailure>,
    created_by: &'a str,
    created_at: Timestamp,
    expires_at: Timestamp,
    started_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
}

#[derive(Serialize)]
struct ProgressView {
    /// Bytes of the file as it was sent.
    bytes_read: u64,
    bytes_total: Option<u64>,
    rows: u64,
}

#[derive(Serialize)]
struct GenerationsView {
    first: u64,
    last: u64,
}

impl<'a> From<&'a Upload> for UploadView<'a> {
    fn from(upload: &'a Upload) -> Self {
        let progress = &upload.progress;
        Self {
            id: upload.id,
            dataset: upload.dataset,
            mapping: &upload.mapping,
            format: upload.format,
            gzip: upload.gzip,
            status: upload.status,
            progress: ProgressView {
                bytes_read: progress.bytes_read,
                bytes_total: upload.bytes_total,
                rows: progress.accepted + progress.rejected,
            },
            accepted: progress.accepted,
            rejected: progress.rejected,
            errors: &progress.errors,
            generations: progress.generations.map(|(first, last)| GenerationsView { first, last }),
            failure: upload.failure.as_ref(),
            created_by: &upload.created_by,
            created_at: upload.created_at,
            expires_at: upload.link_expires_at,
            started_at: upload.started_at,
            ended_at: upload.ended_at,
        }
    }
}

/// An upload that was just asked for, with where and how to put its file.
#[derive(Serialize)]
pub(crate) struct NewUploadView<'a> {
    #[serde(flatten)]
    upload: UploadView<'a>,
    put: PutView<'a>,
}

#[derive(Serialize)]
struct PutView<'a> {
    method: &'static str,
    url: &'a str,
    /// Must be sent as they are: the signature covers them.
    headers: BTreeMap<&'a str, &'a str>,
    max_bytes: u64,
    expires_at: Timestamp,
}

impl<'a> NewUploadView<'a> {
    /// The view of an upload with its link.
    pub(crate) fn new(upload: &'a Upload, link: &'a UploadLink) -> Self {
        let headers = link.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let put = PutView {
            method: "PUT",
            url: &link.url,
            headers,
            max_bytes: Upload::MAX_BYTES,
            expires_at: upload.link_expires_at,
        };
        Self { upload: UploadView::from(upload), put }
    }
}
