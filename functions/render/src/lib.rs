//! The render function: turns queued runs into reports. Its events are batches of queue messages.

use std::sync::Arc;

use serde_json::Value;
use sitrep_app::jobs::render_run;
use sitrep_app::services::Services;
use sitrep_runtime::batch::for_each_wake;
use sitrep_runtime::{Failure, Wake};

/// Answers one event.
///
/// # Errors
///
/// [`Failure`] when the event is not a batch of queue messages.
pub async fn handle(services: Arc<Services>, event: Value) -> Result<Value, Failure> {
    for_each_wake(event, |wake, message_id| render(&services, wake, message_id)).await
}

async fn render(services: &Services, wake: Wake, message_id: String) -> Result<(), Failure> {
    match wake {
        Wake::Run { tenant, run } => {
            // On the heap: the future of a run holds all that the run works on.
            Box::pin(render_run(services, &tenant, run, &message_id)).await.map_err(|e| Failure::new(&e))
        }
        other => Err(Failure(format!("the render queue got {other:?}"))),
    }
}
