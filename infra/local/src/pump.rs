//! What Lambda and its event sources do in an account: hand queue messages, fires and SES events to the functions.
//!
//! Nothing is looked for slowly: whoever adds work rings a bell, and the background task sleeps until the next instant
//! at which something falls due.

mod advance;
mod batch;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use sitrep_app::clock::Clock;
use tokio::sync::futures::OwnedNotified;

pub(crate) use self::advance::Turn;
use crate::clock::VirtualClock;
use crate::functions::{FunctionName, Runner};
use crate::invocations::{Invocation, Invocations};
use crate::resources::{DELIVER_QUEUE, INGEST_QUEUE, RENDER_QUEUE};
use crate::wake::Wake;
use crate::wire::Wire;

/// Longest sleep of the background task, in case the machine slept and its clocks disagree.
const NAP: Duration = Duration::from_secs(60);

/// A queue and the function that works on it.
struct Source {
    queue: &'static str,
    function: FunctionName,
    batch_size: usize,
    /// How many batches are worked on at a time.
    concurrency: usize,
}

const SOURCES: [Source; 3] = [
    Source { queue: RENDER_QUEUE, function: FunctionName::Render, batch_size: 1, concurrency: 4 },
    Source { queue: DELIVER_QUEUE, function: FunctionName::Deliver, batch_size: 10, concurrency: 4 },
    Source { queue: INGEST_QUEUE, function: FunctionName::Ingest, batch_size: 1, concurrency: 4 },
];

/// Hands out work. Shared by the background task, by tests and by whoever moves the clock.
pub(crate) struct Pump {
    pub(crate) wire: Arc<Wire>,
    pub(crate) runner: Arc<Runner>,
    pub(crate) invocations: Arc<Invocations>,
    pub(crate) clock: Arc<VirtualClock>,
    pub(crate) wake: Wake,
    pub(crate) turn: Turn,
    /// Batches of each queue that are being worked on.
    batches: Mutex<BTreeMap<&'static str, usize>>,
}

impl Pump {
    pub(crate) fn new(
        wire: Arc<Wire>,
        runner: Arc<Runner>,
        invocations: Arc<Invocations>,
        clock: Arc<VirtualClock>,
        wake: Wake,
    ) -> Self {
        Self { wire, runner, invocations, clock, wake, turn: Turn::default(), batches: Mutex::default() }
    }

    /// Works until the task is dropped: whatever falls due is started at once.
    pub(crate) async fn run(self: Arc<Self>) {
        loop {
            let heard = self.wake.heard();
            self.dispatch();
            self.wait(heard).await;
        }
    }

    /// Waits until no function runs and nothing is due.
    pub(crate) async fn settle(self: &Arc<Self>) {
        loop {
            let heard = self.wake.heard();
            self.dispatch();
            let is_idle = self.runner.running() == 0;
            let is_due = self.next_event().is_some_and(|at| at <= self.clock.now());
            match (is_idle, is_due) {
                (true, false) => return,
                // It fell due a moment ago, after the dispatch.
                (true, true) => tokio::task::yield_now().await,
                (false, _) => self.wait(heard).await,
            }
        }
    }

    /// Waits for the bell, or for the next instant at which something falls due.
    async fn wait(&self, heard: OwnedNotified) {
        let now = self.clock.now();
        match self.next_event().filter(|at| *at > now).and_then(|at| self.clock.until(at)) {
            Some(wait) => drop(tokio::time::timeout(wait.min(NAP), heard).await),
            None => heard.await,
        }
    }

    /// Starts everything that is due.
    pub(crate) fn dispatch(self: &Arc<Self>) {
        let now = self.clock.now();
        for fire in self.wire.scheduler.take_due(now) {
            match FunctionName::of_arn(&fire.target_arn) {
                Some(function) => self.invocations.add(function, fire.input, now),
                None => {
                    tracing::warn!(
                        arn = fire.target_arn,
                        "a schedule fired for a function that is not there"
                    );
                }
            }
        }
        for invocation in self.invocations.take_due(now) {
            self.start_invocation(invocation);
        }
        for source in &SOURCES {
            while self.start_batch(source) {}
        }
    }

    /// When something falls due next, which may be now.
    fn next_event(&self) -> Option<Timestamp> {
        let wire = &self.wire;
        [wire.sqs.next_visible_at(), wire.scheduler.next_fire(), self.invocations.next_due()]
            .into_iter()
            .flatten()
            .min()
    }

    fn start_invocation(self: &Arc<Self>, invocation: Invocation) {
        let pump = Arc::clone(self);
        let running = self.runner.enter();
        tokio::spawn(async move {
            let result = pump.runner.call(invocation.function, invocation.event.clone()).await;
            pump.invocations.finish(invocation, &result, pump.clock.now());
            drop(running);
        });
    }

    /// Starts one batch of a queue; false when there is none, or enough are being worked on.
    fn start_batch(self: &Arc<Self>, source: &'static Source) -> bool {
        if self.batches_of(source.queue, 0) >= source.concurrency {
            return false;
        }
        let messages = self.wire.sqs.receive(source.queue, source.batch_size, None).unwrap_or_default();
        if messages.is_empty() {
            return false;
        }
        self.batches_of(source.queue, 1);
        let pump = Arc::clone(self);
        let running = self.runner.enter();
        tokio::spawn(async move {
            let result = pump.runner.call(source.function, batch::event_of(source.queue, &messages)).await;
            for receipt in batch::succeeded(&messages, &result) {
                if let Err(refusal) = pump.wire.sqs.delete(source.queue, receipt) {
                    tracing::error!(queue = source.queue, refusal.message, "a message could not be deleted");
                }
            }
            pump.batches_of(source.queue, -1);
            drop(running);
        });
        true
    }

    fn batches_of(&self, queue: &'static str, change: isize) -> usize {
        let mut batches = self.batches.lock().unwrap_or_else(PoisonError::into_inner);
        let count = batches.entry(queue).or_default();
        *count = count.saturating_add_signed(change);
        *count
    }
}
