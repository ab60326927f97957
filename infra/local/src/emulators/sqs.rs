//! SQS: the queues with their dead-letter queues, on the virtual clock.
//!
//! The event pump takes messages straight from here, as Lambda's pollers do in an account, so faults never reach it.

pub(crate) mod queue;
mod wire;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use md5::{Digest as _, Md5};
use sitrep_app::clock::{Clock, IdSource};

use self::queue::{Depth, Message, Queue};
use crate::clock::VirtualClock;
use crate::emulators::json::Refusal;
use crate::resources::{DELIVER_QUEUE, INGEST_QUEUE, RENDER_QUEUE};
use crate::shelf::Shelf;
use crate::wake::Wake;

pub(crate) use self::wire::system_attributes;

/// The largest message body, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 256 * 1_024;
const MAX_DELAY_S: i64 = 900;
const MAX_VISIBILITY_S: i64 = 43_200;
const QUEUE_DOES_NOT_EXIST: &str = "com.amazonaws.sqs#QueueDoesNotExist";
const DLQ_SUFFIX: &str = "-dlq";

/// The emulated service.
pub(crate) struct Sqs {
    queues: Mutex<Queues>,
    clock: Arc<VirtualClock>,
    ids: Arc<dyn IdSource>,
    shelf: Shelf,
    wake: Wake,
    endpoint: String,
}

struct Queues {
    by_name: BTreeMap<String, Queue>,
    last_number: u64,
}

impl Sqs {
    /// Opens the queues with what the shelf has of them.
    pub(crate) fn open(
        clock: Arc<VirtualClock>,
        ids: Arc<dyn IdSource>,
        shelf: Shelf,
        wake: Wake,
        endpoint: String,
    ) -> Self {
        let mut by_name = BTreeMap::new();
        for (name, visibility) in [
            (RENDER_QUEUE, SignedDuration::from_mins(15)),
            (DELIVER_QUEUE, SignedDuration::from_mins(2)),
            (INGEST_QUEUE, SignedDuration::from_mins(15)),
        ] {
            by_name.insert(name.to_owned(), Queue::new(visibility, true));
            by_name.insert(format!("{name}{DLQ_SUFFIX}"), Queue::new(SignedDuration::from_secs(30), false));
        }
        let mut last_number = 0;
        for (name, queue) in &mut by_name {
            for (number, message) in shelf.load::<Message>(&kind(name)) {
                let number = number.parse().unwrap_or_default();
                last_number = last_number.max(number);
                queue.insert(number, message);
            }
        }
        Self { queues: Mutex::new(Queues { by_name, last_number }), clock, ids, shelf, wake, endpoint }
    }

    /// Puts a message into a queue and gives its id.
    pub(crate) fn send(
        &self,
        name: &str,
        body: String,
        attributes: serde_json::Map<String, serde_json::Value>,
        delay_s: i64,
    ) -> Result<String, Refusal> {
        check_range("DelaySeconds", delay_s, MAX_DELAY_S)?;
        check_body(&body)?;
        let id = self.ids.uuid().to_string();
        let mut message =
            Message::new(id.clone(), body, self.clock.now(), SignedDuration::from_secs(delay_s));
        message.attributes = attributes;
        let mut queues = self.lock();
        queues.last_number += 1;
        let number = queues.last_number;
        let queue = queues.by_name.get_mut(name).ok_or_else(|| no_queue(name))?;
        self.keep(name, number, &message);
        queue.insert(number, message);
        drop(queues);
        self.wake.up();
        Ok(id)
    }

    /// Takes visible messages into flight, and moves to the dead-letter queue what has failed too often.
    pub(crate) fn receive(
        &self,
        name: &str,
        limit: usize,
        visibility: Option<SignedDuration>,
    ) -> Result<Vec<Message>, Refusal> {
        let now = self.clock.now();
        let mut queues = self.lock();
        let queue = queues.by_name.get_mut(name).ok_or_else(|| no_queue(name))?;
        let visibility = visibility.unwrap_or(queue.visibility());
        let reception = queue.receive(now, visibility, limit, || self.ids.uuid().simple().to_string());
        for (number, message) in reception.dead {
            let dead_letters = format!("{name}{DLQ_SUFFIX}");
            self.shelf.remove(&kind(name), &number.to_string());
            self.keep(&dead_letters, number, &message);
            queues
                .by_name
                .get_mut(&dead_letters)
                .ok_or_else(|| no_queue(&dead_letters))?
                .insert(number, message);
        }
        Ok(reception
            .messages
            .into_iter()
            .map(|(number, message)| {
                self.keep(name, number, &message);
                message
            })
            .collect())
    }

