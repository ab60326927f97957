//! Cron expressions: five fields that say at which local times something is due.
//!
//! Minute, hour, day of month, month, weekday; lists, ranges, steps and names; `L`, `n#k` and `nL` for days. An
//! expression that exists can fire, and its local times lie at least 15 minutes apart. Here all times are civil: which
//! instants they are, and what a change of clock does to them, belongs to [`crate::planner`].

mod days;
mod fields;
mod limits;

use std::fmt;
use std::str::FromStr;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::invalid::Invalid;
use days::Days;
use fields::{HOUR, MINUTE, MONTH, Values, parse_values, refuse};

/// A five-field cron expression that fires at least once in ten years and at most every 15 minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CronExpression {
    text: String,
    minutes: u64,
    hours: Values,
    months: u64,
    days: Days,
}

impl CronExpression {
    /// Longest expression, in bytes.
    pub const MAX_BYTES: usize = 256;
    /// Shortest time between two fires, in minutes of the local clock.
    pub const MIN_MINUTES_APART: u32 = 15;
    /// Longest time without a fire, in years.
    pub const MAX_YEARS_APART: i16 = 10;

    /// Reads an expression; white space between fields may be of any length.
    ///
    /// # Errors
    ///
    /// [`Invalid`] on the field `cron` that names the part and the remedy. Codes: `cron_fields` (not five fields),
    /// `cron_unsupported` (syntax of another dialect), `cron_value` (out of range, unknown name, bad range or step),
    /// `cron_too_often` (fires closer than [`Self::MIN_MINUTES_APART`]), `cron_never` (a span of
    /// [`Self::MAX_YEARS_APART`] years without a fire).
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let expression = Self::read(text)?;
        limits::check(&expression)?;
        Ok(expression)
    }

    fn read(text: &str) -> Result<Self, Invalid> {
        let [minute, hour, day, month, weekday] = split_fields(text)?;
        Ok(Self {
            text: [minute, hour, day, month, weekday].join(" "),
            minutes: parse_values(minute, &MINUTE)?.all(),
            hours: parse_values(hour, &HOUR)?,
            months: parse_values(month, &MONTH)?.all(),
            days: Days::parse(day, weekday)?,
        })
    }

    /// An expression however often it fires, for cases of others that know no limit.
    #[cfg(test)]
    pub(crate) fn parse_unlimited(text: &str) -> Result<Self, Invalid> {
        Self::read(text)
    }

    /// The expression, fields separated by one space.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the local minute that holds `local` is one of the expression's.
    #[must_use]
    pub fn matches(&self, local: DateTime) -> bool {
        self.fires_on(local.date())
            && has(self.hours.all(), local.hour())
            && has(self.minutes, local.minute())
    }

    /// Whether an hour comes from `*` or a step, and so means every real instant of it; otherwise it is fixed.
    #[must_use]
    pub fn is_every_hour(&self, hour: i8) -> bool {
        has(self.hours.every, hour)
    }

    /// The first matching local time at or after `from`; `None` at the end of the calendar.
    #[must_use]
    pub fn find_next(&self, from: DateTime) -> Option<DateTime> {
        self.find_in_hours(from, self.hours.all())
    }

    /// Like [`Self::find_next`], for fixed hours alone.
    #[must_use]
    pub fn find_next_fixed(&self, from: DateTime) -> Option<DateTime> {
        self.find_in_hours(from, self.hours.fixed)
    }

    /// The parts, for translating the expression into another dialect.
    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts { minutes: self.minutes, hours: self.hours.all(), months: self.months, days: &self.days }
    }

    fn fires_on(&self, day: Date) -> bool {
        has(self.months, day.month()) && has(self.days.of_month(day.year(), day.month()), day.day())
    }

    fn find_in_hours(&self, from: DateTime, hours: u64) -> Option<DateTime> {
        if hours == 0 {
            return None;
        }
        let from = round_up_to_minute(from)?;
        if self.fires_on(from.date())
            && let Some(time) = find_time(self.minutes, hours, from.time())
        {
            return Some(from.date().to_datetime(time));
        }
        let day = self.find_day(from.date().tomorrow().ok()?)?;
        Some(day.to_datetime(find_time(self.minutes, hours, Time::midnight())?))
    }

    fn find_day(&self, from: Date) -> Option<Date> {
        let (mut year, mut month, mut first) = (from.year(), from.month(), from.day());
        // Ten years without a fire are refused, and the two at its ends may be partly over.
        for _ in 0..12 * (Self::MAX_YEARS_APART + 2) {
            if has(self.months, month) {
                let left = self.days.of_month(year, month) >> first << first;
                if left != 0 {
                    return Date::new(year, month, lowest(left)).ok();
                }
            }
            (year, month, first) = if month == 12 { (year + 1, 1, 1) } else { (year, month + 1, 1) };
        }
        None
    }
}

