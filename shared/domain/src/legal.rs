//! Legal clocks and regulator mappings: what laws and standards ask for, and what of a report answers to it.
//!
//! Both are data with their source and the day they were read (`data/legal`); nothing here decides whether an incident
//! must be reported. A clock that starts with something this product does not know is told, not computed.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A time limit that a law sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Short name of the law, snake_case.
    pub law: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What has to be done.
    pub step: &'static str,
    /// Whom it is told to.
    pub to: &'static str,
    /// How long one has.
    pub limit: Limit,
    /// From when it runs.
    pub starts: &'static str,
    /// Law and article.
    pub source: &'static str,
    /// Day at which the text was compared with its source.
    pub as_of: Date,
}

/// Length of a time limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Hours.
    Hours(u16),
    /// Calendar days.
    Days(u16),
    /// Business days: Monday to Friday, holidays not known.
    BusinessDays(u16),
    /// Calendar months.
    Months(u16),
}

impl Limit {
    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.split_once(' ')?;
        let number = number.parse().ok()?;
        Some(match unit {
            "h" => Self::Hours(number),
            "d" => Self::Days(number),
            "bd" => Self::BusinessDays(number),
            "mo" => Self::Months(number),
            _ => return None,
        })
    }

    /// The limit in words.
    #[must_use]
    pub fn words(self) -> String {
        let (number, one, many) = match self {
            Self::Hours(n) => (n, "hour", "hours"),
            Self::Days(n) => (n, "day", "days"),
            Self::BusinessDays(n) => (n, "business day", "business days"),
            Self::Months(n) => (n, "month", "months"),
        };
        format!("{number} {}", if number == 1 { one } else { many })
    }

    /// When it ends if it starts at `at`; days and months go by the calendar of the zone. Never before `at`.
    #[must_use]
    pub fn end_from(self, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let later = |span: jiff::Span| at.to_zoned(zone.clone()).checked_add(span).map(|z| z.timestamp());
        let end = match self {
            Self::Hours(n) => at.checked_add(SignedDuration::from_hours(i64::from(n))),
            Self::Days(n) => later(jiff::Span::new().days(n)),
            Self::BusinessDays(n) => later(jiff::Span::new().days(calendar_days(n, at, zone))),
            Self::Months(n) => later(jiff::Span::new().months(n)),
        };
        end.unwrap_or(Timestamp::MAX)
    }
}

/// How many calendar days so many business days take.
fn calendar_days(business_days: u16, at: Timestamp, zone: &TimeZone) -> i32 {
    let mut weekday = at.to_zoned(zone.clone()).weekday().to_monday_zero_offset();
    let (mut left, mut days) = (business_days, 0);
    while left > 0 {
        weekday = (weekday + 1) % 7;
        days += 1;
        left -= u16::from(weekday < 5);
    }
    days
}

/// An article or control, and what of a report is evidence of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Law or standard.
    pub framework: &'static str,
    /// Article or control, as it is numbered there.
    pub article: &'static str,
    /// What it asks for.
    pub demand: &'static str,
    /// What answers to it, in words.
    pub evidence: &'static str,
    /// Ids of the sections that show it.
    pub sections: Vec<&'static str>,
    /// Ids of the metrics that measure it.
    pub metrics: Vec<&'static str>,
    /// The text that was read.
    pub source: &'static str,
    /// Day at which it was compared with its source.
    pub as_of: Date,
}

static CLOCKS: LazyLock<Vec<Clock>> = LazyLock::new(|| {
    let lines = include_str!("../data/legal/clocks.tsv").lines().skip(1);
    lines.map(|line| read_clock(line).expect("the table is in the repository, and a test reads it")).collect()
});

static MAPPINGS: LazyLock<Vec<Mapping>> = LazyLock::new(|| {
    let lines = include_str!("../data/legal/mappings.tsv").lines().skip(1);
    lines
        .map(|line| read_mapping(line).expect("the table is in the repository, and a test reads it"))
        .collect()
});

/// Every clock, by law.
#[must_use]
pub fn clocks() -> &'static [Clock] {
    &CLOCKS
}

/// Every mapping, by framework.
#[must_use]
pub fn mappings() -> &'static [Mapping] {
    &MAPPINGS
}