    /// Deletes the message that a receipt handle names. As in SQS, an old handle is no error.
    pub(crate) fn delete(&self, name: &str, receipt: &str) -> Result<(), Refusal> {
        let mut queues = self.lock();
        let queue = queues.by_name.get_mut(name).ok_or_else(|| no_queue(name))?;
        if let Some(number) = queue.delete(receipt) {
            self.shelf.remove(&kind(name), &number.to_string());
        }
        Ok(())
    }

    /// Makes a message in flight visible again after a delay.
    pub(crate) fn change_visibility(&self, name: &str, receipt: &str, delay_s: i64) -> Result<(), Refusal> {
        check_range("VisibilityTimeout", delay_s, MAX_VISIBILITY_S)?;
        let mut queues = self.lock();
        let queue = queues.by_name.get_mut(name).ok_or_else(|| no_queue(name))?;
        let (number, message) = queue
            .change_visibility(receipt, self.clock.now(), SignedDuration::from_secs(delay_s))
            .ok_or_else(|| Refusal::new(400, "MessageNotInflight", "the message is not in flight"))?;
        self.keep(name, number, &message);
        drop(queues);
        self.wake.up();
        Ok(())
    }

    /// When a message of a queue that has a function becomes visible next, which may have been before now.
    pub(crate) fn next_visible_at(&self) -> Option<Timestamp> {
        let queues = self.lock();
        let worked = queues.by_name.iter().filter(|(name, _)| !name.ends_with(DLQ_SUFFIX));
        worked.filter_map(|(_, queue)| queue.next_visible_at()).min()
    }

    /// How full a queue is; nothing for an unknown one.
    pub(crate) fn depth(&self, name: &str) -> Option<Depth> {
        Some(self.lock().by_name.get(name)?.depth(self.clock.now()))
    }

    /// How full the dead-letter queue of a queue is.
    pub(crate) fn dead_letters(&self, name: &str) -> Option<Depth> {
        self.depth(&format!("{name}{DLQ_SUFFIX}"))
    }

    fn visibility(&self, name: &str) -> Option<SignedDuration> {
        Some(self.lock().by_name.get(name)?.visibility())
    }

    fn keep(&self, name: &str, number: u64, message: &Message) {
        self.shelf.put(&kind(name), &number.to_string(), message);
    }

    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The digest that SQS and Lambda tell of a body, in lower-case hexadecimal.
pub(crate) fn md5_of(body: &str) -> String {
    Md5::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn kind(queue: &str) -> String {
    format!("queue/{queue}")
}

fn no_queue(name: &str) -> Refusal {
    let message = format!("The specified queue does not exist: {name}");
    Refusal::new(400, QUEUE_DOES_NOT_EXIST, message)
}

fn check_body(body: &str) -> Result<(), Refusal> {
    if body.is_empty() {
        return Err(Refusal::new(
            400,
            "MissingParameter",
            "The request must contain the parameter MessageBody.",
        ));
    }
    if body.len() > MAX_BODY_BYTES {
        let message = format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {MAX_BODY_BYTES} bytes."
        );
        return Err(Refusal::new(400, "InvalidParameterValue", message));
    }
    Ok(())
}

fn check_range(parameter: &str, value: i64, most: i64) -> Result<(), Refusal> {
    if (0..=most).contains(&value) {
        return Ok(());
    }
    let message =
        format!("Value {value} for parameter {parameter} is invalid. Reason: Must be >= 0 and <= {most}.");
    Err(Refusal::new(400, "InvalidParameterValue", message))
}
