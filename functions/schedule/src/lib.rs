//! The schedule function: turns fires into runs, and sweeps what is overdue.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use sitrep_app::jobs::{fire_schedule, sweep};
use sitrep_app::services::Services;
use sitrep_domain::ids::{ScheduleId, TenantId};
use sitrep_runtime::Failure;

/// What EventBridge Scheduler sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Event {
    /// A schedule may be due. Whether it is, its row decides; the time is for the log.
    Fire { tenant: TenantId, schedule: ScheduleId, scheduled_time: String },
    /// Once a minute.
    Sweep { scheduled_time: String },
}

/// Answers one event.
///
/// # Errors
///
/// [`Failure`] when the event is of neither kind, or rows could not be read or written; EventBridge then tries again.
pub async fn handle(services: Arc<Services>, event: Value) -> Result<Value, Failure> {
    match serde_json::from_value(event).map_err(|e| Failure::new(&e))? {
        Event::Fire { tenant, schedule, scheduled_time } => {
            let request_id = format!("fire-{scheduled_time}");
            fire_schedule(&services, &tenant, schedule, &request_id).await.map_err(|e| Failure::new(&e))?;
            Ok(Value::Null)
        }
        Event::Sweep { scheduled_time } => {
            let swept =
                sweep(&services, &format!("sweep-{scheduled_time}")).await.map_err(|e| Failure::new(&e))?;
            if swept.failed > 0 {
                return Err(Failure(format!("{} schedules could not be taken up", swept.failed)));
            }
            Ok(Value::Null)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_a_fire_or_a_sweep() {
        for case in ["fire", "sweep"] {
            let path = format!("{}/../../events/schedule/{case}.json", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&path).expect(&path);
            serde_json::from_str::<Event>(&text).expect(case);
        }
        assert!(serde_json::from_str::<Event>("{\"kind\": \"other\"}").is_err());
    }
}