fn read_clock(line: &'static str) -> Option<Clock> {
    let [law, name, step, to, limit, starts, source, as_of] =
        line.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let (limit, as_of) = (Limit::parse(limit)?, as_of.parse().ok()?);
    Some(Clock { law, name, step, to, limit, starts, source, as_of })
}

fn read_mapping(line: &'static str) -> Option<Mapping> {
    let cells: [&str; 8] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
    let [framework, article, demand, evidence, sections, metrics, source, as_of] = cells;
    let ids = |list: &'static str| list.split(',').filter(|id| !id.is_empty()).collect();
    let (sections, metrics, as_of) = (ids(sections), ids(metrics), as_of.parse().ok()?);
    Some(Mapping { framework, article, demand, evidence, sections, metrics, source, as_of })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::find_metric;
    use crate::sections::find_section;

    #[test]
    fn every_clock_names_its_law_article_and_day() {
        assert!(clocks().len() >= 20);
        for clock in clocks() {
            let texts = [clock.law, clock.name, clock.step, clock.to, clock.starts, clock.source];
            assert!(texts.iter().all(|text| !text.trim().is_empty()), "{clock:?}");
            assert!(clock.source.bytes().any(|b| b.is_ascii_digit()), "an article has a number: {clock:?}");
            assert!(clock.as_of.year() >= 2025, "{clock:?}");
        }
        assert!(
            clocks().is_sorted_by(|a, b| a.law == b.law
                || clocks().iter().position(|c| c.law == a.law)
                    < clocks().iter().position(|c| c.law == b.law)),
            "the steps of a law stand together"
        );
    }

    #[test]
    fn the_best_known_clocks_are_as_their_laws_say() {
        for (law, step, limit) in [
            ("nis2", "Early warning", Limit::Hours(24)),
            ("nis2", "Incident notification", Limit::Hours(72)),
            ("nis2", "Final report", Limit::Months(1)),
            ("gdpr", "Notification of a personal data breach", Limit::Hours(72)),
            ("dora_eu", "Initial notification", Limit::Hours(4)),
            ("dora_eu", "Intermediate report", Limit::Hours(72)),
            ("sec", "Disclosure, Item 1.05", Limit::BusinessDays(4)),
            ("hipaa", "Notice to individuals", Limit::Days(60)),
        ] {
            let clock = clocks().iter().find(|c| c.law == law && c.step == step);
            assert_eq!(clock.map(|c| c.limit), Some(limit), "{law}: {step}");
        }
    }

    #[test]
    fn every_mapping_names_sections_and_metrics_that_exist() {
        assert!(mappings().len() >= 30);
        for mapping in mappings() {
            assert!(!mapping.sections.is_empty() && !mapping.metrics.is_empty(), "{mapping:?}");
            for id in &mapping.sections {
                assert!(find_section(id).is_some(), "{}, {}: {id}", mapping.framework, mapping.article);
            }
            for id in &mapping.metrics {
                assert!(find_metric(id).is_some(), "{}, {}: {id}", mapping.framework, mapping.article);
            }
        }
    }

    #[test]
    fn a_limit_ends_by_the_clock_or_by_the_calendar() {
        let berlin = crate::calendar::find_zone("Europe/Berlin").unwrap();
        for (limit, start, end) in [
            (Limit::Hours(72), "2026-03-28T12:00:00Z", "2026-03-31T12:00:00Z"),
            // The clock goes forward in between: the same local time.
            (Limit::Days(2), "2026-03-28T12:00:00Z", "2026-03-30T11:00:00Z"),
            (Limit::Months(1), "2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z"),
            // Friday noon, and four business days after it are Thursday.
            (Limit::BusinessDays(4), "2026-11-20T11:00:00Z", "2026-11-26T11:00:00Z"),
            (Limit::BusinessDays(4), "2026-11-16T11:00:00Z", "2026-11-20T11:00:00Z"),
            (Limit::BusinessDays(1), "2026-11-21T11:00:00Z", "2026-11-23T11:00:00Z"),
        ] {
            let found = limit.end_from(start.parse().unwrap(), &berlin);
            assert_eq!(found, end.parse::<Timestamp>().unwrap(), "{limit:?} from {start}");
        }
        assert_eq!(Limit::Months(1).end_from(Timestamp::MAX, &berlin), Timestamp::MAX);
    }
}
