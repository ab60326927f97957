//! Holding an upload: the lease, its heartbeat, and changes under its fence.

use std::time::Duration;

use jiff::Timestamp;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_domain::ids::UploadId;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::upload::{Upload, UploadRefusal};
use tokio::sync::{Mutex, MutexGuard};

use crate::services::Services;

/// How often the lease is extended; three times within its length.
const BEAT: Duration = Duration::from_secs(20);

/// An upload that this worker holds.
pub(crate) struct Claimed {
    id: UploadId,
    fence: u64,
    row: Mutex<Stored<Upload>>,
}

/// Takes an upload, if it is there, its file is there, and nobody else has it.
pub(crate) async fn claim_upload(
    services: &Services,
    scope: &TenantScope,
    id: UploadId,
) -> Result<Option<Claimed>, StoreError> {
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
    Ok(fence.map(|fence| Claimed { id, fence, row: Mutex::new(row.written()) }))
}

impl Claimed {
    /// Its id.
    pub(crate) const fn id(&self) -> UploadId {
        self.id
    }

    /// The fence of this worker's lease.
    pub(crate) const fn fence(&self) -> u64 {
        self.fence
    }

    /// The upload as it was last written.
    pub(crate) async fn upload(&self) -> Upload {
        self.row.lock().await.value.clone()
    }

    /// The row, held so that no heartbeat comes between.
    pub(crate) async fn hold(&self) -> MutexGuard<'_, Stored<Upload>> {
        self.row.lock().await
    }

    /// Extends the lease again and again; ends when it is lost.
    pub(crate) async fn beat(&self, services: &Services, scope: &TenantScope) {
        loop {
            tokio::time::sleep(BEAT).await;
            let extended = self.change(services, scope, "upload.lease_extended", Upload::extend).await;
            match extended {
                Ok(Some(())) => {}
                Ok(None) => return,
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a heartbeat failed"),
            }
        }
    }

    /// Changes the row under the fence; `None` when the lease is lost.
    pub(crate) async fn change<T>(
        &self,
        services: &Services,
        scope: &TenantScope,
        action: &str,
        change: impl Fn(&mut Upload, u64, Timestamp) -> Result<T, UploadRefusal>,
    ) -> Result<Option<T>, StoreError> {
        let mut row = self.row.lock().await;
        loop {
            let mut changed = row.clone();
            let Ok(outcome) = change(&mut changed.value, self.fence, services.now()) else { return Ok(None) };
            let audit = services
                .audit(scope, action, format!("upload/{}", self.id))
                .with("status", changed.value.status.as_str());
            match services.store.change(scope, audit).replace(&changed).commit().await {
                Ok(()) => {
                    *row = changed.written();
                    return Ok(Some(outcome));
                }
                // Somebody else's, or an earlier change of ours whose answer was lost: the fence tells.
                Err(StoreError::Conflict { .. }) => match services.store.find(scope, &self.id).await? {
                    Some(newer) => *row = newer,
                    None => return Ok(None),
                },
                Err(error) => return Err(error),
            }
        }
    }
}
