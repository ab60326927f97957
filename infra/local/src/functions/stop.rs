//! Stops a job right after a step that it told of: for good, as if its function had died there, or until it is let go.
//!
//! Production code tells of a step by a tracing event of the target `sitrep::step` and gives way once. Each job with a
//! stop planned for its function is polled under a subscriber of its own, which passes everything on to the one that
//! was there and listens for steps: several stacks in one process do not disturb each other.

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Poll, ready};

use futures::future::{BoxFuture, FutureExt as _};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{Interest, NoSubscriber};
use tracing::{Dispatch, Event, Metadata, Subscriber, dispatcher};

use super::FunctionName;
use super::hold::{Holds, Standing};
use crate::faults::Faults;

const STEP_TARGET: &str = "sitrep::step";

/// Subscribers that stay and listen to nothing. As long as `tracing` knows of no more than one, the first thread that
/// comes to a place in the code decides for all others, by its own subscriber, whether anybody is ever told of it. Of
/// several it asks all, so that no step is missed while stacks start side by side.
static NEVER_ALONE: LazyLock<[Dispatch; 2]> =
    LazyLock::new(|| [NoSubscriber::new(), NoSubscriber::new()].map(Dispatch::new));

/// The job was stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the function crashed after the step {0}")]
pub(super) struct Crashed(String);

/// What may stop a function, and which one it is.
#[derive(Clone)]
pub(super) struct Stops {
    pub(super) name: FunctionName,
    pub(super) faults: Arc<Faults>,
    pub(super) holds: Arc<Holds>,
}

/// How a job is stopped.
enum Stop {
    Crash(String),
    Hold(Standing),
}

impl Stops {
    /// Whether anything is to stop the function.
    pub(super) fn is_any(&self) -> bool {
        self.faults.has_crash(self.name) || self.holds.has(self.name)
    }

    fn take(&self, step: String) -> Option<Stop> {
        if self.faults.take_crash(self.name, &step) {
            return Some(Stop::Crash(step));
        }
        self.holds.take(self.name, &step).map(Stop::Hold)
    }
}

/// Runs a job to its end, or until a planned crash stops it; it is dropped then. Where it is held it is not polled.
pub(super) async fn run<F: Future>(job: F, stops: Stops) -> Result<F::Output, Crashed> {
    LazyLock::force(&NEVER_ALONE);
    let tripped = Arc::new(Tripped::default());
    let outer = dispatcher::get_default(Dispatch::clone);
    let inner = Dispatch::new(StepWatch { outer, stops, tripped: Arc::clone(&tripped) });
    let mut job = pin!(job);
    let mut held: Option<BoxFuture<'static, ()>> = None;
    std::future::poll_fn(|context| {
        loop {
            if let Some(standing) = &mut held {
                ready!(standing.poll_unpin(context));
                held = None;
            }
            let polled = dispatcher::with_default(&inner, || job.as_mut().poll(context));
            match tripped.take() {
                Some(Stop::Crash(step)) => return Poll::Ready(Err(Crashed(step))),
                Some(Stop::Hold(standing)) if polled.is_pending() => held = Some(standing.released().boxed()),
                _ => return polled.map(Ok),
            }
        }
    })
    .await
}

/// Where a job has come to that stops it.
#[derive(Default)]
struct Tripped(Mutex<Option<Stop>>);

impl Tripped {
    fn set(&self, stop: Stop) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop);
    }

    fn take(&self) -> Option<Stop> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

struct StepWatch {
    outer: Dispatch,
    stops: Stops,
    tripped: Arc<Tripped>,
}

impl Subscriber for StepWatch {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if metadata.target() == STEP_TARGET {
            Interest::sometimes()
        } else {
            self.outer.register_callsite(metadata)
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        // Without a hint everything may be of interest, to the outer subscriber or to us.
        None
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == STEP_TARGET || self.outer.enabled(metadata)
    }

    fn event(&self, event: &Event<'_>) {
        if event.metadata().target() == STEP_TARGET {
            let mut step = StepName::default();
            event.record(&mut step);
            if let Some(stop) = self.stops.take(step.0) {
                self.tripped.set(stop);
            }
        }
        if self.outer.enabled(event.metadata()) {
            self.outer.event(event);
        }
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.outer.new_span(span)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.outer.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.outer.record_follows_from(span, follows);
    }

    fn enter(&self, span: &Id) {
        self.outer.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.outer.exit(span);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.outer.clone_span(id)
    }

    fn try_close(&self, id: Id) -> bool {
        self.outer.try_close(id)
    }
}

#[derive(Default)]
struct StepName(String);

impl Visit for StepName {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "step" {
            value.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "step" {
            self.0 = format!("{value:?}");
        }
    }
}
