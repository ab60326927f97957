//! One queue: messages that are visible, delayed or in flight, on the virtual clock.
//!
//! A message that was received [`MAX_RECEIVE_COUNT`] times and becomes visible again is handed out as dead instead.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::resources::MAX_RECEIVE_COUNT;

/// A message and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: String,
    /// `MessageAttributes` as they were sent.
    pub(crate) attributes: serde_json::Map<String, serde_json::Value>,
    pub(crate) sent_at: Timestamp,
    pub(crate) first_received_at: Option<Timestamp>,
    pub(crate) receive_count: u32,
    visible_at: Timestamp,
    /// Set while somebody has the message; names this reception of it.
    pub(crate) receipt: Option<String>,
}

impl Message {
    pub(crate) fn new(id: String, body: String, sent_at: Timestamp, delay: SignedDuration) -> Self {
        let visible_at = sent_at + delay;
        let attributes = serde_json::Map::new();
        Self {
            id,
            body,
            attributes,
            sent_at,
            first_received_at: None,
            receive_count: 0,
            visible_at,
            receipt: None,
        }
    }
}

/// How many messages a queue holds in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Depth {
    pub(crate) visible: usize,
    pub(crate) in_flight: usize,
    pub(crate) delayed: usize,
}

/// What a queue hands out at one reception: messages to work on, and those that have failed too often.
#[derive(Debug, Default)]
pub(crate) struct Reception {
    pub(crate) messages: Vec<(u64, Message)>,
    pub(crate) dead: Vec<(u64, Message)>,
}

/// The messages of one queue, by the order in which they came.
#[derive(Debug)]
pub(crate) struct Queue {
    visibility: SignedDuration,
    /// A dead-letter queue has none of its own and keeps its messages.
    redrives: bool,
    messages: BTreeMap<u64, Message>,
    /// When each message is visible next.
    agenda: BTreeSet<(Timestamp, u64)>,
}

impl Queue {
    pub(crate) fn new(visibility: SignedDuration, redrives: bool) -> Self {
        Self { visibility, redrives, messages: BTreeMap::new(), agenda: BTreeSet::new() }
    }

    pub(crate) fn visibility(&self) -> SignedDuration {
        self.visibility
    }

    pub(crate) fn insert(&mut self, number: u64, message: Message) {
        self.agenda.insert((message.visible_at, number));
        self.messages.insert(number, message);
    }

    /// Takes at most `limit` visible messages into flight until `now + visibility`.
    pub(crate) fn receive(
        &mut self,
        now: Timestamp,
        visibility: SignedDuration,
        limit: usize,
        mut new_receipt: impl FnMut() -> String,
    ) -> Reception {
        let mut reception = Reception::default();
        let visible: Vec<u64> = self.agenda.range(..=(now, u64::MAX)).map(|(_, number)| *number).collect();
        for number in visible {
            if reception.messages.len() == limit {
                break;
            }
            let mut message = self.remove(number).expect("the agenda names messages of the queue");
            message.receipt = None;
            if self.redrives && message.receive_count >= MAX_RECEIVE_COUNT {
                reception.dead.push((number, message));
                continue;
            }
            message.receive_count += 1;
            message.first_received_at.get_or_insert(now);
            message.visible_at = now + visibility;
            message.receipt = Some(new_receipt());
            self.insert(number, message.clone());
            reception.messages.push((number, message));
        }
        reception
    }

    /// Removes the message that a receipt handle names; one of an earlier reception no longer does.
    pub(crate) fn delete(&mut self, receipt: &str) -> Option<u64> {
        let number = self.find(receipt)?;
        self.remove(number).map(|_| number)
    }

    /// Makes a message in flight visible after `delay` from now.
    pub(crate) fn change_visibility(
        &mut self,
        receipt: &str,
        now: Timestamp,
        delay: SignedDuration,
    ) -> Option<(u64, Message)> {
        let number = self.find(receipt)?;
        let mut message = self.remove(number)?;
        message.visible_at = now + delay;
        self.insert(number, message.clone());
        Some((number, message))
    }

    /// When the next message becomes visible, which may have been long ago.
    pub(crate) fn next_visible_at(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(at, _)| *at)
    }

    pub(crate) fn depth(&self, now: Timestamp) -> Depth {
        let mut depth = Depth::default();
        for message in self.messages.values() {
            match (message.visible_at <= now, message.receipt.is_some()) {
                (true, _) => depth.visible += 1,
                (false, true) => depth.in_flight += 1,
                (false, false) => depth.delayed += 1,
            }
        }
        depth
    }

    fn find(&self, receipt: &str) -> Option<u64> {
        let held = self.messages.iter().find(|(_, message)| message.receipt.as_deref() == Some(receipt));
        held.map(|(number, _)| *number)
    }

    fn remove(&mut self, number: u64) -> Option<Message> {
        let message = self.messages.remove(&number)?;
        self.agenda.remove(&(message.visible_at, number));
        Some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn message(id: &str, sent_s: i64, delay_s: i64) -> Message {
        Message::new(id.to_owned(), "{}".to_owned(), at(sent_s), SignedDuration::from_secs(delay_s))
    }

    fn receive(queue: &mut Queue, second: i64) -> Reception {
        queue.receive(at(second), queue.visibility(), 10, || format!("receipt-{second}"))
    }

    #[test]
    fn a_message_is_invisible_while_delayed_and_while_in_flight() {
        let mut queue = Queue::new(SignedDuration::from_secs(60), true);
        queue.insert(1, message("a", 0, 30));
        assert_eq!(queue.depth(at(0)), Depth { delayed: 1, ..Depth::default() });
        assert!(receive(&mut queue, 29).messages.is_empty());
        assert_eq!(receive(&mut queue, 30).messages[0].1.receive_count, 1);
        assert_eq!(queue.depth(at(31)), Depth { in_flight: 1, ..Depth::default() });
        assert!(receive(&mut queue, 89).messages.is_empty());
        assert_eq!(receive(&mut queue, 90).messages[0].1.receive_count, 2);
        assert_eq!(queue.delete("receipt-30"), None, "a receipt of an earlier reception deletes nothing");
        assert_eq!(queue.delete("receipt-90"), Some(1));
        assert_eq!(queue.next_visible_at(), None);
    }

    #[test]
    fn a_message_is_dead_after_its_fifth_reception_has_ended() {
        let mut queue = Queue::new(SignedDuration::from_secs(1), true);
        queue.insert(1, message("a", 0, 0));
        for second in 0..5 {
            assert_eq!(receive(&mut queue, second).messages.len(), 1, "reception {second}");
        }
        let last = receive(&mut queue, 5);
        assert!(last.messages.is_empty());
        assert_eq!(last.dead[0].1.receive_count, MAX_RECEIVE_COUNT);
    }
}
