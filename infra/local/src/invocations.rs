//! Events that Lambda was asked to run a function for without waiting: fires of schedules, news from SES.
//!
//! As Lambda does, a failed one is tried again a minute later, then two minutes later, then given up. One that was
//! accepted is not lost: it stays on the shelf until it has succeeded or was given up.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::functions::FunctionName;
use crate::shelf::Shelf;
use crate::wake::Wake;

const KIND: &str = "invocation";
/// How long to wait before each further attempt.
const RETRY_MINUTES: [i64; 2] = [1, 2];

/// An accepted event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Invocation {
    number: u64,
    pub(crate) function: FunctionName,
    pub(crate) event: Value,
    /// How often it has failed.
    failures: usize,
    due: Timestamp,
}

/// The events that wait or run.
pub(crate) struct Invocations {
    waiting: Mutex<Waiting>,
    shelf: Shelf,
    wake: Wake,
}

#[derive(Default)]
struct Waiting {
    by_due: BTreeMap<(Timestamp, u64), Invocation>,
    last_number: u64,
}

impl Invocations {
    /// Takes up what the shelf has.
    pub(crate) fn open(shelf: Shelf, wake: Wake) -> Self {
        let mut waiting = Waiting::default();
        for (_, invocation) in shelf.load::<Invocation>(KIND) {
            waiting.last_number = waiting.last_number.max(invocation.number);
            waiting.by_due.insert((invocation.due, invocation.number), invocation);
        }
        Self { waiting: Mutex::new(waiting), shelf, wake }
    }

    /// Accepts an event, to be run from `due` on.
    pub(crate) fn add(&self, function: FunctionName, event: Value, due: Timestamp) {
        let mut waiting = self.lock();
        waiting.last_number += 1;
        let number = waiting.last_number;
        self.keep(&mut waiting, Invocation { number, function, event, failures: 0, due });
        drop(waiting);
        self.wake.up();
    }

    /// Takes every event that is due.
    pub(crate) fn take_due(&self, now: Timestamp) -> Vec<Invocation> {
        let mut waiting = self.lock();
        let later = waiting.by_due.split_off(&(now, u64::MAX));
        std::mem::replace(&mut waiting.by_due, later).into_values().collect()
    }

    /// When the next event is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.lock().by_due.keys().next().map(|(due, _)| *due)
    }

    /// Forgets an event that succeeded, plans a failed one again, or gives it up.
    pub(crate) fn finish(&self, mut invocation: Invocation, result: &Result<Value, String>, now: Timestamp) {
        let Err(error) = result else {
            return self.shelf.remove(KIND, &name_of(invocation.number));
        };
        let function = invocation.function;
        let Some(minutes) = RETRY_MINUTES.get(invocation.failures) else {
            tracing::error!(%function, error, "an event was given up after its last attempt");
            return self.shelf.remove(KIND, &name_of(invocation.number));
        };
        tracing::warn!(%function, error, "a function failed; its event is tried again");
        invocation.failures += 1;
        invocation.due = now + SignedDuration::from_mins(*minutes);
        self.keep(&mut self.lock(), invocation);
        self.wake.up();
    }

    fn keep(&self, waiting: &mut Waiting, invocation: Invocation) {
        self.shelf.put(KIND, &name_of(invocation.number), &invocation);
        waiting.by_due.insert((invocation.due, invocation.number), invocation);
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name_of(number: u64) -> String {
    format!("{number:012}")
}
