//! The planner: at which instants a cadence is due in a zone.
//!
//! It is the truth about fires; whatever wakes the program up only reminds it to ask. Fires are strictly ascending and
//! never repeat. A fixed hour that a change of clock leaves out fires at the first instant after the gap (once, however
//! many it was), and one that comes twice fires the first time. An hour from `*` or a step fires at every real instant:
//! twice in a fold, not at all in a gap.
//!
//! Between two transitions of a zone the offset stands still, so the search jumps from one matching local time to the
//! next within such a stretch, and from stretch to stretch; nothing is scanned minute by minute.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::cadence::Cadence;
use crate::cron::CronExpression;

/// One due instant of a cadence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fire {
    /// When it is due.
    pub at: Timestamp,
    /// The local time that the cadence names; in a gap, the first one left out.
    pub local: DateTime,
    /// What the zone made of the local time.
    pub kind: FireKind,
}

/// What a zone made of a local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FireKind {
    /// The local time exists once.
    Normal,
    /// The local time is left out by a change of clock; the fire is at the first instant after it.
    Gap,
    /// The local time comes twice.
    Fold,
}

/// The first fire strictly after `after`; `None` only at the end of the calendar.
#[must_use]
pub fn next_fire(cadence: &Cadence, zone: &TimeZone, after: Timestamp) -> Option<Fire> {
    let cron = cadence.cron();
    let mut from = after.checked_add(SignedDuration::from_nanos(1)).ok()?;
    loop {
        let stretch = Stretch::at(from, zone);
        if let Some(fire) = stretch.find_gap_fire(cron) {
            return Some(fire);
        }
        match stretch.find_fire(cron, zone) {
            Found::Fire(fire) => return Some(fire),
            Found::Later => from = stretch.skip(cron)?,
            Found::Never => return None,
        }
    }
}

/// The fires strictly after `after` and up to and including `until`, ascending, at most `most`.
#[must_use]
pub fn list_fires(
    cadence: &Cadence,
    zone: &TimeZone,
    after: Timestamp,
    until: Timestamp,
    most: usize,
) -> Vec<Fire> {
    std::iter::successors(next_fire(cadence, zone, after), |last| next_fire(cadence, zone, last.at))
        .take_while(|fire| fire.at <= until)
        .take(most)
        .collect()
}

/// A span of instants from `from` on in which the zone's offset stands still.
struct Stretch {
    from: Timestamp,
    /// The next transition, if there is one.
    end: Option<Timestamp>,
    /// Offset just before `from`.
    before: Offset,
    offset: Offset,
}

enum Found {
    Fire(Fire),
    /// Not in this stretch.
    Later,
    /// The calendar ends.
    Never,
}

impl Stretch {
    fn at(from: Timestamp, zone: &TimeZone) -> Self {
        let offset = zone.to_offset(from);
        let before = from
            .checked_sub(SignedDuration::from_nanos(1))
            .map_or(offset, |just_before| zone.to_offset(just_before));
        let end = zone.following(from).next().map(|transition| transition.timestamp());
        Self { from, end, before, offset }
    }

    /// The fire at the stretch's first instant, if the gap that ends there leaves out a fixed time.
    fn find_gap_fire(&self, cron: &CronExpression) -> Option<Fire> {
        let (left_out, resumed) = (self.before.to_datetime(self.from), self.offset.to_datetime(self.from));
        let local = cron.find_next_fixed(left_out).filter(|local| *local < resumed)?;
        // The instant may be due by its own local time as well; then it is an ordinary fire.
        (!cron.matches(resumed)).then_some(Fire { at: self.from, local, kind: FireKind::Gap })
    }

    fn find_fire(&self, cron: &CronExpression, zone: &TimeZone) -> Found {
        let mut from = self.offset.to_datetime(self.from);
        loop {
            let Some(local) = cron.find_next(from) else {
                return Found::Never;
            };
            let at = self.offset.to_timestamp(local).ok().filter(|at| self.end.is_none_or(|end| *at < end));
            let Some(at) = at else {
                return Found::Later;
            };
            match zone.to_ambiguous_timestamp(local).offset() {
                AmbiguousOffset::Fold { after, .. } => {
                    if after != self.offset || cron.is_every_hour(local.hour()) {
                        return Found::Fire(Fire { at, local, kind: FireKind::Fold });
                    }
                }
                _ => return Found::Fire(Fire { at, local, kind: FireKind::Normal }),
            }
            let Ok(next) = local.checked_add(SignedDuration::from_mins(1)) else {
                return Found::Never;
            };
            from = next;
        }
    }

    /// Where to search on: the next stretch, or close before the next match if that is later still.
    fn skip(&self, cron: &CronExpression) -> Option<Timestamp> {
        let end = self.end?;
        // Offsets of one zone differ by a day at most: no later instant has a local time two days back, and none
        // reaches that of the match two days early.
        let two_days = SignedDuration::from_hours(48);
        let earliest = self.offset.to_datetime(self.from).saturating_sub(two_days);
        let close = cron.find_next(earliest).and_then(|local| self.offset.to_timestamp(local).ok());
        Some(close.and_then(|at| at.checked_sub(two_days).ok()).map_or(end, |at| at.max(end)))
    }
}

#[cfg(test)]
mod corpora;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod tests;
