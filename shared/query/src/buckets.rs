//! Time buckets of many instants, with the calendar asked once per stretch of time.
//!
//! Within a stretch of constant offset, all instants of one local hour or day range have the same bucket. The table
//! keeps such stretches; the start of a bucket itself is always `calendar`'s answer.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use sitrep_domain::calendar::{bucket_day, bucket_start, next_bucket_day};
use sitrep_domain::query::TimeBucket;

/// The buckets of a zone, as far as they were asked for, numbered by first appearance.
pub(crate) struct Buckets {
    bucket: TimeBucket,
    zone: TimeZone,
    /// Stretches in microseconds, ascending and apart, each with the number of its bucket.
    stretches: Vec<(Range<i64>, u32)>,
    /// Starts of the buckets, by number.
    starts: Vec<i64>,
    last: usize,
}

impl Buckets {
    pub(crate) fn new(bucket: TimeBucket, zone: TimeZone) -> Self {
        Self { bucket, zone, stretches: Vec::new(), starts: Vec::new(), last: 0 }
    }

    /// Instants around one that are in the same bucket, itself among them, and the number of that bucket. Instants are
    /// microseconds since 1970 UTC.
    pub(crate) fn stretch_of(&mut self, at: i64) -> (Range<i64>, u32) {
        // Times come mostly in order, so that the stretch asked for is the last one, or the one behind it.
        for near in [self.last, self.last + 1] {
            if let Some((stretch, number)) = self.stretches.get(near)
                && stretch.contains(&at)
            {
                self.last = near;
                return (stretch.clone(), *number);
            }
        }
        let next = self.stretches.partition_point(|(stretch, _)| stretch.start <= at);
        self.last = match next.checked_sub(1).filter(|i| at < self.stretches[*i].0.end) {
            Some(found) => found,
            None => {
                let (stretch, start) = self.find_stretch(at);
                // A bucket of several stretches mostly has them side by side; one that has not gets several numbers.
                let around = [next.checked_sub(1), Some(next)].into_iter().flatten();
                let mut numbers = around.filter_map(|i| self.stretches.get(i)).map(|(_, number)| *number);
                let number = numbers.find(|n| self.starts[*n as usize] == start).unwrap_or_else(|| {
                    self.starts.push(start);
                    u32::try_from(self.starts.len() - 1).expect("time has fewer than 2^32 hours")
                });
                self.stretches.insert(next, (stretch, number));
                next
            }
        };
        self.stretches[self.last].clone()
    }

    /// Start of the bucket of that number, in microseconds since 1970 UTC.
    pub(crate) fn start(&self, number: u32) -> i64 {
        self.starts[number as usize]
    }

    /// A stretch, and the start of its bucket.
    fn find_stretch(&self, at: i64) -> (Range<i64>, i64) {
        // Offsets and buckets change at whole seconds, so the second decides.
        let second = Timestamp::from_second(at.div_euclid(1_000_000)).unwrap_or(Timestamp::MIN);
        let bucket = bucket_start(second, self.bucket, &self.zone);
        let offset = i64::from(self.zone.to_offset(second).seconds());
        let local = self.zone.to_datetime(second);
        let day = bucket_day(local.date(), self.bucket);
        let (first, after) = if self.bucket == TimeBucket::Hour {
            let hour = local.date().at(local.hour(), 0, 0, 0);
            (hour, hour.saturating_add(jiff::Span::new().hours(1)))
        } else {
            let next = next_bucket_day(day, self.bucket);
            (day.to_datetime(Time::midnight()), next.to_datetime(Time::midnight()))
        };
        let as_instant = |local: DateTime| {
            let utc = TimeZone::UTC.to_timestamp(local).map_or(i64::MAX / 2_000_000, Timestamp::as_second);
            utc - offset
        };
        let before = self.zone.preceding(second + jiff::SignedDuration::from_secs(1)).next();
        let following = self.zone.following(second).next();
        let from = before.map_or(i64::MIN, |t| t.timestamp().as_second());
        let to = following.map_or(i64::MAX, |t| t.timestamp().as_second());
        let micros = |seconds: i64| seconds.saturating_mul(1_000_000);
        let stretch = micros(as_instant(first).max(from))..micros(as_instant(after).min(to));
        (stretch, bucket.as_microsecond())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::calendar::find_zone;

    proptest::proptest! {
        #[test]
        fn a_remembered_bucket_is_the_calendars_bucket(
            seconds in proptest::collection::vec(-2_208_988_800_i64..7_258_118_400, 1..60),
            near in proptest::collection::vec(0..8_000_i64, 1..60),
            zone in proptest::sample::select(vec![
                "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
                "Asia/Kathmandu", "Europe/Amsterdam", "Pacific/Apia", "America/St_Johns",
            ]),
            bucket in proptest::sample::select(vec![
                TimeBucket::Hour, TimeBucket::Day, TimeBucket::Week, TimeBucket::Month, TimeBucket::Quarter, TimeBucket::Year,
            ]),
        ) {
            let zone = find_zone(zone).unwrap();
            let mut buckets = Buckets::new(bucket, zone.clone());
            // Random instants, and instants around a change of clock near each of them.
            let around = seconds.iter().zip(&near).filter_map(|(s, n)| {
                let change = zone.following(Timestamp::from_second(*s).unwrap()).next()?;
                Some(change.timestamp().as_second() - 4_000 + n)
            });
            for second in seconds.iter().copied().chain(around) {
                let expected = bucket_start(Timestamp::from_second(second).unwrap(), bucket, &zone);
                let (stretch, number) = buckets.stretch_of(second * 1_000_000);
                proptest::prop_assert!(stretch.contains(&(second * 1_000_000)));
                proptest::prop_assert_eq!(buckets.starts[number as usize], expected.as_microsecond());
            }
        }
    }
}
