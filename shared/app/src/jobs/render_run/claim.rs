//! Claiming a run: it is taken, or it has been tried too often or too late, and has ended.

use sitrep_aws::error::StoreError;
use sitrep_domain::ids::ReportId;
use sitrep_domain::run::{Run, RunRefusal};
use sitrep_domain::scope::TenantScope;

use crate::claimed::Claimed;
use crate::services::Services;

/// Takes a run, if it is there, waiting, and nobody else has it.
pub(super) async fn claim(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
) -> Result<Option<Claimed<Run>>, StoreError> {
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
        Some(lease) => Ok(Some(Claimed::new(row, lease.fence))),
        None => {
            super::publish::after_failure(services, scope, &row.value).await?;
            Ok(None)
        }
    }
}
