//! Moving the virtual clock from event to event, only while no function runs and nothing is due.
//!
//! Sweeps come once a minute, and most find nothing: the due index tells the first minute at which one finds something,
//! so that a simulated year does not sweep half a million times.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sitrep_app::clock::Clock;

use super::Pump;
use crate::clock::{Backwards, VirtualClock};

const MINUTE_S: i64 = 60;

/// Whose turn it is to move the clock, and what the due index said when it last changed.
#[derive(Default)]
pub(crate) struct Turn {
    mover: tokio::sync::Mutex<()>,
    seen: Mutex<Option<(u64, Option<Timestamp>)>>,
}

/// Keeps the clock held while it lives.
struct Held(Arc<VirtualClock>);

impl Held {
    fn new(clock: &Arc<VirtualClock>) -> Self {
        clock.hold();
        Self(Arc::clone(clock))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl Pump {
    /// Moves the clock to an instant, and on the way to every instant at which something falls due. Returns when
    /// everything that fell due has happened.
    pub(crate) async fn advance_to(self: &Arc<Self>, to: Timestamp) -> Result<(), Backwards> {
        let mover = self.turn.mover.lock().await;
        let now = self.clock.now();
        if to < now {
            return Err(Backwards { now, asked: to });
        }
        let held = Held::new(&self.clock);
        loop {
            self.settle().await;
            self.plan_sweep(to);
            let Some(next) = self.next_event().filter(|next| *next <= to) else { break };
            self.clock.set(next.max(self.clock.now()))?;
        }
        // The hold began a moment after `to` was compared with the clock.
        self.clock.set(to.max(self.clock.now()))?;
        self.settle().await;
        self.wire.dynamodb.expire();
        drop(held);
        drop(mover);
        // The background task has to look anew at when to wake.
        self.wake.up();
        Ok(())
    }

    fn plan_sweep(&self, to: Timestamp) {
        let scheduler = &self.wire.scheduler;
        let now = self.clock.now();
        let earliest = match self.earliest_due() {
            Some(due) => whole_minute_from(due.max(now)),
            None => whole_minute_from(to) + SignedDuration::from_secs(MINUTE_S),
        };
        scheduler.put_off_sweep(earliest);
    }

    fn earliest_due(&self) -> Option<Timestamp> {
        let changes = self.wire.dynamodb.changes();
        let mut seen = self.turn.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match *seen {
            Some((when, due)) if when == changes => due,
            _ => {
                let due = self.wire.dynamodb.earliest_due();
                *seen = Some((changes, due));
                due
            }
        }
    }
}

/// The first whole minute at or after an instant.
fn whole_minute_from(instant: Timestamp) -> Timestamp {
    let partial = instant.subsec_nanosecond() > 0;
    let second = instant.as_second() + i64::from(partial);
    let minutes = second.div_euclid(MINUTE_S) + i64::from(second.rem_euclid(MINUTE_S) > 0);
    Timestamp::from_second(minutes * MINUTE_S).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_minute_is_at_or_after_the_instant() {
        for (instant, expected) in [
            ("2026-11-20T09:00:00Z", "2026-11-20T09:00:00Z"),
            ("2026-11-20T09:00:00.000000001Z", "2026-11-20T09:01:00Z"),
            ("2026-11-20T09:00:01Z", "2026-11-20T09:01:00Z"),
            ("2026-12-31T23:59:59.5Z", "2027-01-01T00:00:00Z"),
        ] {
            assert_eq!(whole_minute_from(instant.parse().unwrap()), expected.parse().unwrap(), "{instant}");
        }
    }
}
