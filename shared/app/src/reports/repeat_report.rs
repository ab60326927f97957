//! Repeating reports: the same question on new data, or the same data for the same bytes.

use std::time::Duration;

use sitrep_aws::error::StoreError;
use sitrep_aws::objects::Bucket;
use sitrep_domain::access::Permission;
use sitrep_domain::ids::ReportId;
use sitrep_domain::manifest::Manifest;
use sitrep_domain::run::{Run, RunStatus, Trigger};
use sitrep_domain::scope::TenantScope;

use super::create_run::wake_for;
use crate::error::AppError;
use crate::services::{Services, require};

/// Makes a report again on the records of now. It supersedes the one it repeats; mail goes to nobody.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] while the first is at work or when it has been
/// superseded already, [`AppError::Unavailable`].
pub async fn rerun_report(services: &Services, scope: &TenantScope, id: ReportId) -> Result<Run, AppError> {
    require(scope, Permission::Generate)?;
    let mut original = services.get::<Run>(scope, &id).await?;
    if !original.value.status.is_terminal() {
        return Err(AppError::conflict("at_work", "the report is still being made"));
    }
    let mut run = repeat(services, &original.value, Trigger::Rerun);
    if let Some(newer) = original.value.superseded_by {
        if newer == run.id {
            // An earlier attempt of this request has made it.
            return Ok(services.get::<Run>(scope, &newer).await?.value);
        }
        return Err(AppError::conflict("superseded", format!("report {newer} has superseded this one")));
    }
    run.supersedes = Some(id);
    original.value.superseded_by = Some(run.id);
    let audit =
        services.audit(scope, "report.rerun", format!("report/{}", run.id)).with("of", id.to_string());
    let change = services.store.change(scope, audit).replace(&original);
    let run = services.commit_new(scope, change, run).await?;
    services.wake(&wake_for(scope, run.id), Duration::ZERO).await;
    Ok(run)
}

/// Makes a report again from the snapshot it was made from. Every file must have the same hash, or the run fails.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`]; [`AppError::Conflict`] `renderer_changed` when another renderer made
/// it, or when it was never completed; [`AppError::Gone`] after its retention, or when its manifest is no longer there;
/// [`AppError::Unavailable`].
pub async fn reproduce_report(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
    renderer_version: &str,
) -> Result<Run, AppError> {
    require(scope, Permission::Generate)?;
    let original = services.get::<Run>(scope, &id).await?.value;
    // A reproduction of a reproduction is one of the original.
    let source = original.reproduces.unwrap_or(id);
    let (RunStatus::Completed, Some(key)) = (original.status, &original.manifest_key) else {
        return Err(AppError::conflict("not_completed", "only a completed report can be reproduced"));
    };
    if original.purged_at.is_some() || original.expires_at <= services.now() {
        let detail =
            format!("this report was kept until {}, and what it was made from with it", original.expires_at);
        return Err(AppError::Gone { detail });
    }
    let gone = || AppError::Gone { detail: "what this report was made from is no longer there".to_owned() };
    let manifest = match services.objects.get(scope, Bucket::Artifacts, key).await {
        Ok(bytes) => serde_json::from_slice::<Manifest>(&bytes).map_err(AppError::internal)?,
        Err(StoreError::MissingObject { .. }) => return Err(gone()),
        Err(error) => return Err(error.into()),
    };
    if manifest.renderer_version != renderer_version {
        let detail =
            format!("it was made by renderer {}; this is {renderer_version}", manifest.renderer_version);
        return Err(AppError::conflict("renderer_changed", detail));
    }
    let mut run = repeat(services, &original, Trigger::Reproduce);
    run.reproduces = Some(source);
    let audit =
        services.audit(scope, "report.reproduced", format!("report/{}", run.id)).with("of", id.to_string());
    let run = services.commit_new(scope, services.store.change(scope, audit), run).await?;
    services.wake(&wake_for(scope, run.id), Duration::ZERO).await;
    Ok(run)
}

/// A run of the same input, waiting for a worker.
fn repeat(services: &Services, original: &Run, trigger: Trigger) -> Run {
    let now = services.now();
    // It is kept as long as the first was to be, counted from now.
    let retention = original.expires_at.duration_since(original.created_at);
    Run::queued(ReportId::new(services.ids.uuid()), original.input.clone(), trigger, retention, now)
}
