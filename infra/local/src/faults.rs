//! Faults that a test or a curious user asks for: at the wire to a service, or in a function.
//!
//! Each applies `times` times and is gone then. The first fault that matches a request is the one that applies.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::functions::FunctionName;
use crate::operation::{Call, Service};

const DEFAULT_DELAY_MS: u64 = 1_000;
const MAX_DELAY_MS: u64 = 60_000;

/// Where a fault applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultTarget {
    /// DynamoDB.
    Dynamodb,
    /// S3.
    S3,
    /// SQS.
    Sqs,
    /// SES v2.
    Ses,
    /// EventBridge Scheduler.
    Scheduler,
    /// SSM Parameter Store.
    Ssm,
    /// One of the functions; `operation` is its name then.
    Function,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultMode {
    /// The service answers 500 and does nothing.
    Error,
    /// The service answers with its throttling error and does nothing.
    Throttle,
    /// The connection breaks before the request is applied.
    DropRequest,
    /// The request is applied, then the connection breaks.
    DropResponse,
    /// The request is applied after `delay_ms` of real time.
    Delay,
    /// The request is applied twice, or the event delivered twice at the same moment; the first answer counts.
    Duplicate,
    /// The function dies right after the step `after`.
    Crash,
}

/// A fault, as `POST /_local/faults` takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Where it applies.
    pub service: FaultTarget,
    /// The only operation (or function) that it applies to; every one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// What goes wrong.
    pub mode: FaultMode,
    /// How often it applies, from 1; 1 when left out.
    #[serde(default = "once")]
    pub times: u32,
    /// For `crash`: the step after which the function dies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// For `delay`: milliseconds of real time, up to 60,000; 1,000 when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
}

/// A fault that cannot be: the field that is wrong, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {advice}")]
pub struct ImpossibleFault {
    /// The field that is wrong.
    pub field: &'static str,
    /// What would be right.
    pub advice: &'static str,
}

/// What is to go wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WireFault {
    Error,
    Throttle,
    DropRequest,
    DropResponse,
    Delay(Duration),
    Duplicate,
}