/// What an expression allows; bit `n` of a set stands for the value `n`.
pub(crate) struct Parts<'a> {
    pub(crate) minutes: u64,
    pub(crate) hours: u64,
    pub(crate) months: u64,
    pub(crate) days: &'a Days,
}

impl Parts<'_> {
    /// Whether every month is allowed.
    pub(crate) fn every_month(&self) -> bool {
        self.months == MONTH.all()
    }

    /// Whether every hour is allowed.
    pub(crate) fn every_hour(&self) -> bool {
        self.hours == HOUR.all()
    }
}

impl FromStr for CronExpression {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

impl TryFrom<String> for CronExpression {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<CronExpression> for String {
    fn from(expression: CronExpression) -> Self {
        expression.text
    }
}

impl fmt::Display for CronExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn split_fields(text: &str) -> Result<[&str; 5], Invalid> {
    if text.len() > CronExpression::MAX_BYTES {
        let detail = format!("a cron expression has at most {} bytes", CronExpression::MAX_BYTES);
        return Err(Invalid::field("cron", "cron_fields", detail));
    }
    if text.trim_start().starts_with('@') {
        let remedy = "write five fields instead, such as 0 9 * * 1 for Mondays at 09:00, or use frequency";
        return Err(refuse("cron_unsupported", "cron", text.trim(), remedy));
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    <[&str; 5]>::try_from(fields).map_err(|fields| {
        let detail = format!(
            "cron has five fields (minute, hour, day of month, month, weekday), not {}; there are no seconds or years",
            fields.len()
        );
        Invalid::field("cron", "cron_fields", detail)
    })
}

/// Whether the set holds the value; values outside 0..=63 are in no set.
fn has(set: u64, value: i8) -> bool {
    u32::try_from(value).is_ok_and(|v| set.checked_shr(v).is_some_and(|rest| rest & 1 == 1))
}

/// The smallest value of a set that is not empty.
fn lowest(set: u64) -> i8 {
    i8::try_from(set.trailing_zeros()).expect("a set has at most 64 values")
}

fn round_up_to_minute(local: DateTime) -> Option<DateTime> {
    let minute = local.date().at(local.hour(), local.minute(), 0, 0);
    if minute == local { Some(local) } else { minute.checked_add(1.minute()).ok() }
}

fn find_time(minutes: u64, hours: u64, from: Time) -> Option<Time> {
    let later_minutes = minutes >> from.minute() << from.minute();
    if has(hours, from.hour()) && later_minutes != 0 {
        return Some(Time::constant(from.hour(), lowest(later_minutes), 0, 0));
    }
    let later_hours = hours >> (from.hour() + 1) << (from.hour() + 1);
    (later_hours != 0).then(|| Time::constant(lowest(later_hours), lowest(minutes), 0, 0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_read_or_refused(text in "[ -~]{0,40}|[0-9*/,#LW-]{1,9}( [0-9*/,#LW-]{1,9}){4}") {
            if let Ok(cron) = CronExpression::parse(&text) {
                prop_assert_eq!(CronExpression::parse(cron.as_str()), Ok(cron));
            }
        }
    }

    #[test]
    fn the_dialect_finds_the_next_local_time() {
        for (cron, from, expected) in [
            ("0 9 * * 1", "2026-11-20T10:00:00", "2026-11-23T09:00:00"),
            ("0 9 * * MON", "2026-11-23T09:00:00", "2026-11-23T09:00:00"),
            ("0 9 * * monday", "2026-11-23T09:00:01", "2026-11-30T09:00:00"),
            ("0 9 * * 0", "2026-11-20T10:00:00", "2026-11-22T09:00:00"),
            ("0 9 * * 7", "2026-11-20T10:00:00", "2026-11-22T09:00:00"),
            ("0 9 * * fri-sun", "2026-11-21T10:00:00", "2026-11-22T09:00:00"),
            ("0 9 L * *", "2026-02-01T00:00:00", "2026-02-28T09:00:00"),
            ("0 9 L * *", "2028-02-01T00:00:00", "2028-02-29T09:00:00"),
            ("0 9 15,L * *", "2026-02-16T00:00:00", "2026-02-28T09:00:00"),
            ("0 9 * * 1#2", "2026-11-01T00:00:00", "2026-11-09T09:00:00"),
            ("0 9 * * tue#5", "2026-11-01T00:00:00", "2026-12-29T09:00:00"),
            ("0 9 * * 5L", "2026-11-01T00:00:00", "2026-11-27T09:00:00"),
            ("0 9 * * 7L", "2026-11-01T00:00:00", "2026-11-29T09:00:00"),
            ("0 9 13 * 5", "2026-11-01T00:00:00", "2026-11-06T09:00:00"),
            ("0 9 13 * 5", "2026-11-07T00:00:00", "2026-11-13T09:00:00"),
            ("0 9 */10 * 0", "2026-11-12T00:00:00", "2026-11-15T09:00:00"),
            ("0 9 1-31 * 1", "2026-11-20T10:00:00", "2026-11-21T09:00:00"),
            ("0 9 */1 * 1", "2026-11-20T10:00:00", "2026-11-23T09:00:00"),
            ("15/20 8 * * *", "2026-11-20T08:16:00", "2026-11-20T08:35:00"),
            ("*/30 8-10/2 * * *", "2026-11-20T08:31:00", "2026-11-20T10:00:00"),
            ("0 0 29 2 *", "2026-11-20T00:00:00", "2028-02-29T00:00:00"),
            ("0 0 1 jan,September *", "2026-02-01T00:00:00", "2026-09-01T00:00:00"),
            ("0 10 1 1/3 *", "2026-11-20T00:00:00", "2027-01-01T10:00:00"),
            ("  0   8 *\t* * ", "2026-12-31T08:00:01", "2027-01-01T08:00:00"),
        ] {
            let next = CronExpression::parse(cron).unwrap().find_next(from.parse().unwrap());
            assert_eq!(next, Some(expected.parse().unwrap()), "{cron} from {from}");
        }
    }

    #[test]
    fn other_dialects_and_wrong_values_are_refused_with_the_part_and_the_remedy() {
        for (cron, code, told) in [
            ("", "cron_fields", "five fields"),
            ("0 9 * *", "cron_fields", "not 4"),
            ("0 0 9 * * 1", "cron_fields", "not 6"),
            ("@daily", "cron_unsupported", "@daily"),
            ("0 9 ? * 1", "cron_unsupported", "*"),
            ("0 9 15W * *", "cron_unsupported", "15W"),
            ("0 9 LW * *", "cron_unsupported", "LW"),
            ("0 9 L-3 * *", "cron_unsupported", "L-3"),
            ("0 9 * * L", "cron_unsupported", "5L"),
            ("H 9 * * 1", "cron_value", "H"),
            ("60 9 * * 1", "cron_value", "0-59"),
            ("0 24 * * 1", "cron_value", "0-23"),
            ("0 9 0 * *", "cron_value", "1-31"),
            ("0 9 32 * *", "cron_value", "1-31"),
            ("0 9 1 13 *", "cron_value", "1-12"),
            ("0 9 * * 8", "cron_value", "0-7"),
            ("0 9 * * 1#6", "cron_value", "1 to 5"),
            ("0 9 * * 1#0", "cron_value", "1 to 5"),
            ("0 9 * * XYZ", "cron_value", "XYZ"),
            ("0 9 * * mo", "cron_value", "mo"),
            ("0 22-2 * * *", "cron_value", "22-23,0-2"),
            ("*/0 9 * * *", "cron_value", "1-59"),
            ("*/60 9 * * *", "cron_value", "1-59"),
            ("*/ 9 * * *", "cron_value", "1-59"),
            ("0,,30 9 * * *", "cron_value", "comma"),
            ("-5 9 * * *", "cron_value", "-5"),
            ("+5 9 * * *", "cron_value", "+5"),
            ("300 9 * * *", "cron_value", "0-59"),
            ("\u{665} 9 * * *", "cron_value", "0-59"),
            ("* * * * *", "cron_too_often", "15 minutes"),
            ("*/10 * * * *", "cron_too_often", "15 minutes"),
            ("0,10 8 * * *", "cron_too_often", "10 minutes"),
            ("0,50 8,9 * * *", "cron_too_often", "10 minutes"),
            ("5,55 0,23 * * *", "cron_too_often", "10 minutes"),
            ("5,55 0,23 1,L * *", "cron_too_often", "10 minutes"),
            ("0 0 30 2 *", "cron_never", "ten years"),
            ("0 0 31 4,6,9,11 *", "cron_never", "ten years"),
            ("0 0 * 2 5#5", "cron_never", "ten years"),
        ] {
            let refused = CronExpression::parse(cron).expect_err(cron);
            let error = &refused.errors[0];
            assert_eq!((error.field.as_str(), error.code), ("cron", code), "{cron}: {}", error.detail);
            assert!(error.detail.contains(told), "{cron}: {}", error.detail);
        }
        let long = format!("0 9 {} * *", ["1"; 200].join(","));
        assert_eq!(CronExpression::parse(&long).unwrap_err().errors[0].code, "cron_fields");
    }

    #[test]
    fn what_is_just_far_enough_apart_is_accepted() {
        for cron in ["*/15 * * * *", "0,50 8 * * *", "5,55 0,23 1 * *", "0 0 29 2 *", "0 0 31 * *"] {
            assert!(CronExpression::parse(cron).is_ok(), "{cron}");
        }
    }

    #[test]
    fn an_expression_travels_as_its_text_and_is_checked_on_arrival() {
        let cron: CronExpression = serde_json::from_str("\"0  9 * * Mon\"").unwrap();
        assert_eq!(serde_json::to_string(&cron).unwrap(), "\"0 9 * * Mon\"");
        assert!(serde_json::from_str::<CronExpression>("\"* * * * *\"").is_err());
    }
}
