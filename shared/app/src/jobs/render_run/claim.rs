//! Holding a run: the lease, its heartbeat, and changes under its fence.

use std::time::Duration;

use jiff::Timestamp;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_domain::ids::ReportId;
use sitrep_domain::run::{Run, RunRefusal};
use sitrep_domain::scope::TenantScope;
use tokio::sync::Mutex;

use crate::services::Services;

/// How often the lease is extended; three times within its length.
const BEAT: Duration = Duration::from_secs(20);

/// A run that this worker holds.
pub(super) struct Claimed {
    fence: u64,
    row: Mutex<Stored<Run>>,
    id: ReportId,
}

/// Takes a run, if it is there, waiting, and nobody else has it.
pub(super) async fn claim(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
) -> Result<Option<Claimed>, StoreError> {
    let Some(mut row) = services.store.find::<Run>(scope, &id).await? else { return Ok(None) };
    let now = services.now();
    let (action, lease) = match row.value.claim(now) {
        Ok(lease) => {
            row.value.generated_at.get_or_insert(now);
            ("report.started", Some(lease))
        }
        Err(RunRefusal::Exhausted) => ("report.ended", None),
        Err(_) => return Ok(None),
    };
    let audit =
        services.audit(scope, action, format!("report/{id}")).with("status", row.value.status.as_str());
    match services.store.change(scope, audit).replace(&row).commit().await {
        Ok(()) => {}
        Err(StoreError::Conflict { .. }) => return Ok(None),
        Err(error) => return Err(error),
    }
    let row = row.written();
    match lease {
        Some(lease) => Ok(Some(Claimed { fence: lease.fence, row: Mutex::new(row), id })),
        None => {
            super::publish::after_failure(services, scope, &row.value).await?;
            Ok(None)
        }
    }
}

impl Claimed {
    /// Its id.
    pub(super) const fn id(&self) -> ReportId {
        self.id
    }

    /// The fence of this worker's lease.
    pub(super) const fn fence(&self) -> u64 {
        self.fence
    }

    /// The run as it was last written.
    pub(super) async fn run(&self) -> Run {
        self.row.lock().await.value.clone()
    }

    /// The row, held so that no heartbeat comes between.
    pub(super) async fn hold(&self) -> tokio::sync::MutexGuard<'_, Stored<Run>> {
        self.row.lock().await
    }

    /// Extends the lease again and again; ends when it is lost.
    pub(super) async fn beat(&self, services: &Services, scope: &TenantScope) {
        loop {
            tokio::time::sleep(BEAT).await;
            let extended = self.change(services, scope, "report.lease_extended", Run::extend).await;
            match extended {
                Ok(Some(())) => {}
                Ok(None) => return,
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "a heartbeat failed"),
            }
        }
    }

    /// Changes the row under the fence; `None` when the lease is lost.
    pub(super) async fn change<T>(
        &self,
        services: &Services,
        scope: &TenantScope,
        action: &str,
        change: impl Fn(&mut Run, u64, Timestamp) -> Result<T, RunRefusal>,
    ) -> Result<Option<T>, StoreError> {
        let mut row = self.row.lock().await;
        loop {
            let mut changed = row.clone();
            let Ok(outcome) = change(&mut changed.value, self.fence, services.now()) else { return Ok(None) };
            let audit = services.audit(scope, action, format!("report/{}", self.id));
            let audit = audit.with("status", changed.value.status.as_str());
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
