//! Windows: half-open spans of instants, and their length limits.
//!
//! A window includes its start and excludes its end, so adjoining windows share no instant. Civil days become
//! instants in [`crate::calendar`]; here everything is UTC already.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;

/// A half-open span of instants, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawWindow")]
pub struct Window {
    start: Timestamp,
    end: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWindow {
    start: Timestamp,
    end: Timestamp,
}

impl TryFrom<RawWindow> for Window {
    type Error = Invalid;

    fn try_from(raw: RawWindow) -> Result<Self, Invalid> {
        Self::new(raw.start, raw.end)
    }
}

impl Window {
    /// Longest window of a report or a query, in days: ten years, longer than any plan keeps records.
    pub const MAX_DAYS: i64 = 3_660;
    /// What changes of clock may add to the longest window of civil days, in seconds.
    const MAX_CLOCK_CHANGE_SECONDS: i64 = 3 * 3_600;

    /// Makes a window from its first instant and the instant after its last.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `end` when it is not after `start`; kind `DateRangeTooLarge` past [`Self::MAX_DAYS`].
    pub fn new(start: Timestamp, end: Timestamp) -> Result<Self, Invalid> {
        if end <= start {
            return Err(Invalid::field("end", "end_before_start", "the end must be after the start"));
        }
        let window = Self { start, end };
        if window.seconds() > Self::MAX_DAYS * 86_400 + Self::MAX_CLOCK_CHANGE_SECONDS {
            let detail = format!("a window covers at most {} days; ask for a shorter one", Self::MAX_DAYS);
            return Err(Invalid::date_range("end", detail));
        }
        Ok(window)
    }

    /// The first instant.
    #[must_use]
    pub const fn start(&self) -> Timestamp {
        self.start
    }

    /// The instant after the last one.
    #[must_use]
    pub const fn end(&self) -> Timestamp {
        self.end
    }

    /// Length in whole seconds, 0 and up.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.end.as_second() - self.start.as_second()
    }

    /// Length in days of 24 hours, above 0.
    #[must_use]
    pub fn days(&self) -> f64 {
        self.end.duration_since(self.start).as_secs_f64() / 86_400.0
    }

    /// Whether the instant lies in the window.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }
}
