//! The deliver function: sends each delivery, and takes in what the mail service reports.
//!
//! Its events are batches of queue messages, and events of SES by way of EventBridge.

mod mail_event;

use std::sync::Arc;

use serde_json::Value;
use sitrep_app::jobs::{deliver, take_mail_news};
use sitrep_app::services::Services;
use sitrep_runtime::batch::for_each_wake;
use sitrep_runtime::{Failure, Wake};

use crate::mail_event::{MailEvent, read_mail_event};

/// Answers one event.
///
/// # Errors
///
/// [`Failure`] when the event is of neither kind, or news could not be put down; they are delivered again then.
pub async fn handle(services: Arc<Services>, event: Value) -> Result<Value, Failure> {
    if event.get("Records").is_some() {
        return for_each_wake(event, |wake, message_id| send(&services, wake, message_id)).await;
    }
    match read_mail_event(event)? {
        Some(MailEvent { tenant, run, delivery, news, message_id }) => {
            let taken = take_mail_news(&services, &tenant, run, delivery, news, &message_id).await;
            taken.map_err(|e| Failure::new(&e))?;
        }
        None => tracing::debug!("news about a mail that is no delivery"),
    }
    Ok(Value::Null)
}

async fn send(services: &Services, wake: Wake, message_id: String) -> Result<(), Failure> {
    match wake {
        Wake::Delivery { tenant, run, delivery: id } => {
            deliver(services, &tenant, run, id, &message_id).await.map_err(|e| Failure::new(&e))
        }
        other => Err(Failure(format!("the deliver queue got {other:?}"))),
    }
}
