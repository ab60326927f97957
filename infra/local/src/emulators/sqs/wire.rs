//! SQS at the wire: AWS JSON 1.0.

use bytes::Bytes;
use http::{HeaderValue, Response};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::queue::Message;
use super::{MAX_VISIBILITY_S, QUEUE_DOES_NOT_EXIST, Sqs, check_range, md5_of, no_queue};
use crate::emulators::json::{Refusal, answer, parse};
use crate::resources::{queue_arn, queue_url};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    queue_url: String,
    message_body: String,
    #[serde(default)]
    delay_seconds: i64,
    #[serde(default)]
    message_attributes: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiveMessage {
    queue_url: String,
    max_number_of_messages: Option<i64>,
    visibility_timeout: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteMessage {
    queue_url: String,
    receipt_handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChangeMessageVisibility {
    queue_url: String,
    receipt_handle: String,
    visibility_timeout: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueName {
    queue_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueUrl {
    queue_url: String,
}

impl Sqs {
    /// Answers one operation.
    pub(crate) fn call(&self, operation: &str, body: &[u8]) -> Response<Bytes> {
        let result = match operation {
            "SendMessage" => parse(body).and_then(|request| self.send_message(request)),
            "ReceiveMessage" => parse(body).and_then(|request| self.receive_message(&request)),
            "DeleteMessage" => parse(body).and_then(|request| self.delete_message(&request)),
            "ChangeMessageVisibility" => {
                parse(body).and_then(|request| self.change_message_visibility(&request))
            }
            "GetQueueUrl" => parse(body).and_then(|request| self.get_queue_url(&request)),
            "GetQueueAttributes" => parse(body).and_then(|request| self.get_queue_attributes(&request)),
            _ => Err(Refusal::unknown_operation(operation)),
        };
        result.map_or_else(refused, |value| answer(&value))
    }

    fn send_message(&self, request: SendMessage) -> Result<Value, Refusal> {
        let digest = md5_of(&request.message_body);
        let queue = name_of(&request.queue_url);
        let id = self.send(queue, request.message_body, request.message_attributes, request.delay_seconds)?;
        Ok(json!({"MessageId": id, "MD5OfMessageBody": digest}))
    }

    fn receive_message(&self, request: &ReceiveMessage) -> Result<Value, Refusal> {
        let limit = request.max_number_of_messages.unwrap_or(1);
        let limit =
            usize::try_from(limit).ok().filter(|limit| (1..=10).contains(limit)).ok_or_else(|| {
                Refusal::new(400, "InvalidParameterValue", "MaxNumberOfMessages must be between 1 and 10")
            })?;
        if let Some(visibility_s) = request.visibility_timeout {
            check_range("VisibilityTimeout", visibility_s, MAX_VISIBILITY_S)?;
        }
        let visibility = request.visibility_timeout.map(SignedDuration::from_secs);
        let messages = self.receive(name_of(&request.queue_url), limit, visibility)?;
        Ok(json!({"Messages": messages.iter().map(received).collect::<Vec<_>>()}))
    }

    fn delete_message(&self, request: &DeleteMessage) -> Result<Value, Refusal> {
        self.delete(name_of(&request.queue_url), &request.receipt_handle)?;
        Ok(json!({}))
    }

    fn change_message_visibility(&self, request: &ChangeMessageVisibility) -> Result<Value, Refusal> {
        let queue = name_of(&request.queue_url);
        Sqs::change_visibility(self, queue, &request.receipt_handle, request.visibility_timeout)?;
        Ok(json!({}))
    }

    fn get_queue_url(&self, request: &QueueName) -> Result<Value, Refusal> {
        self.depth(&request.queue_name).ok_or_else(|| no_queue(&request.queue_name))?;
        Ok(json!({"QueueUrl": queue_url(&self.endpoint, &request.queue_name)}))
    }

    fn get_queue_attributes(&self, request: &QueueUrl) -> Result<Value, Refusal> {
        let name = name_of(&request.queue_url);
        let depth = self.depth(name).ok_or_else(|| no_queue(name))?;
        let visibility = self.visibility(name).ok_or_else(|| no_queue(name))?;
        Ok(json!({"Attributes": {
            "QueueArn": queue_arn(name),
            "ApproximateNumberOfMessages": depth.visible.to_string(),
            "ApproximateNumberOfMessagesNotVisible": depth.in_flight.to_string(),
            "ApproximateNumberOfMessagesDelayed": depth.delayed.to_string(),
            "VisibilityTimeout": visibility.as_secs().to_string(),
        }}))
    }
}

/// SQS also tells the code that it had in its older protocol, and the SDKs go by that one.
fn refused(refusal: Refusal) -> Response<Bytes> {
    let older = match refusal.code {
        QUEUE_DOES_NOT_EXIST => "AWS.SimpleQueueService.NonExistentQueue;Sender".to_owned(),
        code => format!("{code};Sender"),
    };
    let mut response = refusal.into_response();
    let older = HeaderValue::from_str(&older).expect("codes are header values");
    response.headers_mut().insert("x-amzn-query-error", older);
    response
}

/// A queue's name is the last part of its URL.
fn name_of(queue_url: &str) -> &str {
    queue_url.rsplit('/').next().unwrap_or(queue_url)
}

fn received(message: &Message) -> Value {
    let mut value = json!({
        "MessageId": message.id,
        "ReceiptHandle": message.receipt,
        "Body": message.body,
        "MD5OfBody": md5_of(&message.body),
        "Attributes": system_attributes(message),
    });
    if !message.attributes.is_empty() {
        value["MessageAttributes"] = Value::Object(message.attributes.clone());
    }
    value
}

/// What SQS tells of every message that it hands out; instants in epoch milliseconds.
pub(crate) fn system_attributes(message: &Message) -> Value {
    json!({
        "ApproximateReceiveCount": message.receive_count.to_string(),
        "SentTimestamp": message.sent_at.as_millisecond().to_string(),
        "ApproximateFirstReceiveTimestamp":
            message.first_received_at.unwrap_or(message.sent_at).as_millisecond().to_string(),
        "SenderId": crate::resources::ACCOUNT,
    })
}
