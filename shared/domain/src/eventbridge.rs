//! A cadence in the words of Amazon EventBridge Scheduler, which wakes us up for its fires.
//!
//! EventBridge numbers weekdays from Sunday = 1, wants `?` in one of the two day fields, and knows one `#` or `L` per
//! expression; so one of our expressions becomes one or several of theirs. Values are written out one by one, because
//! steps and ranges differ between dialects.
//!
//! An expression names no local time that the planner does not fire at, but it may miss a fire: EventBridge skips a local
//! time in the gap of its zone and fires once in a fold (it does not say at which of the two). Fires of kind `Gap` and
//! `Fold` are therefore repaired by the planner and the sweep; whoever is woken asks the planner what is due. All local
//! times here are in the schedule's zone, which goes beside them.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cadence::Cadence;
use crate::calendar::local_of;
use crate::cron::Parts;
use crate::planner::{Fire, next_fire};

/// What EventBridge is asked to do for a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WakeUp {
    /// Recurring `cron(…)` expressions, together equivalent to the cadence; at least one.
    Recurring(Vec<String>),
    /// One `at(…)` for the next fire; to be replaced after it.
    At {
        /// The expression.
        expression: String,
        /// The fire it stands for.
        fire: Fire,
    },
}

impl WakeUp {
    /// Most recurring expressions for one schedule; a cadence that needs more is woken fire by fire.
    pub const MAX_EXPRESSIONS: usize = 4;

    /// The expressions, each a schedule of its own in EventBridge.
    #[must_use]
    pub fn expressions(&self) -> &[String] {
        match self {
            Self::Recurring(expressions) => expressions,
            Self::At { expression, .. } => std::slice::from_ref(expression),
        }
    }
}

/// How EventBridge is to wake us for the fires after `after`; `None` when there are none until the calendar ends.
#[must_use]
pub fn plan_wake_up(cadence: &Cadence, zone: &TimeZone, after: Timestamp) -> Option<WakeUp> {
    let fire = next_fire(cadence, zone, after)?;
    let expressions = list_cron_expressions(&cadence.cron().parts());
    Some(if expressions.len() <= WakeUp::MAX_EXPRESSIONS {
        WakeUp::Recurring(expressions)
    } else {
        WakeUp::At { expression: format_at(fire.at, zone), fire }
    })
}

/// The one-time expression for an instant, as the local time of the zone: `at(2026-11-20T09:00:00)`.
///
/// The second of two equal local times cannot be said; EventBridge fires at the first.
#[must_use]
pub fn format_at(at: Timestamp, zone: &TimeZone) -> String {
    format!("at({})", local_of(at, zone).strftime("%Y-%m-%dT%H:%M:%S"))
}

fn list_cron_expressions(parts: &Parts<'_>) -> Vec<String> {
    let minutes = list_values(parts.minutes);
    let hours = if parts.every_hour() { "*".to_owned() } else { list_values(parts.hours) };
    let months = if parts.every_month() { "*".to_owned() } else { list_values(parts.months) };
    let day_fields = list_day_fields(parts);
    day_fields
        .into_iter()
        .map(|(day, weekday)| format!("cron({minutes} {hours} {day} {months} {weekday} *)"))
        .collect()
}

/// Pairs of day of month and weekday that together allow the days.
fn list_day_fields(parts: &Parts<'_>) -> Vec<(String, String)> {
    let days = parts.days;
    let mut fields = Vec::new();
    if !days.by_month_day && !days.by_weekday {
        fields.push(("*".to_owned(), "?".to_owned()));
    }
    if days.by_month_day {
        let numbers = (days.month_days != 0).then(|| list_values(days.month_days));
        let last = days.last_day.then(|| "L".to_owned());
        fields.extend(numbers.into_iter().chain(last).map(|day| (day, "?".to_owned())));
    }
    if days.by_weekday {
        // Weekdays are one higher there, so the whole set moves up by one.
        let weekly = (days.weekdays != 0).then(|| list_values(days.weekdays << 1));
        let nth = days.nth_weekdays.iter().map(|(weekday, nth)| format!("{}#{nth}", weekday + 1));
        let last = values_of(days.last_weekdays).map(|weekday| format!("{}L", weekday + 1));
        fields.extend(weekly.into_iter().chain(nth).chain(last).map(|weekday| ("?".to_owned(), weekday)));
    }
    fields
}

fn values_of(set: u64) -> impl Iterator<Item = u8> {
    (0..64).filter(move |value| set >> value & 1 == 1)
}

fn list_values(set: u64) -> String {
    values_of(set).fold(String::new(), |mut list, value| {
        let comma = if list.is_empty() { "" } else { "," };
        write!(list, "{comma}{value}").expect("writing to a string cannot fail");
        list
    })
}

#[cfg(test)]
mod tests;
