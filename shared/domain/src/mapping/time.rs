//! Times of a source: RFC 3339, a given format, or numbers since 1970; with the zone of those that carry none.
//!
//! A time that its zone skips is the first instant after the gap; one that it has twice is the first of the two. Nothing
//! is guessed: a number without a unit, or a text that does not fit its format, is refused.

use jiff::civil::DateTime;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde_json::Value as Json;

use super::rule::{Epoch, Rule};
use crate::calendar::{find_zone, instant_of};
use crate::invalid::Invalid;

/// How the times of one target are written.
#[derive(Clone, Debug)]
pub(super) struct TimeRule<'a> {
    format: Option<&'a str>,
    zone: TimeZone,
    epoch: Option<Epoch>,
}

/// Longest format, in bytes.
const MAX_FORMAT_BYTES: usize = 64;

impl<'a> TimeRule<'a> {
    /// Reads what a rule says of times.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `format`, `timezone` or `epoch`.
    pub(super) fn new(rule: &'a Rule) -> Result<Self, Invalid> {
        if rule.epoch.is_some() && (rule.format.is_some() || rule.timezone.is_some()) {
            let detail = "epoch is for numbers since 1970 UTC, which have neither format nor timezone";
            return Err(Invalid::field("epoch", "bad_rule", detail));
        }
        let zone = rule.timezone.as_deref().map(find_zone).transpose().map_err(|e| e.below("timezone"))?;
        let format = rule.format.as_deref();
        if let Some(format) = format {
            check_format(format).map_err(|e| e.below("format"))?;
        }
        Ok(Self { format, zone: zone.unwrap_or(TimeZone::UTC), epoch: rule.epoch })
    }

    /// Microseconds since 1970 UTC.
    ///
    /// # Errors
    ///
    /// What would be right.
    pub(super) fn read(&self, value: &Json) -> Result<i64, String> {
        let micros = match (value, self.epoch) {
            (Json::Number(number), Some(epoch)) => epoch_micros(&number.to_string(), epoch),
            (Json::String(text), Some(epoch)) => epoch_micros(text.trim(), epoch),
            (Json::String(text), None) => self.read_text(text).map(Timestamp::as_microsecond),
            _ => None,
        };
        micros.ok_or_else(|| self.wanted(value))
    }

    fn read_text(&self, text: &str) -> Option<Timestamp> {
        match self.format {
            Some(format) => read_formatted(format, text.trim(), &self.zone),
            None => read_rfc3339(text, &self.zone),
        }
    }

    fn wanted(&self, value: &Json) -> String {
        match (self.epoch, self.format) {
            (Some(_), _) => "a number since 1970 such as 1795165200".to_owned(),
            (None, Some(format)) => format!("a time written as {format}"),
            (None, None) if value.is_number() => {
                "an RFC 3339 time; for numbers since 1970 the mapping says epoch: seconds, milliseconds or auto"
                    .to_owned()
            }
            (None, None) => "an RFC 3339 time such as 2026-11-20T09:00:00Z".to_owned(),
        }
    }
}

/// A format must name a day, and give back a time that was written with it.
fn check_format(format: &str) -> Result<(), Invalid> {
    if format.len() > MAX_FORMAT_BYTES {
        return Err(Invalid::limit("", format!("a format has at most {MAX_FORMAT_BYTES} bytes")));
    }
    let example: Zoned = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
    let written = BrokenDownTime::from(&example).to_string(format).ok();
    if written.is_some_and(|text| read_formatted(format, &text, &TimeZone::UTC).is_some()) {
        return Ok(());
    }
    let detail =
        "a format names at least year, month and day, in the directives of strptime, such as %d/%m/%Y %H:%M";
    Err(Invalid::field("", "bad_format", detail))
}

