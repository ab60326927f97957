//! Schedule expressions, and the next instant at which one fires in its zone.
//!
//! As in EventBridge a fire in the hour that clocks skip does not happen, and one in the hour that they repeat happens
//! once, at the first. Production code must not rely on more.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::cron::Cron;

/// A valid schedule expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expression {
    Cron(Cron),
    Rate(SignedDuration),
    At(DateTime),
}

impl Expression {
    /// Reads `cron(…)`, `rate(…)` or `at(…)`. Nothing when EventBridge would not take it.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once('(')?;
        let inner = rest.strip_suffix(')')?;
        match kind {
            "cron" => Cron::parse(inner).map(Self::Cron),
            "rate" => parse_rate(inner).map(Self::Rate),
            "at" => DateTime::strptime("%Y-%m-%dT%H:%M:%S", inner).ok().map(Self::At),
            _ => None,
        }
    }

    /// Whether the schedule fires at most once.
    pub(super) fn is_one_time(&self) -> bool {
        matches!(self, Self::At(_))
    }

    /// The first fire after `after`; rates count from `anchor`. Nothing when there is none left.
    pub(super) fn next_after(
        &self,
        after: Timestamp,
        anchor: Timestamp,
        zone: &TimeZone,
    ) -> Option<Timestamp> {
        match self {
            Self::Cron(cron) => {
                let start = zone.to_datetime(after);
                cron.after(start).filter_map(|civil| instant_of(civil, zone)).find(|instant| *instant > after)
            }
            Self::Rate(every) => {
                let past = after.duration_since(anchor).as_secs().div_euclid(every.as_secs()).max(-1);
                anchor.checked_add(SignedDuration::from_secs(every.as_secs() * (past + 1))).ok()
            }
            Self::At(civil) => instant_of(*civil, zone).filter(|instant| *instant > after),
        }
    }
}

/// The instant of a civil time: none in a gap, the first in a fold.
fn instant_of(civil: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let ambiguous = zone.to_ambiguous_timestamp(civil);
    match ambiguous.offset() {
        AmbiguousOffset::Gap { .. } => None,
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
    }
}

/// `1 minute`, `5 hours`: a positive number, and a unit that agrees with it.
fn parse_rate(text: &str) -> Option<SignedDuration> {
    let (number, unit) = text.split_once(' ')?;
    let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
    let singular = if number == 1 { unit } else { unit.strip_suffix('s')? };
    let seconds = match singular {
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return None,
    };
    number.checked_mul(seconds).map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, zone: &str, after: &str) -> Option<String> {
        let zone = TimeZone::get(zone).unwrap();
        let anchor = "2026-01-01T00:00:00Z".parse().unwrap();
        let expression = Expression::parse(expression).unwrap();
        expression.next_after(after.parse().unwrap(), anchor, &zone).map(|instant| instant.to_string())
    }

    #[test]
    fn a_fire_in_the_spring_gap_is_skipped_and_one_in_the_autumn_fold_happens_once() {
        for (expression, after, expected) in [
            ("cron(30 2 * * ? *)", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"),
            ("cron(30 2 * * ? *)", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            ("cron(30 2 * * ? *)", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
            ("cron(0/30 * * * ? *)", "2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z"),
            ("cron(0 9 * * ? *)", "2026-07-01T07:00:00Z", "2026-07-02T07:00:00Z"),
        ] {
            assert_eq!(
                next(expression, "Europe/Berlin", after).as_deref(),
                Some(expected),
                "{expression} {after}"
            );
        }
        assert_eq!(next("at(2026-03-29T02:30:00)", "Europe/Berlin", "2026-01-01T00:00:00Z"), None);
    }

    #[test]
    fn rates_count_from_their_anchor_and_at_fires_once() {
        assert_eq!(
            next("rate(1 minute)", "UTC", "2026-01-01T00:00:30Z").as_deref(),
            Some("2026-01-01T00:01:00Z")
        );
        assert_eq!(
            next("rate(1 minute)", "UTC", "2026-01-01T00:01:00Z").as_deref(),
            Some("2026-01-01T00:02:00Z")
        );
        assert_eq!(
            next("rate(2 days)", "UTC", "2025-12-25T00:00:00Z").as_deref(),
            Some("2026-01-01T00:00:00Z")
        );
        let at = "at(2026-11-20T09:00:00)";
        assert_eq!(next(at, "Asia/Tokyo", "2026-01-01T00:00:00Z").as_deref(), Some("2026-11-20T00:00:00Z"));
        assert_eq!(next(at, "Asia/Tokyo", "2026-11-20T00:00:00Z"), None);
    }

    #[test]
    fn what_eventbridge_would_refuse_is_refused() {
        for text in [
            "rate(1 minutes)",
            "rate(5 minute)",
            "rate(0 minutes)",
            "rate(-1 minutes)",
            "rate(1 second)",
            "rate(1 week)",
            "at(2026-11-20)",
            "at(2026-11-20T09:00:00Z)",
            "0 9 * * ? *",
            "cron(0 9 * * ? *",
            "every(1 minute)",
        ] {
            assert_eq!(Expression::parse(text), None, "{text}");
        }
    }
}
