//! Running a schedule by hand: renders and sends now; the next fire stays as it is.

use std::time::Duration;

use sitrep_domain::access::Permission;
use sitrep_domain::ids::{ReportId, ScheduleId};
use sitrep_domain::run::{Run, Trigger};
use sitrep_domain::scope::TenantScope;

use super::find_schedules::get_living;
use crate::error::AppError;
use crate::jobs::schedule_run;
use crate::reports::{check_recipients, wake_for};
use crate::services::{Services, require};

/// Makes the schedule's report for the period that ends now, and sends it. Without recipients it is only made.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], [`AppError::Unavailable`].
pub async fn run_schedule_now(
    services: &Services,
    scope: &TenantScope,
    id: ScheduleId,
) -> Result<Run, AppError> {
    require(scope, Permission::SaveReports)?;
    let stored = get_living(services, scope, id).await?;
    let tenant = services.tenant(scope).await?;
    check_recipients(services, scope, &tenant, &stored.value.spec.recipients).await?;
    let run_id = ReportId::new(services.ids.uuid());
    let run = schedule_run(services, &tenant, &stored.value, run_id, services.now(), Trigger::Manual)?;
    let audit = services
        .audit(scope, "schedule.run_now", format!("schedule/{id}"))
        .with("report", run.id.to_string());
    let run = services.commit_new(scope, services.store.change(scope, audit), run).await?;
    services.wake(&wake_for(scope, run.id), Duration::ZERO).await;
    Ok(run)
}