fn read_formatted(format: &str, text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let parsed = BrokenDownTime::parse(format, text).ok()?;
    if parsed.timestamp().is_some() || parsed.offset().is_some() || parsed.iana_time_zone().is_some() {
        return parsed.to_zoned().map(|zoned| zoned.timestamp()).or_else(|_| parsed.to_timestamp()).ok();
    }
    let local = parsed.to_datetime().ok().or_else(|| parsed.to_date().ok().map(DateTime::from))?;
    Some(instant_of(local, zone))
}

/// Longest text of an RFC 3339 time, in bytes.
const MAX_TIME_BYTES: usize = 35;

/// An RFC 3339 instant, or a civil date or time, which is of that zone.
fn read_rfc3339(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    // `2026-11-20T09:00:00[Europe/Berlin]` and the like are refused: brackets are not RFC 3339.
    if text.len() > MAX_TIME_BYTES || text.contains('[') {
        return None;
    }
    text.parse::<Timestamp>().ok().or_else(|| Some(instant_of(text.parse().ok()?, zone)))
}

/// Whole numbers are exact; of others the fraction counts to the microsecond.
fn epoch_micros(text: &str, epoch: Epoch) -> Option<i64> {
    if let Ok(whole) = text.parse::<i64>() {
        return match unit_of(epoch, whole.unsigned_abs() as f64) {
            Epoch::Seconds | Epoch::Auto => whole.checked_mul(1_000_000),
            Epoch::Milliseconds => whole.checked_mul(1_000),
            Epoch::Microseconds => Some(whole),
            Epoch::Nanoseconds => Some(whole.div_euclid(1_000)),
        };
    }
    let number: f64 = text.parse().ok().filter(|x: &f64| x.is_finite())?;
    let micros = match unit_of(epoch, number.abs()) {
        Epoch::Seconds | Epoch::Auto => number * 1e6,
        Epoch::Milliseconds => number * 1e3,
        Epoch::Microseconds => number,
        Epoch::Nanoseconds => number / 1e3,
    };
    #[expect(clippy::cast_possible_truncation, reason = "checked against the range of i64")]
    (micros.abs() < 9e18).then(|| micros.round() as i64)
}

