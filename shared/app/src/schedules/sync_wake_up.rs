//! Keeping EventBridge in step with a schedule's row. The row is written first; the sweep repairs what then fails.

use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_domain::schedule::Schedule;
use sitrep_domain::scope::TenantScope;

use crate::services::Services;

/// How often it is tried against others who change the schedule at the same time.
const MOST: usize = 5;

/// Makes EventBridge have exactly the schedule's wake-ups, and puts down that it does. The row of a deleted schedule
/// goes once its wake-ups are gone.
///
/// # Errors
///
/// [`StoreError::Unavailable`]; the row stays marked as out of step and the sweep tries again. [`StoreError::Conflict`]
/// when others changed it each time.
pub(crate) async fn sync_wake_up(
    services: &Services,
    scope: &TenantScope,
    mut schedule: Stored<Schedule>,
) -> Result<(), StoreError> {
    for _ in 0..MOST {
        let value = &schedule.value;
        let id = value.id;
        services.scheduler.put(scope, id, &value.wake_up.expressions, &value.spec.timezone).await?;
        let object = format!("schedule/{id}");
        let change = if value.deleted_at.is_some() {
            let audit = services.audit(scope, "schedule.removed", object);
            services.store.change(scope, audit).remove(&schedule)
        } else {
            schedule.value.note_in_step();
            let audit = services.audit(scope, "schedule.in_step", object);
            services.store.change(scope, audit).replace(&schedule)
        };
        match change.commit().await {
            Ok(()) => return Ok(()),
            // Somebody changed it meanwhile, and what was put just now may have come after theirs: again, with the new row.
            Err(StoreError::Conflict { .. }) => match services.store.find(scope, &id).await? {
                Some(newer) => schedule = newer,
                None => return services.scheduler.put(scope, id, &[], "UTC").await,
            },
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::Conflict { what: "schedule" })
}
