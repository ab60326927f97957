//! Slow and simple answers that the planner is compared with: its own reading of the text, every minute looked at.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A cron expression as text; only numbers, no names.
pub(crate) struct Oracle<'a> {
    fields: Vec<&'a str>,
}

/// How a field allows a value: not, by naming it, or by `*` or a step.
#[derive(Clone, Copy, Default)]
struct Allowed {
    fixed: bool,
    every: bool,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(cron: &'a str) -> Self {
        Self { fields: cron.split(' ').collect() }
    }

    fn day_allowed(&self, day: Date) -> bool {
        let month = allows(self.fields[3], day.month(), 1, 12);
        if !(month.fixed || month.every) {
            return false;
        }
        let by_number = self.fields[2].split(',').any(|part| match part {
            "L" => day.day() == day.days_in_month(),
            _ => part_allows(part, day.day(), 1, 31),
        });
        let weekday = day.weekday().to_sunday_zero_offset();
        let by_name = self.fields[4].split(',').any(|part| {
            if let Some((n, k)) = part.split_once('#') {
                return number(n) % 7 == weekday && (day.day() + 6) / 7 == number(k);
            }
            if let Some(n) = part.strip_suffix('L') {
                return number(n) % 7 == weekday && day.day() + 7 > day.days_in_month();
            }
            part_allows(part, weekday, 0, 6)
                || weekday == 0 && !part.contains('*') && part_allows(part, 7, 0, 7)
        });
        match (self.fields[2], self.fields[4]) {
            ("*", "*") => true,
            (_, "*") => by_number,
            ("*", _) => by_name,
            _ => by_number || by_name,
        }
    }

    /// The local times of an allowed day.
    pub(crate) fn locals_of(&self, day: Date) -> Vec<DateTime> {
        let listed = |text, last| {
            let allowed = move |value: &i8| {
                let allowed = allows(text, *value, 0, last);
                allowed.fixed || allowed.every
            };
            (0..=last).filter(allowed).collect::<Vec<_>>()
        };
        let minutes = listed(self.fields[0], 59);
        let hours = listed(self.fields[1], 23);
        hours.iter().flat_map(|&hour| minutes.iter().map(move |&minute| day.at(hour, minute, 0, 0))).collect()
    }

    fn allowed(&self, local: DateTime) -> Allowed {
        let minute = allows(self.fields[0], local.minute(), 0, 59);
        if !(minute.fixed || minute.every) || !self.day_allowed(local.date()) {
            return Allowed::default();
        }
        allows(self.fields[1], local.hour(), 0, 23)
    }

    /// The fires of `(after, until]`, found by walking the real minutes and watching the local clock.
    pub(crate) fn walk_minutes(&self, zone: &TimeZone, after: Timestamp, until: Timestamp) -> Vec<Timestamp> {
        let minute = SignedDuration::from_mins(1);
        let mut seen = HashSet::new();
        let mut fires = Vec::new();
        let mut at =
            Timestamp::from_second(after.as_second().div_euclid(60) * 60).unwrap() - minute * 60 * 30;
        let mut expected = zone.to_datetime(at);
        while at <= until {
            let local = zone.to_datetime(at);
            let mut fires_now = false;
            while expected < local {
                fires_now |= self.allowed(expected).fixed;
                expected = expected.checked_add(minute).unwrap();
            }
            let allowed = self.allowed(local);
            fires_now |= allowed.every || allowed.fixed && !seen.contains(&local);
            seen.insert(local);
            if fires_now && at > after {
                fires.push(at);
            }
            expected = local.checked_add(minute).unwrap();
            at += minute;
        }
        fires
    }

    /// The fires of `(after, until]`, found by taking each local time of each day and asking for its instants.
    pub(crate) fn walk_days(&self, zone: &TimeZone, after: Timestamp, until: Timestamp) -> Vec<Timestamp> {
        let mut fires = BTreeSet::new();
        let first = zone.to_datetime(after).date().checked_sub(2.days()).unwrap();
        let last = zone.to_datetime(until).date().checked_add(2.days()).unwrap();
        for day in first.series(1.day()).take_while(|day| *day <= last).filter(|day| self.day_allowed(*day)) {
            for local in self.locals_of(day) {
                let allowed = allows(self.fields[1], local.hour(), 0, 23);
                let ambiguous = zone.to_ambiguous_timestamp(local);
                if allowed.fixed {
                    fires.insert(crate::calendar::instant_of(local, zone));
                }
                if allowed.every && !matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
                    fires.insert(ambiguous.earlier().unwrap());
                    fires.insert(ambiguous.later().unwrap());
                }
            }
        }
        fires.into_iter().filter(|at| *at > after && *at <= until).collect()
    }
}

fn allows(text: &str, value: i8, first: i8, last: i8) -> Allowed {
    let (every, fixed): (Vec<&str>, Vec<&str>) = text.split(',').partition(|part| part.contains(['*', '/']));
    let any = |parts: &[&str]| parts.iter().any(|part| part_allows(part, value, first, last));
    Allowed { fixed: any(&fixed), every: any(&every) }
}

fn part_allows(part: &str, value: i8, first: i8, last: i8) -> bool {
    let (base, step) = part.split_once('/').map_or((part, None), |(base, step)| (base, Some(number(step))));
    let (from, to) = match (base, base.split_once('-')) {
        ("*", _) => (first, last),
        ("L", _) => return false,
        (_, Some((from, to))) => (number(from), number(to)),
        (_, None) => (number(base), if step.is_some() { last } else { number(base) }),
    };
    (from..=to).contains(&value) && (value - from) % step.unwrap_or(1) == 0
}

fn number(text: &str) -> i8 {
    text.parse().unwrap()
}
