//! Time limits: how long work goes on before it is cut, handed over or told as not done yet.
//!
//! Each is shorter than what would otherwise cut it from outside: a caller's connection, or the life of a function.

use std::time::Duration;

use jiff::SignedDuration;

/// How long each kind of work may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimits {
    /// How long a caller waits for a run that is made at once; the run itself goes on.
    pub wait_for_run: Duration,
    /// Longest that a file may take which is made while its caller waits: the connection is cut after 29 seconds.
    pub export: Duration,
    /// Longest that a run may take.
    pub run: Duration,
    /// How long a worker goes on to the next chunk of an upload: Lambda ends it after 15 minutes. Another one goes on.
    pub upload: SignedDuration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self {
            wait_for_run: Duration::from_secs(20),
            export: Duration::from_secs(25),
            run: Duration::from_mins(10),
            upload: SignedDuration::from_mins(12),
        }
    }
}
