//! The five functions as the stack calls them: an event in, an answer out, both the JSON that Lambda would pass.
//!
//! Whoever runs one is counted, so that virtual time never moves while a function runs. Faults that are meant for
//! functions take effect here.

mod hold;
mod stop;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::hold::Hold;
pub(crate) use self::hold::Holds;
use self::stop::Stops;
use crate::faults::Faults;
use crate::wake::Wake;

/// A function: what it answers to an event, or why it failed.
pub type Handler = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, String>> + Send + Sync>;

/// One handler per function.
#[derive(Clone)]
pub struct Functions {
    /// Answers HTTP requests.
    pub api: Handler,
    /// Makes reports: one run per message.
    pub render: Handler,
    /// Sends reports, and hears from SES what became of them.
    pub deliver: Handler,
    /// Fires schedules and sweeps.
    pub schedule: Handler,
    /// Takes in uploads.
    pub ingest: Handler,
}

/// The name of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FunctionName {
    Api,
    Render,
    Deliver,
    Schedule,
    Ingest,
}

impl FunctionName {
    const ALL: [Self; 5] = [Self::Api, Self::Render, Self::Deliver, Self::Schedule, Self::Ingest];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Render => "render",
            Self::Deliver => "deliver",
            Self::Schedule => "schedule",
            Self::Ingest => "ingest",
        }
    }

    /// The function that an ARN names.
    pub(crate) fn of_arn(arn: &str) -> Option<Self> {
        arn.rsplit_once("function:sitrep-")?.1.parse().ok()
    }
}

impl FromStr for FunctionName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or(())
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Calls functions and counts those that run.
pub(crate) struct Runner {
    functions: Functions,
    faults: Arc<Faults>,
    holds: Arc<Holds>,
    running: AtomicUsize,
    wake: Wake,
}

impl Runner {
    pub(crate) fn new(functions: Functions, faults: Arc<Faults>, wake: Wake) -> Self {
        Self { functions, faults, holds: Arc::default(), running: AtomicUsize::new(0), wake }
    }

    /// The places where functions are to stand still.
    pub(crate) fn holds(&self) -> &Holds {
        &self.holds
    }

    /// How many functions run, or are about to.
    pub(crate) fn running(&self) -> usize {
        self.running.load(Ordering::Acquire)
    }

    /// Counts a function as running until the guard is dropped, which rings the bell.
    pub(crate) fn enter(self: &Arc<Self>) -> Running {
        self.running.fetch_add(1, Ordering::AcqRel);
        Running(Arc::clone(self))
    }

    /// Calls a function, twice when a fault says so; then the first answer counts.
    pub(crate) async fn call(&self, name: FunctionName, event: Value) -> Result<Value, String> {
        if self.faults.take_function_duplicate(name) {
            // At the same moment, as two workers would: whatever either waits for, the other goes on.
            let (first, second) =
                futures::join!(self.call_once(name, event.clone()), self.call_once(name, event));
            tracing::debug!(function = %name, ok = second.is_ok(), "an event was delivered twice");
            return first;
        }
        self.call_once(name, event).await
    }

    async fn call_once(&self, name: FunctionName, event: Value) -> Result<Value, String> {
        let handler = match name {
            FunctionName::Api => &self.functions.api,
            FunctionName::Render => &self.functions.render,
            FunctionName::Deliver => &self.functions.deliver,
            FunctionName::Schedule => &self.functions.schedule,
            FunctionName::Ingest => &self.functions.ingest,
        };
        let job = std::panic::AssertUnwindSafe(handler(event)).catch_unwind();
        let stops = Stops { name, faults: Arc::clone(&self.faults), holds: Arc::clone(&self.holds) };
        let result = if stops.is_any() { stop::run(job, stops).await } else { Ok(job.await) };
        match result {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err("the function panicked".to_owned()),
            Err(crashed) => Err(crashed.to_string()),
        }
    }
}

/// A function that runs.
pub(crate) struct Running(Arc<Runner>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::AcqRel);
        self.0.wake.up();
    }
}
