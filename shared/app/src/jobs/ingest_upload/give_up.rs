//! Giving up: why a worker does not finish an upload, and whether somebody is to try again.

use sitrep_aws::error::StoreError;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::upload::Upload;
use sitrep_domain::upload_failure::{UploadFailure, UploadFailureClass};
use sitrep_query::IngestError;

use super::{go_on_later, remove_file};
use crate::claimed::Claimed;
use crate::services::Services;

/// Why a worker does not finish an upload.
#[derive(Debug)]
pub(super) enum Trouble {
    /// Another try may work; what went wrong, for the log.
    Passing(String),
    /// Another try would fail the same way.
    ForGood(UploadFailure),
    /// Another worker has it.
    LeaseLost,
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => Self::LeaseLost,
            other => Self::Passing(other.to_string()),
        }
    }
}

impl From<IngestError> for Trouble {
    fn from(error: IngestError) -> Self {
        let (class, line) = match &error {
            IngestError::Interrupted { .. } | IngestError::Internal { .. } => {
                return Self::Passing(error.to_string());
            }
            IngestError::Malformed { line, .. } => (UploadFailureClass::Malformed, Some(*line)),
            IngestError::Endless => (UploadFailureClass::Malformed, None),
            IngestError::NotGzip => (UploadFailureClass::NotGzip, None),
            IngestError::TooLarge { .. } | IngestError::Bomb { .. } => (UploadFailureClass::TooLarge, None),
            IngestError::Mapping(_) => (UploadFailureClass::UnusableMapping, None),
        };
        let text = match error {
            IngestError::TooLarge { limit, .. } => {
                format!("The unpacked file has more than {limit} bytes.")
            }
            other => format!("{} ({other})", class.message()),
        };
        Self::ForGood(UploadFailure::new(class, line).telling(text))
    }
}

/// Puts down why the worker does not finish, and wakes the next one where that may help.
pub(super) async fn give_up(
    services: &Services,
    scope: &TenantScope,
    claimed: &Claimed<Upload>,
    trouble: Trouble,
) -> Result<(), StoreError> {
    let upload = claimed.value().await;
    let failure = match trouble {
        Trouble::LeaseLost => return Ok(()),
        Trouble::Passing(diagnostic) => {
            tracing::warn!(diagnostic, attempts = upload.attempts, "an upload is not finished");
            if upload.attempts < Upload::MAX_ATTEMPTS {
                return go_on_later(services, scope, claimed, upload.backoff()).await;
            }
            UploadFailure::new(UploadFailureClass::Unavailable, None)
        }
        Trouble::ForGood(failure) => failure,
    };
    let failure = saying_what_stays(failure, &upload);
    tracing::warn!(class = ?failure.class, line = failure.line, "an upload failed");
    let finish = |upload: &mut Upload, fence, now| upload.finish(fence, Some(failure.clone()), now);
    if claimed.change(services, scope, "upload.failed", finish).await?.is_some() {
        remove_file(services, scope, claimed.id()).await?;
    }
    Ok(())
}

/// The failure with what was taken in before it.
fn saying_what_stays(failure: UploadFailure, upload: &Upload) -> UploadFailure {
    let message = match upload.progress.accepted {
        0 => format!("{} Nothing was taken in.", failure.message),
        accepted => format!(
            "{} {accepted} records of the first {} lines were taken in and stay.",
            failure.message, upload.progress.position.lines
        ),
    };
    failure.telling(message)
}
