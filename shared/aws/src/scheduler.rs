//! EventBridge Scheduler: the wake-ups of schedules. Our planner is the truth, these only wake it.
//!
//! One tenant schedule has one EventBridge schedule per expression, named `<schedule id>-<n>`. Putting them is
//! idempotent: create, or update what is there; names past the wanted number are deleted.

use aws_sdk_scheduler::types::{
    ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, ScheduleState, Target,
};
use sitrep_domain::eventbridge::WakeUp;
use sitrep_domain::ids::ScheduleId;
use sitrep_domain::scope::TenantScope;

use crate::clients::Clients;
use crate::error::StoreError;

const SERVICE: &str = "the scheduler";

/// Where wake-ups go.
#[derive(Clone, Debug)]
pub struct WakeTarget {
    /// Group of the schedules.
    pub group: String,
    /// The schedule function.
    pub function_arn: String,
    /// The role that may invoke it.
    pub role_arn: String,
}

/// EventBridge Scheduler.
#[derive(Clone, Debug)]
pub struct Scheduler {
    client: aws_sdk_scheduler::Client,
    target: WakeTarget,
}

impl Scheduler {
    /// The scheduler with its target.
    #[must_use]
    pub fn new(clients: &Clients, target: WakeTarget) -> Self {
        Self { client: clients.scheduler.clone(), target }
    }

    /// Makes the wake-ups of a schedule exactly these expressions, in the zone; none removes them all.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; some may be in place already, and putting them again mends it.
    pub async fn put(
        &self,
        scope: &TenantScope,
        id: ScheduleId,
        expressions: &[String],
        zone: &str,
    ) -> Result<(), StoreError> {
        for n in 0..WakeUp::MAX_EXPRESSIONS {
            match expressions.get(n) {
                Some(expression) => self.put_one(scope, id, n, expression, zone).await?,
                None => self.remove_one(id, n).await?,
            }
        }
        Ok(())
    }

    async fn put_one(
        &self,
        scope: &TenantScope,
        id: ScheduleId,
        n: usize,
        expression: &str,
        zone: &str,
    ) -> Result<(), StoreError> {
        let target = self.target(scope, id)?;
        let window = exact_window();
        let created = self
            .client
            .create_schedule()
            .group_name(&self.target.group)
            .name(name(id, n))
            .schedule_expression(expression)
            .schedule_expression_timezone(zone)
            .flexible_time_window(window.clone())
            .action_after_completion(ActionAfterCompletion::None)
            .state(ScheduleState::Enabled)
            .target(target.clone())
            .send()
            .await;
        match created.map_err(aws_sdk_scheduler::error::SdkError::into_service_error) {
            Ok(_) => return Ok(()),
            Err(error) if error.is_conflict_exception() => {}
            Err(error) => return Err(StoreError::unavailable(SERVICE, error)),
        }
        let update = self
            .client
            .update_schedule()
            .group_name(&self.target.group)
            .name(name(id, n))
            .schedule_expression(expression)
            .schedule_expression_timezone(zone)
            .flexible_time_window(window)
            .action_after_completion(ActionAfterCompletion::None)
            .state(ScheduleState::Enabled)
            .target(target);
        update.send().await.map(drop).map_err(|e| StoreError::unavailable(SERVICE, e))
    }

    async fn remove_one(&self, id: ScheduleId, n: usize) -> Result<(), StoreError> {
        let request = self.client.delete_schedule().group_name(&self.target.group).name(name(id, n));
        match request.send().await.map_err(aws_sdk_scheduler::error::SdkError::into_service_error) {
            Ok(_) => Ok(()),
            Err(error) if error.is_resource_not_found_exception() => Ok(()),
            Err(error) => Err(StoreError::unavailable(SERVICE, error)),
        }
    }

    fn target(&self, scope: &TenantScope, id: ScheduleId) -> Result<Target, StoreError> {
        let input = serde_json::json!({
            "kind": "fire",
            "tenant": scope.tenant(),
            "schedule": id,
            "scheduled_time": "<aws.scheduler.scheduled-time>",
        });
        Target::builder()
            .arn(&self.target.function_arn)
            .role_arn(&self.target.role_arn)
            .input(input.to_string())
            .build()
            .map_err(|e| StoreError::unavailable(SERVICE, e))
    }
}

fn name(id: ScheduleId, n: usize) -> String {
    format!("{id}-{n}")
}

fn exact_window() -> FlexibleTimeWindow {
    FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build().expect("the mode is set")
}
