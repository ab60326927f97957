//! Holding a row: the lease of one worker, its heartbeat, and changes under its fence.
//!
//! Whoever has lost the lease writes nothing more: every change is tried on the row as it is, and the row refuses an older
//! fence. How a row is claimed, and what it may become, is its own affair.

use std::fmt::Display;
use std::time::Duration;

use jiff::Timestamp;
use sitrep_aws::entity::{Entity, Stored};
use sitrep_aws::error::StoreError;
use sitrep_domain::run::{Run, RunRefusal};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::upload::{Upload, UploadRefusal};
use tokio::sync::{Mutex, MutexGuard};

use crate::services::Services;

/// How often the lease is extended; three times within its length.
const BEAT: Duration = Duration::from_secs(20);

/// A kind of row that one worker at a time holds.
pub(crate) trait Leased: Entity<Id: Copy + Display> + Clone {
    /// Why a row does not take a change.
    type Refusal;

    /// Extends the lease, unless the fence is not the newest.
    fn extend(&mut self, fence: u64, now: Timestamp) -> Result<(), Self::Refusal>;

    /// The word for its state.
    fn status(&self) -> &'static str;
}

impl Leased for Run {
    type Refusal = RunRefusal;

    fn extend(&mut self, fence: u64, now: Timestamp) -> Result<(), RunRefusal> {
        Self::extend(self, fence, now)
    }

    fn status(&self) -> &'static str {
        self.status.as_str()
    }
}

impl Leased for Upload {
    type Refusal = UploadRefusal;

    fn extend(&mut self, fence: u64, now: Timestamp) -> Result<(), UploadRefusal> {
        Self::extend(self, fence, now)
    }

    fn status(&self) -> &'static str {
        self.status.as_str()
    }
}

/// A row that this worker holds.
pub(crate) struct Claimed<E: Leased> {
    id: E::Id,
    fence: u64,
    row: Mutex<Stored<E>>,
}

impl<E: Leased> Claimed<E> {
    /// A row under the worker's fence, as it was written with the claim.
    pub(crate) fn new(row: Stored<E>, fence: u64) -> Self {
        Self { id: row.value.id(), fence, row: Mutex::new(row) }
    }

    /// Its id.
    pub(crate) const fn id(&self) -> E::Id {
        self.id
    }

    /// The fence of this worker's lease.
    pub(crate) const fn fence(&self) -> u64 {
        self.fence
    }

    /// The value as it was last written.
    pub(crate) async fn value(&self) -> E {
        self.row.lock().await.value.clone()
    }

    /// The row, held so that no heartbeat comes between.
    pub(crate) async fn hold(&self) -> MutexGuard<'_, Stored<E>> {
        self.row.lock().await
    }

    /// Extends the lease again and again; ends when it is lost.
    pub(crate) async fn beat(&self, services: &Services, scope: &TenantScope) {
        let action = format!("{}.lease_extended", E::WHAT);
        loop {
            tokio::time::sleep(BEAT).await;
            match self.change(services, scope, &action, E::extend).await {
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
        change: impl Fn(&mut E, u64, Timestamp) -> Result<T, E::Refusal>,
    ) -> Result<Option<T>, StoreError> {
        let mut row = self.row.lock().await;
        loop {
            let mut changed = row.clone();
            let Ok(outcome) = change(&mut changed.value, self.fence, services.now()) else { return Ok(None) };
            let audit = services.audit(scope, action, format!("{}/{}", E::WHAT, self.id));
            let audit = audit.with("status", changed.value.status());
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
