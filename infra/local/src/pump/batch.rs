//! A batch of queue messages as Lambda's poller passes it, and what the answer says of each.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::emulators::sqs::md5_of;
use crate::emulators::sqs::queue::Message;
use crate::emulators::sqs::system_attributes;
use crate::resources::{REGION, queue_arn};

/// The answer of a function with `ReportBatchItemFailures`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct BatchAnswer {
    #[serde(default)]
    batch_item_failures: Vec<ItemFailure>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure {
    item_identifier: String,
}

pub(super) fn event_of(queue: &str, messages: &[Message]) -> Value {
    json!({"Records": messages.iter().map(|message| record(queue, message)).collect::<Vec<_>>()})
}

/// The receipt handles of the messages that the function is done with.
///
/// A failed function is done with none. As in Lambda, an answer that is not understood, or that names an unknown
/// message, fails the whole batch.
pub(super) fn succeeded<'a>(messages: &'a [Message], result: &Result<Value, String>) -> Vec<&'a str> {
    let failed = match result {
        Ok(Value::Null) => Vec::new(),
        Ok(answer) => match BatchAnswer::deserialize(answer) {
            Ok(answer) => {
                answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
            }
            Err(error) => return fail_all(&error.to_string()),
        },
        Err(error) => return fail_all(error),
    };
    if failed.iter().any(|id| messages.iter().all(|message| message.id != *id)) {
        return fail_all("the answer names a message that is not of the batch");
    }
    let done = messages.iter().filter(|message| !failed.contains(&message.id));
    done.filter_map(|message| message.receipt.as_deref()).collect()
}

fn fail_all<'a>(error: &str) -> Vec<&'a str> {
    tracing::warn!(error, "a batch failed; its messages become visible again later");
    Vec::new()
}

fn record(queue: &str, message: &Message) -> Value {
    let attributes: serde_json::Map<String, Value> =
        message.attributes.iter().map(|(name, value)| (name.clone(), as_lambda(value))).collect();
    json!({
        "messageId": message.id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": system_attributes(message),
        "messageAttributes": attributes,
        "md5OfBody": md5_of(&message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn(queue),
        "awsRegion": REGION,
    })
}

/// SQS spells the members of a message attribute in PascalCase, Lambda in camelCase.
fn as_lambda(attribute: &Value) -> Value {
    json!({
        "stringValue": attribute["StringValue"],
        "binaryValue": attribute["BinaryValue"],
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": attribute["DataType"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};

    fn messages() -> Vec<Message> {
        ["a", "b"]
            .map(|id| {
                let mut message =
                    Message::new(id.into(), "{}".into(), Timestamp::UNIX_EPOCH, SignedDuration::ZERO);
                message.receipt = Some(format!("receipt-{id}"));
                message
            })
            .to_vec()
    }

    #[test]
    fn only_what_the_function_is_done_with_is_deleted() {
        for (result, expected) in [
            (Ok(Value::Null), vec!["receipt-a", "receipt-b"]),
            (Ok(json!({"batchItemFailures": []})), vec!["receipt-a", "receipt-b"]),
            (Ok(json!({"batchItemFailures": [{"itemIdentifier": "a"}]})), vec!["receipt-b"]),
            (Ok(json!({"batchItemFailures": [{"itemIdentifier": "x"}]})), vec![]),
            (Ok(json!({"batchItemFailures": [{}]})), vec![]),
            (Err("timeout".to_owned()), vec![]),
        ] {
            assert_eq!(succeeded(&messages(), &result), expected, "{result:?}");
        }
    }
}
