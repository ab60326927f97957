//! Taking in an upload: claim, read, map, commit chunk by chunk.

use sitrep_aws::error::StoreError;
use sitrep_domain::ids::{TenantId, UploadId};

use crate::services::Services;
use crate::steps;
use crate::uploads::claim_upload;

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
    Ok(())
}