/// The faults that are still to happen.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds a fault behind those that are there.
    ///
    /// # Errors
    ///
    /// [`ImpossibleFault`] when the mode does not go with the service, or a field with the mode.
    pub fn add(&self, fault: Fault) -> Result<(), ImpossibleFault> {
        fault.check()?;
        self.lock().push(fault);
        Ok(())
    }

    /// The faults that are still to happen, with the times that are left.
    #[must_use]
    pub fn list(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// Forgets every fault.
    pub fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn take_for(&self, call: &Call) -> Option<WireFault> {
        let fault = self.take(|fault| {
            Service::of_target(fault.service) == Some(call.service) && fault.names(&call.operation)
        })?;
        match fault.mode {
            FaultMode::Error => Some(WireFault::Error),
            FaultMode::Throttle => Some(WireFault::Throttle),
            FaultMode::DropRequest => Some(WireFault::DropRequest),
            FaultMode::DropResponse => Some(WireFault::DropResponse),
            FaultMode::Delay => {
                Some(WireFault::Delay(Duration::from_millis(fault.delay_ms.unwrap_or(DEFAULT_DELAY_MS))))
            }
            FaultMode::Duplicate => Some(WireFault::Duplicate),
            FaultMode::Crash => None,
        }
    }

    pub(crate) fn take_function_duplicate(&self, name: FunctionName) -> bool {
        self.take(|fault| fault.is_for(name) && fault.mode == FaultMode::Duplicate).is_some()
    }

    pub(crate) fn has_crash(&self, name: FunctionName) -> bool {
        self.lock().iter().any(|fault| fault.is_for(name) && fault.mode == FaultMode::Crash)
    }

    pub(crate) fn take_crash(&self, name: FunctionName, step: &str) -> bool {
        let is_planned = |fault: &Fault| {
            fault.is_for(name) && fault.mode == FaultMode::Crash && fault.after.as_deref() == Some(step)
        };
        self.take(is_planned).is_some()
    }

    fn take(&self, matches: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut faults = self.lock();
        let position = faults.iter().position(matches)?;
        faults[position].times -= 1;
        let fault = faults[position].clone();
        if fault.times == 0 {
            faults.remove(position);
        }
        Some(fault)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fault {
    fn check(&self) -> Result<(), ImpossibleFault> {
        let wrong = |field, advice| Err(ImpossibleFault { field, advice });
        let for_function = self.service == FaultTarget::Function;
        let function_mode = matches!(self.mode, FaultMode::Crash | FaultMode::Duplicate);
        if self.times == 0 {
            return wrong("times", "at least 1");
        }
        if for_function && !function_mode {
            return wrong("mode", "a function can crash or get its event in duplicate");
        }
        if !for_function && self.mode == FaultMode::Crash {
            return wrong("mode", "only a function can crash");
        }
        if (self.mode == FaultMode::Crash) != self.after.is_some() {
            return wrong(
                "after",
                "the step after which to crash; it goes with the mode crash and with no other",
            );
        }
        if self.delay_ms.is_some_and(|delay| self.mode != FaultMode::Delay || delay > MAX_DELAY_MS) {
            return wrong("delay_ms", "up to 60000; it goes with the mode delay and with no other");
        }
        if for_function && self.operation.as_ref().is_some_and(|name| name.parse::<FunctionName>().is_err()) {
            return wrong("operation", "one of the functions api, render, deliver, schedule");
        }
        Ok(())
    }

    fn names(&self, operation: &str) -> bool {
        self.operation.as_deref().is_none_or(|wanted| wanted == operation)
    }

    fn is_for(&self, name: FunctionName) -> bool {
        self.service == FaultTarget::Function && self.names(name.as_str())
    }
}

fn once() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(value: serde_json::Value) -> Result<(), String> {
        let fault: Fault = serde_json::from_value(value).map_err(|error| error.to_string())?;
        Faults::default().add(fault).map_err(|error| error.field.to_owned())
    }

    #[test]
    fn a_fault_must_make_sense() {
        for (value, wrong) in [
            (json!({"service": "ses", "operation": "SendEmail", "mode": "drop_response", "times": 2}), None),
            (json!({"service": "function", "operation": "render", "mode": "crash", "after": "commit"}), None),
            (json!({"service": "function", "mode": "duplicate"}), None),
            (json!({"service": "s3", "mode": "delay", "delay_ms": 5}), None),
            (json!({"service": "ses", "mode": "error", "times": 0}), Some("times")),
            (json!({"service": "ses", "mode": "crash", "after": "x"}), Some("mode")),
            (json!({"service": "function", "mode": "throttle"}), Some("mode")),
            (json!({"service": "function", "mode": "crash"}), Some("after")),
            (json!({"service": "ses", "mode": "error", "after": "x"}), Some("after")),
            (json!({"service": "ses", "mode": "error", "delay_ms": 5}), Some("delay_ms")),
            (json!({"service": "function", "operation": "nope", "mode": "duplicate"}), Some("operation")),
        ] {
            assert_eq!(fault(value.clone()).err().as_deref(), wrong, "{value}");
        }
        assert!(fault(json!({"service": "sns", "mode": "error"})).is_err());
        assert!(fault(json!({"service": "ses", "mode": "error", "time": 2})).is_err());
    }

    #[test]
    fn a_fault_happens_as_often_as_asked_and_to_what_it_names() {
        let faults = Faults::default();
        let wanted = json!({"service": "ses", "operation": "SendEmail", "mode": "throttle", "times": 2});
        faults.add(serde_json::from_value(wanted).unwrap()).unwrap();
        let call = |service, operation: &str| Call { service, operation: operation.to_owned() };
        assert_eq!(faults.take_for(&call(Service::Sqs, "SendEmail")), None);
        assert_eq!(faults.take_for(&call(Service::Ses, "GetAccount")), None);
        for _ in 0..2 {
            assert_eq!(faults.take_for(&call(Service::Ses, "SendEmail")), Some(WireFault::Throttle));
        }
        assert_eq!(faults.take_for(&call(Service::Ses, "SendEmail")), None);
        assert!(faults.list().is_empty());
    }
}
