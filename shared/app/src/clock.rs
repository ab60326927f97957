//! Time and ids as arguments: the only two places where the world outside decides a value.
//!
//! Everything of ours (token expiry, leases, schedules, retention) reads [`Clock`]; AWS clients sign with real time.

use jiff::Timestamp;
use uuid::Uuid;

/// What time it is.
pub trait Clock: Send + Sync + 'static {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Where ids and secrets come from.
pub trait IdSource: Send + Sync + 'static {
    /// Fills the bytes with unpredictable ones.
    fn fill(&self, bytes: &mut [u8]);

    /// Whether a repetition of the request draws the same ids again, so that it can find what they were given to.
    fn is_repeatable(&self) -> bool {
        false
    }

    /// A random UUID (version 4).
    fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's random numbers.
#[derive(Clone, Copy, Debug)]
pub struct SystemIds;

impl IdSource for SystemIds {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has random numbers");
    }
}
