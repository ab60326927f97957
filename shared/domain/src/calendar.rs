//! Civil days and zones: where a local day, week or month begins as an instant.
//!
//! Zones come from the tz database compiled into the program, so that every machine computes the same. A local time
//! that does not exist (spring) means the first valid instant after it; one that exists twice (autumn) means the first.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::invalid::Invalid;
use crate::query::TimeBucket;

/// The zone of that IANA name.
///
/// # Errors
///
/// [`Invalid`] with code `unknown_zone`.
pub fn find_zone(name: &str) -> Result<TimeZone, Invalid> {
    let unknown = || {
        let detail = "a time zone is an IANA name such as Europe/Berlin or UTC";
        Invalid::field("", "unknown_zone", detail)
    };
    if name.is_empty() || name.len() > 64 || !name.is_ascii() {
        return Err(unknown());
    }
    jiff::tz::db().get(name).map_err(|_| unknown())
}

/// The instant of a local time: in a gap the first valid instant after it, in a fold the first of the two.
#[must_use]
pub fn instant_of(local: DateTime, zone: &TimeZone) -> Timestamp {
    let ambiguous = zone.to_ambiguous_timestamp(local);
    let resolved = match ambiguous.offset() {
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier(),
        // Both neighbours of a gap straddle it; the transition itself is the first instant that exists after it.
        AmbiguousOffset::Gap { .. } => ambiguous.earlier().map(|before| {
            zone.following(before).next().filter(|t| t.timestamp() > before).map_or(before, |t| t.timestamp())
        }),
    };
    resolved.unwrap_or(Timestamp::MAX)
}

/// The instant at which a civil day begins.
#[must_use]
pub fn start_of_day(day: Date, zone: &TimeZone) -> Timestamp {
    instant_of(day.to_datetime(Time::midnight()), zone)
}

/// The local time of an instant.
#[must_use]
pub fn local_of(at: Timestamp, zone: &TimeZone) -> DateTime {
    zone.to_datetime(at)
}

/// First day of the bucket that holds the day; the day itself for hours and days.
#[must_use]
pub fn bucket_day(day: Date, bucket: TimeBucket) -> Date {
    match bucket {
        TimeBucket::Hour | TimeBucket::Day => day,
        TimeBucket::Week => {
            let back = day.weekday().since(Weekday::Monday);
            day.saturating_sub(jiff::Span::new().days(back))
        }
        TimeBucket::Month => day.first_of_month(),
        TimeBucket::Quarter => {
            let month = (day.month() - 1) / 3 * 3 + 1;
            Date::new(day.year(), month, 1).unwrap_or(day)
        }
        TimeBucket::Year => day.first_of_year(),
    }
}

/// The instant at which the bucket that holds `at` begins.
#[must_use]
pub fn bucket_start(at: Timestamp, bucket: TimeBucket, zone: &TimeZone) -> Timestamp {
    if bucket == TimeBucket::Hour {
        return hour_start(at, zone);
    }
    start_of_day(bucket_day(local_of(at, zone).date(), bucket), zone)
}

/// The first instant from which on the local clock shows the hour of `at` without having been set.
///
/// Hours are counted on the running clock, so the two hours of a fold stay apart.
fn hour_start(at: Timestamp, zone: &TimeZone) -> Timestamp {
    let local = local_of(at, zone);
    let into_hour = i64::from(local.minute()) * 60 + i64::from(local.second());
    // Rounded down: before 1970 a fraction of a second belongs to the second before it.
    let second = floor_second(at);
    let full = Timestamp::from_second(second - into_hour).unwrap_or(at);
    let next = Timestamp::from_second(second + 1).unwrap_or(Timestamp::MAX);
    let set = zone.preceding(next).map(|change| change.timestamp()).take_while(|change| *change > full);
    set.into_iter().find(|change| sets_clock(*change, zone)).unwrap_or(full)
}

fn floor_second(at: Timestamp) -> i64 {
    at.as_second() - i64::from(at.subsec_nanosecond() < 0)
}

