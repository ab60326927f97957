//! Batches of queue messages: each is worked on by itself, and only those that failed are delivered again.

use std::future::Future;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use serde_json::Value;
use sitrep_aws::queues::Wake;

use crate::handler::Failure;

/// Works on every message of a batch. `work` gets the wake-up and the message's id.
///
/// A message that cannot be read fails, so that it ends among the dead letters and somebody sees it.
///
/// # Errors
///
/// [`Failure`] when the event is not a batch of queue messages at all.
pub async fn for_each_wake<F, A>(event: Value, work: F) -> Result<Value, Failure>
where
    F: Fn(Wake, String) -> A,
    A: Future<Output = Result<(), Failure>>,
{
    let work = &work;
    for_each_message(event, |body, id| async move {
        let wake = serde_json::from_str::<Wake>(&body).map_err(|e| Failure::new(&e))?;
        work(wake, id).await
    })
    .await
}

/// Works on every message of a batch, whoever wrote it. `work` gets the message's body and its id.
///
/// # Errors
///
/// [`Failure`] when the event is not a batch of queue messages at all.
pub async fn for_each_message<F, A>(event: Value, work: F) -> Result<Value, Failure>
where
    F: Fn(String, String) -> A,
    A: Future<Output = Result<(), Failure>>,
{
    let batch: SqsEvent = serde_json::from_value(event).map_err(|e| Failure::new(&e))?;
    let mut answer = SqsBatchResponse::default();
    for message in batch.records {
        let id = message.message_id.unwrap_or_default();
        if let Err(failure) = work(message.body.unwrap_or_default(), id.clone()).await {
            tracing::error!(%failure, message_id = id, "a message failed and is delivered again");
            let mut item = BatchItemFailure::default();
            item.item_identifier = id;
            answer.batch_item_failures.push(item);
        }
    }
    serde_json::to_value(answer).map_err(|e| Failure::new(&e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[tokio::test]
    async fn only_what_failed_is_delivered_again() {
        let body = |run: &str| json!({"kind": "run", "tenant": "acme", "run": run}).to_string();
        let good = "7f8a4a52-3c5e-4bb4-9f57-0f5a3c4d2e10";
        let bad = "7f8a4a52-3c5e-4bb4-9f57-0f5a3c4d2e11";
        let event = json!({"Records": [
            {"messageId": "a", "body": body(good)},
            {"messageId": "b", "body": body(bad)},
            {"messageId": "c", "body": "nonsense"},
        ]});
        let work = |wake: Wake, _| async move {
            if format!("{wake:?}").contains(bad) { Err(Failure("no".to_owned())) } else { Ok(()) }
        };
        let answer = for_each_wake(event, work).await.unwrap();
        let failed: Vec<&str> = answer["batchItemFailures"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["itemIdentifier"].as_str().unwrap())
            .collect();
        assert_eq!(failed, ["b", "c"]);
        assert!(for_each_wake(json!({"kind": "sweep"}), |_, _| async { Ok(()) }).await.is_err());
    }
}
