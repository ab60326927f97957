//! The virtual clock: wall speed plus an offset, never backwards.
//!
//! Everything of ours reads it; AWS clients sign with real time. While it is *held* it stands still and moves only when
//! it is set, so that a simulated year goes from event to event. It remembers which real time was which virtual time,
//! because a presigned URL of another process names the real one.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sitrep_app::clock::{Clock, SystemClock};

use crate::shelf::Shelf;

/// How many moves are remembered: far more than fall into the life of a presigned URL.
const REMEMBERED_MOVES: usize = 1_024;

/// The clock was asked to go backwards.
#[derive(Debug, thiserror::Error)]
#[error("the clock is at {now} and never goes back to {asked}")]
pub struct Backwards {
    /// What time it is.
    pub now: Timestamp,
    /// What time it was to become.
    pub asked: Timestamp,
}

/// A clock that runs at wall speed, stands still while held, and can be moved forwards.
pub struct VirtualClock {
    state: Mutex<State>,
    shelf: Shelf,
}

struct State {
    anchor: Timestamp,
    /// Since when the clock has been running from `anchor`; nothing while it is held.
    running_since: Option<Instant>,
    holds: u32,
    moves: Vec<Moment>,
}

/// One instant by both clocks.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Moment {
    real: Timestamp,
    ours: Timestamp,
}

impl VirtualClock {
    /// Starts the clock where it was when the shelf was last used, or else at `start`, or else at real time; with
    /// `is_frozen` it is held for good.
    #[must_use]
    pub(crate) fn new(start: Option<Timestamp>, is_frozen: bool, shelf: Shelf) -> Self {
        let real = SystemClock.now();
        let kept = shelf.load::<Moment>("clock").pop().map(|(_, moment)| {
            // The offset is kept while the stack is down, as a clock in a drawer runs on.
            moment.ours.max(moment.ours + real.duration_since(moment.real))
        });
        let anchor = kept.or(start).unwrap_or(real);
        let state = State {
            anchor,
            running_since: (!is_frozen).then(Instant::now),
            holds: u32::from(is_frozen),
            moves: vec![Moment { real, ours: anchor }],
        };
        let clock = Self { state: Mutex::new(state), shelf };
        clock.remember(&mut clock.lock());
        clock
    }

    /// Stops the clock until every hold is released.
    pub fn hold(&self) {
        let mut state = self.lock();
        state.anchor = state.now();
        state.running_since = None;
        state.holds += 1;
        self.remember(&mut state);
    }

    /// Ends one hold; after the last the clock runs on from where it stands.
    pub fn release(&self) {
        let mut state = self.lock();
        state.holds = state.holds.saturating_sub(1);
        if state.holds == 0 {
            state.running_since = Some(Instant::now());
        }
        self.remember(&mut state);
    }

    /// Moves the clock to an instant.
    ///
    /// # Errors
    ///
    /// [`Backwards`] when that instant has passed.
    pub fn set(&self, to: Timestamp) -> Result<(), Backwards> {
        let mut state = self.lock();
        let now = state.now();
        if to < now {
            return Err(Backwards { now, asked: to });
        }
        state.anchor = to;
        state.running_since = state.running_since.map(|_| Instant::now());
        self.remember(&mut state);
        Ok(())
    }

    /// How long real time must pass until the clock shows `to`; nothing while the clock is held.
    #[must_use]
    pub fn until(&self, to: Timestamp) -> Option<Duration> {
        let state = self.lock();
        state.running_since?;
        Some(Duration::try_from(to.duration_since(state.now())).unwrap_or_default())
    }

    /// What this clock showed when real time was `real`; nothing before the clock was started.
    #[must_use]
    pub fn when_real_was(&self, real: Timestamp) -> Option<Timestamp> {
        let state = self.lock();
        let before = state.moves.iter().rev().find(|moment| moment.real <= real)?;
        Some((before.ours + real.duration_since(before.real)).min(state.now()))
    }

    fn remember(&self, state: &mut State) {
        let moment = Moment { real: SystemClock.now(), ours: state.now() };
        if state.moves.len() == REMEMBERED_MOVES {
            state.moves.remove(0);
        }
        state.moves.push(moment);
        self.shelf.put("clock", "now", &moment);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn now(&self) -> Timestamp {
        let run = self.running_since.map_or(SignedDuration::ZERO, |since| {
            SignedDuration::try_from(since.elapsed()).unwrap_or(SignedDuration::MAX)
        });
        self.anchor.saturating_add(run).expect("a signed duration saturates")
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.lock().now()
    }
}

impl dynoxide::storage_backend::Clock for VirtualClock {
    fn now_unix_secs(&self) -> u64 {
        u64::try_from(self.now().as_second()).unwrap_or_default()
    }

    #[expect(clippy::cast_precision_loss, reason = "the interface wants seconds as a fraction")]
    fn now_unix_secs_f64(&self) -> f64 {
        self.now().as_millisecond() as f64 / 1_000.0
    }
}

impl fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VirtualClock({})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_held_clock_stands_still_and_moves_only_forwards() {
        let clock = VirtualClock::new(Some(instant("2026-01-01T00:00:00Z")), false, Shelf::forgetful());
        clock.hold();
        let held = clock.now();
        std::thread::sleep(Duration::from_millis(5));
        assert_eq!(clock.now(), held);
        clock.set(instant("2026-06-01T00:00:00Z")).unwrap();
        assert_eq!(clock.now(), instant("2026-06-01T00:00:00Z"));
        assert!(clock.set(held).is_err());
        clock.release();
        std::thread::sleep(Duration::from_millis(5));
        assert!(clock.now() > instant("2026-06-01T00:00:00Z"));
    }

    #[test]
    fn the_clock_knows_what_it_showed_at_a_real_instant() {
        let clock = VirtualClock::new(Some(instant("2026-01-01T00:00:00Z")), false, Shelf::forgetful());
        let before = SystemClock.now();
        clock.set(instant("2026-03-01T00:00:00Z")).unwrap();
        let shown = clock.when_real_was(before).unwrap();
        assert!(shown < instant("2026-01-01T00:00:10Z"), "{shown}");
        assert_eq!(clock.when_real_was(before - SignedDuration::from_hours(1)), None);
    }
}