fn unit_of(epoch: Epoch, size: f64) -> Epoch {
    match epoch {
        Epoch::Auto if size < 1e11 => Epoch::Seconds,
        Epoch::Auto if size < 1e14 => Epoch::Milliseconds,
        Epoch::Auto if size < 1e17 => Epoch::Microseconds,
        Epoch::Auto => Epoch::Nanoseconds,
        named => named,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(rule: Json, value: &Json) -> Result<String, String> {
        let rule: Rule = serde_json::from_value(rule).unwrap();
        let micros = TimeRule::new(&rule).unwrap().read(value)?;
        Ok(Timestamp::from_microsecond(micros).unwrap().to_string())
    }

    #[test]
    fn times_are_read_by_their_format_zone_and_unit() {
        let berlin = json!({"timezone": "Europe/Berlin"});
        let english = json!({"format": "%d/%m/%Y %H:%M", "timezone": "Europe/London"});
        let offset = json!({"format": "%Y-%m-%d %H:%M:%S %z", "timezone": "Asia/Tokyo"});
        let auto = json!({"epoch": "auto"});
        for (rule, value, expected) in [
            (json!({}), json!("2026-07-01T09:00:00+02:00"), "2026-07-01T07:00:00Z"),
            (json!({}), json!("2026-07-01T09:00:00"), "2026-07-01T09:00:00Z"),
            (json!({}), json!("2026-07-01"), "2026-07-01T00:00:00Z"),
            (berlin.clone(), json!("2026-07-01T09:00:00"), "2026-07-01T07:00:00Z"),
            (berlin.clone(), json!("2026-07-01"), "2026-06-30T22:00:00Z"),
            (berlin.clone(), json!("2026-07-01T09:00:00Z"), "2026-07-01T09:00:00Z"),
            (berlin.clone(), json!("2026-07-01T09:00:00-04"), "2026-07-01T13:00:00Z"),
            // The clock skips 02:00 to 03:00, and has 02:00 to 03:00 twice.
            (berlin.clone(), json!("2026-03-29T02:30:00"), "2026-03-29T01:00:00Z"),
            (berlin.clone(), json!("2026-10-25T02:30:00"), "2026-10-25T00:30:00Z"),
            (english.clone(), json!("29/02/2016 01:16"), "2016-02-29T01:16:00Z"),
            (english, json!("1/7/2016 01:16"), "2016-07-01T00:16:00Z"),
            (offset, json!("2026-07-01 09:00:00 -0600"), "2026-07-01T15:00:00Z"),
            (json!({"format": "%Y-%m-%d"}), json!("2026-07-01"), "2026-07-01T00:00:00Z"),
            (json!({"format": "%d %b %Y"}), json!("1 Jul 2026"), "2026-07-01T00:00:00Z"),
            (auto.clone(), json!(1_739_539_623), "2025-02-14T13:27:03Z"),
            (auto.clone(), json!(1_675_717_067_000_i64), "2023-02-06T20:57:47Z"),
            (auto.clone(), json!(1_675_717_067_000_001_i64), "2023-02-06T20:57:47.000001Z"),
            (auto.clone(), json!(1_675_717_067_000_000_001_i64), "2023-02-06T20:57:47Z"),
            (auto.clone(), json!(99_999_999_999_i64), "5138-11-16T09:46:39Z"),
            (auto.clone(), json!(100_000_000_000_i64), "1973-03-03T09:46:40Z"),
            (auto.clone(), json!("1739539623"), "2025-02-14T13:27:03Z"),
            (auto, json!(1_739_539_623.25), "2025-02-14T13:27:03.25Z"),
            (json!({"epoch": "milliseconds"}), json!(5), "1970-01-01T00:00:00.005Z"),
            (json!({"epoch": "seconds"}), json!(-1), "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(read(rule.clone(), &value).as_deref(), Ok(expected), "{rule} {value}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_would() {
        for (rule, value, remedy) in [
            (json!({}), json!("yesterday"), "RFC 3339"),
            (json!({}), json!(1_739_539_623), "epoch"),
            (json!({}), json!("2023-12-04T8:00:00-00:00"), "RFC 3339"),
            (json!({"timezone": "Europe/Berlin"}), json!("2026-07-01T09:00:00[Asia/Tokyo]"), "RFC 3339"),
            (json!({"format": "%d/%m/%Y"}), json!("07/31/2026"), "%d/%m/%Y"),
            (json!({"format": "%d/%m/%Y"}), json!("01/07/2026 09:00"), "%d/%m/%Y"),
            (json!({"epoch": "seconds"}), json!("soon"), "since 1970"),
            (json!({"epoch": "seconds"}), json!("inf"), "since 1970"),
            (json!({"epoch": "seconds"}), json!(i64::MAX), "since 1970"),
            (json!({"epoch": "auto"}), json!(true), "since 1970"),
        ] {
            let refused = read(rule.clone(), &value).unwrap_err();
            assert!(refused.contains(remedy), "{rule} {value}: {refused}");
        }
    }

    #[test]
    fn a_rule_about_times_that_cannot_work_is_refused() {
        for (rule, field) in [
            (json!({"format": "%H:%M"}), "format"),
            (json!({"format": "day"}), "format"),
            (json!({"format": "%"}), "format"),
            (json!({"format": "%Y-%m-%d ".repeat(9)}), "format"),
            (json!({"timezone": "Mars/Olympus"}), "timezone"),
            (json!({"epoch": "auto", "timezone": "UTC"}), "epoch"),
        ] {
            let rule: Rule = serde_json::from_value(rule).unwrap();
            assert_eq!(TimeRule::new(&rule).unwrap_err().errors[0].field, field, "{rule:?}");
        }
    }
}
