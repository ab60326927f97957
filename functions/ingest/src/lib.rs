//! The ingest function: takes in what was uploaded, and looks after datasets. Its events are batches of queue messages,
//! from S3 and from us.

mod message;

use std::sync::Arc;

use serde_json::Value;
use sitrep_app::jobs::{ingest_upload, maintain_dataset};
use sitrep_app::services::Services;
use sitrep_runtime::batch::for_each_message;
use sitrep_runtime::{Failure, Wake};

use crate::message::read_message;

/// Answers one event.
///
/// # Errors
///
/// [`Failure`] when the event is not a batch of queue messages.
pub async fn handle(services: Arc<Services>, event: Value) -> Result<Value, Failure> {
    for_each_message(event, |body, message_id| take_in(&services, body, message_id)).await
}

async fn take_in(services: &Services, body: String, message_id: String) -> Result<(), Failure> {
    for wake in read_message(&body)? {
        match wake {
            Wake::Upload { tenant, upload } => {
                // On the heap: the future of an upload holds all that it works on.
                let work = Box::pin(ingest_upload(services, &tenant, upload, &message_id));
                work.await.map_err(|e| Failure::new(&e))?;
            }
            Wake::Dataset { tenant, dataset } => {
                let work = Box::pin(maintain_dataset(services, &tenant, dataset, &message_id));
                work.await.map_err(|e| Failure::new(&e))?;
            }
            other => return Err(Failure(format!("the ingest queue got {other:?}"))),
        }
    }
    Ok(())
}
