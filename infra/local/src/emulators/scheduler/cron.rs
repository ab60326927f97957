//! Cron in EventBridge's dialect: six fields, Sunday is 1, and exactly one of day of month and weekday is `?`.
//!
//! Yields civil times; what a zone makes of them belongs to [`super::expression`].

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime, Weekday, date};

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIRST_YEAR: i16 = 1970;
const LAST_YEAR: i16 = 2199;

/// A valid expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: Vec<i16>,
    hours: Vec<i16>,
    days: Days,
    months: Vec<i16>,
    years: Vec<i16>,
}

/// Which days of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Days {
    OfMonth(Vec<i16>),
    Last,
    LastWeekday,
    /// The weekday nearest to a day, in the same month.
    NearestWeekday(i16),
    OfWeek(Vec<i16>),
    /// The last such weekday, 1 = Sunday.
    LastOfWeek(i16),
    /// The n-th such weekday, 1 = Sunday.
    NthOfWeek(i16, i16),
}

impl Cron {
    /// Reads the text between the parentheses of `cron(…)`. Nothing when EventBridge would not take it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, day, month, weekday, years] = fields.try_into().ok()?;
        let days = match (day, weekday) {
            ("?", "?") => return None,
            (day, "?") => parse_day(day)?,
            ("?", weekday) => parse_weekday(weekday)?,
            _ => return None,
        };
        Some(Self {
            minutes: parse_set(minutes, 0, 59, &[])?,
            hours: parse_set(hours, 0, 23, &[])?,
            days,
            months: parse_set(month, 1, 12, &MONTHS)?,
            years: parse_set(years, FIRST_YEAR, LAST_YEAR, &[])?,
        })
    }

    /// The civil times of this expression after `start`, in order.
    pub(super) fn after(&self, start: DateTime) -> impl Iterator<Item = DateTime> + '_ {
        self.months_from(start.date())
            .flat_map(|first| self.days.of_month(first))
            .filter(move |day| *day >= start.date())
            .flat_map(|day| self.times_of(day))
            .filter(move |time| *time > start)
    }

    fn months_from(&self, start: Date) -> impl Iterator<Item = Date> + '_ {
        let this_month = start.first_of_month();
        let years = self.years.iter().filter(move |year| **year >= start.year());
        let months = years.flat_map(|year| self.months.iter().map(move |month| (*year, *month)));
        months.map(|(year, month)| first_of(year, month)).filter(move |first| *first >= this_month)
    }

    fn times_of(&self, day: Date) -> impl Iterator<Item = DateTime> + '_ {
        let hours = self.hours.iter();
        hours.flat_map(move |hour| self.minutes.iter().map(move |minute| at_clock(day, *hour, *minute)))
    }
}

impl Days {
    fn of_month(&self, first: Date) -> Vec<Date> {
        let last = first.last_of_month();
        let all = || first.series(1.day()).take_while(move |day| *day <= last);
        match self {
            Self::OfMonth(days) => all().filter(|day| days.contains(&i16::from(day.day()))).collect(),
            Self::Last => vec![last],
            Self::LastWeekday => vec![nearest_weekday(last)],
            Self::NearestWeekday(wanted) => {
                all().filter(|day| i16::from(day.day()) == *wanted).map(nearest_weekday).collect()
            }
            Self::OfWeek(weekdays) => all().filter(|day| weekdays.contains(&weekday_number(*day))).collect(),
            Self::LastOfWeek(weekday) => {
                all().filter(|day| weekday_number(*day) == *weekday).last().into_iter().collect()
            }
            Self::NthOfWeek(weekday, nth) => {
                let same = all().filter(|day| weekday_number(*day) == *weekday);
                same.skip(usize::try_from(*nth - 1).unwrap_or_default()).take(1).collect()
            }
        }
    }
}

fn parse_day(field: &str) -> Option<Days> {
    match field {
        "L" => Some(Days::Last),
        "LW" => Some(Days::LastWeekday),
        _ => match field.strip_suffix('W') {
            Some(day) => Some(Days::NearestWeekday(parse_value(day, 1, 31, &[])?)),
            None => Some(Days::OfMonth(parse_set(field, 1, 31, &[])?)),
        },
    }
}

fn parse_weekday(field: &str) -> Option<Days> {
    if field == "L" {
        return Some(Days::OfWeek(vec![7]));
    }
    if let Some(weekday) = field.strip_suffix('L') {
        return Some(Days::LastOfWeek(parse_value(weekday, 1, 7, &WEEKDAYS)?));
    }
    match field.split_once('#') {
        Some((weekday, nth)) => {
            Some(Days::NthOfWeek(parse_value(weekday, 1, 7, &WEEKDAYS)?, parse_value(nth, 1, 5, &[])?))
        }
        None => Some(Days::OfWeek(parse_set(field, 1, 7, &WEEKDAYS)?)),
    }
}

