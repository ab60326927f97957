//! Putting a failure of a run or a delivery down on its schedule, and telling the owner when it begins a streak.

use sitrep_aws::error::StoreError;
use sitrep_domain::ids::ScheduleId;
use sitrep_domain::schedule::Schedule;
use sitrep_domain::scope::TenantScope;

use super::tell_owner::{News, tell_owner};
use crate::services::Services;

/// Shows a failure on the schedule; the first of a streak goes to its owner.
///
/// # Errors
///
/// [`StoreError`] when rows could not be read or written.
pub(crate) async fn note_failure(
    services: &Services,
    scope: &TenantScope,
    id: ScheduleId,
    error: &str,
) -> Result<(), StoreError> {
    while let Some(mut schedule) = services.store.find::<Schedule>(scope, &id).await? {
        let first = schedule.value.note_failure(error, services.now());
        let audit = services.audit(scope, "schedule.failing", format!("schedule/{id}")).with("first", first);
        match services.store.change(scope, audit).replace(&schedule).commit().await {
            Ok(()) if first => {
                return tell_owner(services, scope, &schedule.value, News::Failed(error)).await;
            }
            Ok(()) => return Ok(()),
            Err(StoreError::Conflict { .. }) => {} // It fired or was changed meanwhile: look again.
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
