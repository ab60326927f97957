//! Words for figures: counts, durations, percentages, days and buckets as plain English prose.
//!
//! Only sentences and axis labels are made here; tables and cards keep numbers, and formats print those. Every text is
//! a pure function of its arguments, so the same figures always read the same.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calendar::local_of;
use crate::query::TimeBucket;

const MINUTES_PER_HOUR: f64 = 60.0;
const MINUTES_PER_DAY: f64 = 1_440.0;

/// A count with a comma between thousands: `12,157`.
#[must_use]
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun: `1 incident`, `12,157 incidents`.
#[must_use]
pub fn count_of(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// Words as a list in a sentence: `a`, `a and b`, `a, b and c`, with `last` (`and`, `or`) before the last one.
#[must_use]
pub fn join<'a>(words: impl IntoIterator<Item = &'a str>, last: &str) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A duration given in minutes, in the unit that reads best: minutes below two hours, hours below three days, then
/// days; as [`crate::figures`] prints them.
#[must_use]
pub fn duration(minutes: f64) -> String {
    let (value, unit) = if minutes < 2.0 * MINUTES_PER_HOUR {
        (minutes, "minute")
    } else if minutes < 3.0 * MINUTES_PER_DAY {
        (minutes / MINUTES_PER_HOUR, "hour")
    } else {
        (minutes / MINUTES_PER_DAY, "day")
    };
    let rounded = format!("{value:.1}");
    let number = rounded.strip_suffix(".0").unwrap_or(&rounded);
    format!("{number} {unit}{}", if number == "1" { "" } else { "s" })
}

/// A percentage (0 to 100) with two decimals: `49.35%`.
#[must_use]
pub fn percentage(percent: f64) -> String {
    format!("{percent:.2}%")
}

/// A civil day: `1 February 2016`.
#[must_use]
pub fn day(day: Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// Days from the first to the last, both included: `On 1 March 2016` or `From 1 March 2016 to 31 March 2016`.
#[must_use]
pub fn days(first: Date, last: Date) -> String {
    if first == last { format!("On {}", day(first)) } else { format!("From {} to {}", day(first), day(last)) }
}

/// The noun of a bucket: `month`.
#[must_use]
pub const fn bucket_noun(bucket: TimeBucket) -> &'static str {
    match bucket {
        TimeBucket::Hour => "hour",
        TimeBucket::Day => "day",
        TimeBucket::Week => "week",
        TimeBucket::Month => "month",
        TimeBucket::Quarter => "quarter",
        TimeBucket::Year => "year",
    }
}

/// The heading of a column of buckets: `Month`.
#[must_use]
pub const fn bucket_title(bucket: TimeBucket) -> &'static str {
    match bucket {
        TimeBucket::Hour => "Hour",
        TimeBucket::Day => "Day",
        TimeBucket::Week => "Week",
        TimeBucket::Month => "Month",
        TimeBucket::Quarter => "Quarter",
        TimeBucket::Year => "Year",
    }
}

/// The heading of a column of a field: `Tool calls` for `custom.tool_calls`.
#[must_use]
pub fn field_title(name: &str) -> String {
    let words = name.strip_prefix("custom.").unwrap_or(name).replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The label of the bucket that begins at `start`, short enough for an axis: `Mar 2016`.
#[must_use]
pub fn bucket_label(start: Timestamp, bucket: TimeBucket, zone: &TimeZone) -> String {
    let local = local_of(start, zone);
    match bucket {
        TimeBucket::Hour => local.strftime("%-d %b %H:%M").to_string(),
        TimeBucket::Day | TimeBucket::Week => local.strftime("%-d %b").to_string(),
        TimeBucket::Month => local.strftime("%b %Y").to_string(),
        TimeBucket::Quarter => format!("Q{} {}", (local.month() - 1) / 3 + 1, local.year()),
        TimeBucket::Year => local.year().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_called_by_its_words() {
        for (name, title) in [("team", "Team"), ("custom.tool_calls", "Tool calls"), ("é_1", "É 1"), ("", "")]
        {
            assert_eq!(field_title(name), title);
        }
    }

    #[test]
    fn counts_have_a_comma_every_three_digits_and_the_right_number_of_things() {
        for (n, expected) in [
            (0, "0 incidents"),
            (1, "1 incident"),
            (999, "999 incidents"),
            (1_000, "1,000 incidents"),
            (12_157, "12,157 incidents"),
            (1_234_567, "1,234,567 incidents"),
        ] {
            assert_eq!(count_of(n, "incident", "incidents"), expected);
        }
    }

    #[test]
    fn durations_are_told_in_the_unit_that_reads_best() {
        for (minutes, expected) in [
            (0.0, "0 minutes"),
            (1.0, "1 minute"),
            (30.0, "30 minutes"),
            (119.94, "119.9 minutes"),
            (120.0, "2 hours"),
            (2_879.0, "48 hours"),
            (2_975.0, "49.6 hours"),
            (4_464.0, "3.1 days"),
        ] {
            assert_eq!(duration(minutes), expected, "{minutes}");
        }
    }

    #[test]
    fn buckets_are_labelled_by_their_local_start() {
        let berlin = crate::calendar::find_zone("Europe/Berlin").unwrap();
        let start: Timestamp = "2016-03-31T22:00:00Z".parse().unwrap();
        for (bucket, expected) in [
            (TimeBucket::Hour, "1 Apr 00:00"),
            (TimeBucket::Day, "1 Apr"),
            (TimeBucket::Week, "1 Apr"),
            (TimeBucket::Month, "Apr 2016"),
            (TimeBucket::Quarter, "Q2 2016"),
            (TimeBucket::Year, "2016"),
        ] {
            assert_eq!(bucket_label(start, bucket, &berlin), expected);
        }
    }

    #[test]
    fn a_period_of_one_day_is_that_day() {
        let (first, last) = (Date::constant(2016, 2, 1), Date::constant(2016, 2, 29));
        assert_eq!(days(first, first), "On 1 February 2016");
        assert_eq!(days(first, last), "From 1 February 2016 to 29 February 2016");
    }
}
