//! Claiming an upload: it is taken, or looked for in vain, or it has ended.

use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_domain::ids::UploadId;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::upload::{Upload, UploadRefusal};

use crate::claimed::Claimed;
use crate::services::Services;

/// Takes an upload, if it is there, its file is there, and nobody else has it.
pub(crate) async fn claim_upload(
    services: &Services,
    scope: &TenantScope,
    id: UploadId,
) -> Result<Option<Claimed<Upload>>, StoreError> {
    let key = keys::upload_object(scope.tenant(), id);
    let Some(mut row) = services.store.find::<Upload>(scope, &id).await? else { return Ok(None) };
    if row.value.status.is_terminal() {
        // What an earlier worker could not remove, or what came too late.
        services.objects.remove(scope, Bucket::Records, &key).await?;
        return Ok(None);
    }
    let now = services.now();
    let outcome = match services.objects.find_size(scope, Bucket::Records, &key).await? {
        Some((bytes, etag)) => row.value.claim(bytes, &etag, now).map(Some),
        None => row.value.miss(now).map(|()| None),
    };
    let fence = match outcome {
        Err(UploadRefusal::Ended | UploadRefusal::Leased | UploadRefusal::LeaseLost) => return Ok(None),
        Err(UploadRefusal::Exhausted) => None,
        Ok(fence) => fence,
    };
    let action = if fence.is_some() { "upload.started" } else { "upload.looked_for" };
    let audit =
        services.audit(scope, action, format!("upload/{id}")).with("status", row.value.status.as_str());
    match services.store.change(scope, audit).replace(&row).commit().await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => return Ok(None),
        Err(error) => return Err(error),
    }
    if row.value.status.is_terminal() {
        services.objects.remove(scope, Bucket::Records, &key).await?;
    }
    Ok(fence.map(|fence| Claimed::new(row.written(), fence)))
}
