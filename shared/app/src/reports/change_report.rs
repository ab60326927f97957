//! Stopping and deleting reports.

use sitrep_aws::entities::Reader;
use sitrep_aws::objects::Bucket;
use sitrep_domain::access::Permission;
use sitrep_domain::datasets::DATASETS;
use sitrep_domain::ids::ReportId;
use sitrep_domain::run::{Run, RunStatus};
use sitrep_domain::scope::TenantScope;

use crate::error::AppError;
use crate::services::{Services, require};

/// Stops a run that has not ended. A worker that has it finds its lease lost.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] when it has ended, [`AppError::Unavailable`].
pub async fn cancel_report(services: &Services, scope: &TenantScope, id: ReportId) -> Result<Run, AppError> {
    require(scope, Permission::Generate)?;
    let mut stored = services.get::<Run>(scope, &id).await?;
    stored.value.cancel().map_err(|_| {
        AppError::conflict("ended", format!("the report is {} already", stored.value.status.as_str()))
    })?;
    let audit = services.audit(scope, "report.cancelled", format!("report/{id}"));
    services.store.change(scope, audit).replace(&stored).commit().await?;
    Ok(stored.value)
}

/// Deletes a report: its row, its files, its links. Its deliveries and its audit entries stay.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] while it is at work,
/// [`AppError::Unavailable`].
pub async fn delete_report(services: &Services, scope: &TenantScope, id: ReportId) -> Result<(), AppError> {
    require(scope, Permission::DeleteReports)?;
    let stored = services.get::<Run>(scope, &id).await?;
    if matches!(stored.value.status, RunStatus::Queued | RunStatus::Running) {
        return Err(AppError::conflict("at_work", "the report is being made; cancel it first"));
    }
    crate::shares::revoke_shares_of_run(services, scope, id).await?;
    // Files first: while the row is there, a repeated request finishes what one that was cut short has begun.
    let run = &stored.value;
    let keys = run.artifacts.iter().map(|a| &a.key).chain(&run.manifest_key).chain(&run.data_key);
    for key in keys {
        services.objects.remove(scope, Bucket::Artifacts, key).await?;
    }
    let audit = services.audit(scope, "report.deleted", format!("report/{id}"));
    let mut change = services.store.change(scope, audit).remove(&stored);
    for dataset in DATASETS {
        // Nothing is kept any more for what it read.
        if let Some(reader) = services.store.find::<Reader>(scope, &(dataset.id, id)).await? {
            change = change.remove(&reader);
        }
    }
    change.commit().await?;
    Ok(())
}
