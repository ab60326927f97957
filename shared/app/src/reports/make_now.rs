//! Reports that the caller waits for: a run like any other, recorded, made by a worker, and handed out when it is done.

use std::time::Duration;

use sitrep_domain::ids::ReportId;
use sitrep_domain::run::Run;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::tenant::Tenant;

use super::create_run::{RunPlan, new_run, wake_for};
use super::download_report::Download;
use super::request_report::wait_for_report;
use crate::error::AppError;
use crate::services::Services;

/// A file that was waited for, or the run that makes it.
#[derive(Debug)]
pub enum MadeNow {
    /// The file.
    Done(Download),
    /// The run, which is not done yet.
    Waiting(Box<Run>),
}

/// Makes a run and waits for it as long as a caller may; gives its newest state.
pub(crate) async fn make_now(
    services: &Services,
    scope: &TenantScope,
    tenant: &Tenant,
    plan: RunPlan<'_>,
) -> Result<Run, AppError> {
    let run = new_run(services, tenant, ReportId::new(services.ids.uuid()), plan, services.now())?;
    let audit = services.audit(scope, "report.requested", format!("report/{}", run.id));
    let audit = audit.with("input_hash", run.input_hash.as_str());
    services.store.change(scope, audit).create(&run).commit().await?;
    services.wake(&wake_for(scope, run.id), Duration::ZERO).await;
    wait_for_report(services, scope, run, services.time_limits.wait_for_run).await
}