/// A list of values, ranges and steps, sorted; names stand for numbers from `least` on.
fn parse_set(field: &str, least: i16, most: i16, names: &[&str]) -> Option<Vec<i16>> {
    let mut values = Vec::new();
    for part in field.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(parse_value(step, 1, most, &[])?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((from, to)) => {
                (parse_value(from, least, most, names)?, parse_value(to, least, most, names)?)
            }
            None => {
                let from = parse_value(range, least, most, names)?;
                (from, if step.is_some() { most } else { from })
            }
        };
        if from > to {
            return None;
        }
        values.extend((from..=to).step_by(usize::try_from(step.unwrap_or(1)).ok()?));
    }
    values.sort_unstable();
    values.dedup();
    Some(values)
}

fn parse_value(text: &str, least: i16, most: i16, names: &[&str]) -> Option<i16> {
    if let Some(position) = names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
        return Some(least + i16::try_from(position).ok()?);
    }
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|value| digits && (least..=most).contains(value))
}

fn nearest_weekday(day: Date) -> Date {
    let (before, after) = match day.weekday() {
        Weekday::Saturday => (1, 2),
        Weekday::Sunday => (2, 1),
        _ => return day,
    };
    let forward = day.saturating_add(after.days());
    let backward = day.saturating_sub(before.days());
    let nearer = if before < after { backward } else { forward };
    match (nearer.month() == day.month(), nearer == forward) {
        (true, _) => nearer,
        (false, true) => backward,
        (false, false) => forward,
    }
}

fn weekday_number(day: Date) -> i16 {
    i16::from(day.weekday().to_sunday_one_offset())
}

fn first_of(year: i16, month: i16) -> Date {
    date(year, i8::try_from(month).expect("a month is 1 to 12"), 1)
}

fn at_clock(day: Date, hour: i16, minute: i16) -> DateTime {
    let hour = i8::try_from(hour).expect("an hour is 0 to 23");
    day.at(hour, i8::try_from(minute).expect("a minute is 0 to 59"), 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, start: &str, count: usize) -> Vec<String> {
        let cron = Cron::parse(expression).unwrap_or_else(|| panic!("{expression} is valid"));
        cron.after(start.parse().unwrap()).take(count).map(|time| time.to_string()).collect()
    }

    #[test]
    fn eventbridge_takes_its_own_dialect_only() {
        for (expression, valid) in [
            ("0 9 * * ? *", true),
            ("0 9 ? * MON-FRI *", true),
            ("0/15 8-17 ? JAN,JUL 2#1 2026-2030", true),
            ("0 10 L * ? *", true),
            ("0 10 15W * ? *", true),
            ("0 10 ? * 6L *", true),
            ("0 9 * * *", false),
            ("0 9 * * * *", false),
            ("0 9 ? * ? *", false),
            ("0 9 1 * MON *", false),
            ("60 9 * * ? *", false),
            ("0 24 * * ? *", false),
            ("0 9 0 * ? *", false),
            ("0 9 ? * 0 *", false),
            ("0 9 ? * 8 *", false),
            ("0 9 ? * 2#6 *", false),
            ("0 9 ? 13 1 *", false),
            ("0 9 * * ? 1969", false),
            ("0 9 20-10 * ? *", false),
            ("0/0 9 * * ? *", false),
            ("", false),
        ] {
            assert_eq!(Cron::parse(expression).is_some(), valid, "{expression}");
        }
    }

    #[test]
    fn sunday_is_1_and_weekdays_may_be_counted() {
        for (expression, expected) in [
            ("0 9 ? * 1 *", "2026-11-01T09:00:00"),
            ("0 9 ? * SUN *", "2026-11-01T09:00:00"),
            ("0 9 ? * 2 *", "2026-11-02T09:00:00"),
            ("0 9 ? * 2#3 *", "2026-11-16T09:00:00"),
            ("0 9 ? * 6L *", "2026-11-27T09:00:00"),
            ("0 9 L * ? *", "2026-11-30T09:00:00"),
            ("0 9 LW * ? *", "2026-11-30T09:00:00"),
            ("0 9 1W * ? *", "2026-11-02T09:00:00"),
            ("0 9 14W * ? *", "2026-11-13T09:00:00"),
            ("0 9 31W * ? *", "2026-12-31T09:00:00"),
            ("0 9 29 2 ? *", "2028-02-29T09:00:00"),
            ("5/20 9 1 * ? *", "2026-11-01T09:05:00"),
        ] {
            assert_eq!(next(expression, "2026-10-31T23:59:00", 1), [expected], "{expression}");
        }
    }

    #[test]
    fn the_next_time_is_after_the_start_and_may_not_exist() {
        assert_eq!(
            next("0 9 * * ? *", "2026-11-20T09:00:00", 2),
            ["2026-11-21T09:00:00", "2026-11-22T09:00:00"]
        );
        assert!(next("0 9 30 2 ? *", "2026-01-01T00:00:00", 1).is_empty());
        assert!(next("0 9 1 1 ? 2020", "2026-01-01T00:00:00", 1).is_empty());
    }
}
