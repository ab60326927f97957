//! Keeping EventBridge in step with a schedule's row. The row is written first; the sweep repairs what then fails.

use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_domain::schedule::Schedule;
use sitrep_domain::scope::TenantScope;

use crate::services::Services;

/// Makes EventBridge have exactly the schedule's wake-ups, and puts down that it does. The row of a deleted schedule
/// goes once its wake-ups are gone.
///
/// # Errors
///
/// [`StoreError::Unavailable`]; the row stays marked as out of step and the sweep tries again.
pub(crate) async fn sync_wake_up(
    services: &Services,
    scope: &TenantScope,
    mut schedule: Stored<Schedule>,
) -> Result<(), StoreError> {
    let value = &schedule.value;
    services.scheduler.put(scope, value.id, &value.wake_up.expressions, &value.spec.timezone).await?;
    let object = format!("schedule/{}", value.id);
    let change = if value.deleted_at.is_some() {
        let audit = services.audit(scope, "schedule.removed", object);
        services.store.change(scope, audit).remove(&schedule)
    } else {
        schedule.value.note_in_step();
        let audit = services.audit(scope, "schedule.in_step", object);
        services.store.change(scope, audit).replace(&schedule)
    };
    match change.commit().await {
        // Somebody changed it meanwhile and will bring EventBridge in step with that.
        Ok(()) | Err(StoreError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