/// Whether the clock is set forward or back at a transition; some only change the name of the time.
fn sets_clock(change: Timestamp, zone: &TimeZone) -> bool {
    let before = Timestamp::from_second(change.as_second() - 1).unwrap_or(change);
    zone.to_offset(before) != zone.to_offset(change)
}

/// The start of the hour after the one that begins at `at`.
fn next_hour(at: Timestamp, zone: &TimeZone) -> Timestamp {
    let full = Timestamp::from_second(at.as_second() + 3_600).unwrap_or(Timestamp::MAX);
    let set = zone.following(at).map(|change| change.timestamp()).take_while(|change| *change < full);
    set.into_iter().find(|change| sets_clock(*change, zone)).unwrap_or_else(|| hour_start(full, zone))
}

/// First day of the bucket after the one that begins on `day`.
#[must_use]
pub fn next_bucket_day(day: Date, bucket: TimeBucket) -> Date {
    let span = jiff::Span::new();
    day.saturating_add(match bucket {
        TimeBucket::Hour | TimeBucket::Day => span.days(1),
        TimeBucket::Week => span.weeks(1),
        TimeBucket::Month => span.months(1),
        TimeBucket::Quarter => span.months(3),
        TimeBucket::Year => span.years(1),
    })
}

/// The starts of all buckets that touch `[start, end)`, ascending; the first may lie before `start`.
///
/// Stops after `most` so that no input makes a list without end.
#[must_use]
pub fn list_buckets(
    start: Timestamp,
    end: Timestamp,
    bucket: TimeBucket,
    zone: &TimeZone,
    most: usize,
) -> Vec<Timestamp> {
    let mut starts = Vec::new();
    let mut at = bucket_start(start, bucket, zone);
    while at < end && starts.len() < most {
        starts.push(at);
        at = if bucket == TimeBucket::Hour {
            next_hour(at, zone)
        } else {
            start_of_day(next_bucket_day(local_of(at, zone).date(), bucket), zone).max(
                // A day whose midnight does not exist begins later; never step back onto it.
                Timestamp::from_second(at.as_second() + 1).unwrap_or(end),
            )
        };
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn gaps_move_forward_to_the_transition_and_folds_take_the_first() {
        let berlin = find_zone("Europe/Berlin").unwrap();
        for (local, expected) in [
            ("2026-03-29T02:30:00", "2026-03-29T01:00:00Z"),
            ("2026-03-29T02:00:00", "2026-03-29T01:00:00Z"),
            ("2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
            ("2026-10-25T02:30:00", "2026-10-25T00:30:00Z"),
            ("2026-07-01T09:00:00", "2026-07-01T07:00:00Z"),
        ] {
            assert_eq!(instant_of(local.parse().unwrap(), &berlin), at(expected), "{local}");
        }
    }

    #[test]
    fn buckets_begin_at_local_starts_across_the_change_of_clock() {
        let berlin = find_zone("Europe/Berlin").unwrap();
        let days = list_buckets(
            at("2026-03-28T00:00:00Z"),
            at("2026-03-31T00:00:00Z"),
            TimeBucket::Day,
            &berlin,
            99,
        );
        let expected =
            ["2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"];
        assert_eq!(days, expected.map(at));
        let hours = list_buckets(
            at("2026-10-24T23:00:00Z"),
            at("2026-10-25T03:00:00Z"),
            TimeBucket::Hour,
            &berlin,
            99,
        );
        assert_eq!(hours.len(), 4, "the hour that comes twice is two buckets");
        let island = find_zone("Australia/Lord_Howe").unwrap();
        for (start, end, expected) in [
            // Half an hour comes twice, and half a year later one is left out.
            (
                "2026-04-04T14:00:00Z",
                "2026-04-04T16:30:00Z",
                ["2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z"],
            ),
            (
                "2026-10-03T14:30:00Z",
                "2026-10-03T17:00:00Z",
                ["2026-10-03T14:30:00Z", "2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z"],
            ),
        ] {
            let hours = list_buckets(at(start), at(end), TimeBucket::Hour, &island, 99);
            assert_eq!(hours, expected.map(at), "{start}");
        }
        for (bucket, expected) in [
            (TimeBucket::Week, "2026-11-16T00:00:00Z"),
            (TimeBucket::Month, "2026-11-01T00:00:00Z"),
            (TimeBucket::Quarter, "2026-10-01T00:00:00Z"),
            (TimeBucket::Year, "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(bucket_start(at("2026-11-20T10:00:00Z"), bucket, &TimeZone::UTC), at(expected));
        }
    }

    #[test]
    fn an_hour_begins_where_the_clock_came_to_show_it() {
        for (zone, instant, expected) in [
            ("UTC", "2026-03-29T01:59:59.999Z", "2026-03-29T01:00:00Z"),
            ("UTC", "1969-12-31T23:59:59.5Z", "1969-12-31T23:00:00Z"),
            ("UTC", "1969-12-31T23:00:00Z", "1969-12-31T23:00:00Z"),
            ("UTC", "1950-06-01T12:00:00.000001Z", "1950-06-01T12:00:00Z"),
            ("Asia/Kathmandu", "2026-01-01T00:20:00Z", "2026-01-01T00:15:00Z"),
            ("Asia/Kathmandu", "1960-01-01T00:20:00.5Z", "1959-12-31T23:30:00Z"),
            // Forty-four minutes and thirty seconds behind, until 1972.
            ("Africa/Monrovia", "1960-01-15T12:00:00Z", "1960-01-15T11:44:30Z"),
            // The clock goes from 02:00 to 02:30.
            ("Australia/Lord_Howe", "2026-10-03T15:45:00Z", "2026-10-03T15:30:00Z"),
            // The clock goes from 02:00 back to 01:30.
            ("Australia/Lord_Howe", "2026-04-04T14:50:00Z", "2026-04-04T14:00:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T15:20:00Z", "2026-04-04T15:00:00Z"),
            // The clock goes from 00:01 back to 23:01 of the day before.
            ("America/St_Johns", "2010-11-07T02:30:30Z", "2010-11-07T02:30:00Z"),
            ("America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-07T02:31:00Z"),
        ] {
            let zone = find_zone(zone).unwrap();
            assert_eq!(bucket_start(at(instant), TimeBucket::Hour, &zone), at(expected), "{instant}");
        }
    }

    #[test]
    fn listed_hours_are_the_starts_of_their_own_instants_and_leave_none_out() {
        for (zone, start) in [
            ("Europe/Berlin", "2026-03-28T22:10:00Z"),
            ("Europe/Berlin", "2026-10-24T22:10:00Z"),
            ("Australia/Lord_Howe", "2026-10-03T13:10:00Z"),
            ("Australia/Lord_Howe", "2026-04-04T13:10:00Z"),
            ("America/St_Johns", "2010-11-07T00:10:00Z"),
            ("America/St_Johns", "2010-03-14T00:10:00Z"),
            ("Pacific/Apia", "2011-12-30T08:10:00Z"),
            ("UTC", "1969-12-31T22:10:00Z"),
        ] {
            let zone = find_zone(zone).unwrap();
            let (start, minutes) = (at(start), 300);
            let end = start + jiff::SignedDuration::from_mins(minutes);
            let instants =
                (0..minutes * 2).map(|n| start + jiff::SignedDuration::from_millis(n * 30_000 + 500));
            let mut expected: Vec<_> = instants.map(|t| bucket_start(t, TimeBucket::Hour, &zone)).collect();
            expected.dedup();
            let listed = list_buckets(start, end, TimeBucket::Hour, &zone, 99);
            assert_eq!(listed, expected, "{start}");
            assert!(listed.iter().all(|t| bucket_start(*t, TimeBucket::Hour, &zone) == *t), "{listed:?}");
        }
    }

    #[test]
    fn unknown_zones_are_refused() {
        for name in ["", "Mars/Olympus", "Europe/Berlin\0", "+02:00", "ÜTC"] {
            assert!(find_zone(name).is_err(), "{name}");
        }
    }
}
