//! Samples of uploads.

use jiff::SignedDuration;
use serde_json::{Value, json};
use sitrep_app::uploads::UploadLink;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::UploadId;
use sitrep_domain::upload::{BodyFormat, FilePosition, RowError, Upload, UploadProgress, UploadSpec};

use super::{at, uuid};
use crate::views::{NewUploadView, UploadView};

fn waiting() -> Upload {
    let spec = UploadSpec { mapping: "native".to_owned(), format: BodyFormat::Ndjson, gzip: true };
    let asked = at("2026-11-01T06:00:00Z");
    Upload::waiting(UploadId::new(uuid(9)), DatasetId::Incidents, spec, "ann@acme.example".to_owned(), asked)
}

pub(crate) fn upload_view() -> Value {
    let mut upload = waiting();
    let began = upload.created_at + SignedDuration::from_secs(40);
    let fence = upload.claim(734_003_200, "\"d41d8cd98f00b204e9800998ecf8427e\"", began);
    let fence = fence.expect("nobody has it yet");
    let mut progress = UploadProgress {
        position: FilePosition { offset: 67_108_864, lines: 180_000, rows: 180_000 },
        bytes_read: 8_388_608,
        accepted: 179_999,
        rejected: 1,
        ..UploadProgress::default()
    };
    progress.add_errors([RowError {
        line: 3,
        field: "severity".to_owned(),
        code: "unknown_value".into(),
        detail: "severity is one of critical, high, medium, low, informational".to_owned(),
    }]);
    progress.add_generation(8);
    upload.advance(fence, progress, began).expect("the lease is the newest");
    json!(UploadView::from(&upload))
}

pub(crate) fn new_upload_view() -> Value {
    let link = UploadLink {
        url: "https://records.s3.eu-central-1.amazonaws.com/t/acme/uploads/\
              0198b1c2-7a5e-4c3d-8e2f-000000000009.upload?X-Amz-Expires=3600&X-Amz-Signature=4f1e"
            .to_owned(),
        headers: vec![("if-none-match".to_owned(), "*".to_owned())],
    };
    json!(NewUploadView::new(&waiting(), &link))
}
