//! Period choices: which days somebody wants to look at who may say nothing at all.
//!
//! Without dates they are the last 30 whole local days, today included, as in questions about incidents. With dates the
//! limit is that of reports.

use jiff::Timestamp;

use crate::analytics::{AnalyticsInput, AnalyticsParameters};
use crate::calendar::find_zone;
use crate::invalid::Invalid;
use crate::period::{ReportPeriod, parse_period, previous_window, trend_bucket};
use crate::report_input::ReportInput;

/// What somebody says of the days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeriodChoice {
    /// First day or instant.
    pub start_date: Option<String>,
    /// Last day, or the instant after the last.
    pub end_date: Option<String>,
    /// IANA zone; the tenant's when missing.
    pub timezone: Option<String>,
}

/// The days that were chosen.
#[derive(Clone, Debug)]
pub struct ChosenPeriod {
    /// The days.
    pub period: ReportPeriod,
    /// The zone that they are told in.
    pub timezone: String,
}

impl PeriodChoice {
    /// Checks the choice; `tenant_zone` stands in for a missing zone.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `timezone`, `start_date` or `end_date`; kind `DateRangeTooLarge` past 3,660 days.
    pub fn check(&self, tenant_zone: &str, now: Timestamp) -> Result<ChosenPeriod, Invalid> {
        let timezone = self.timezone.clone().unwrap_or_else(|| tenant_zone.to_owned());
        let zone = find_zone(&timezone).map_err(|e| e.below("timezone"))?;
        let period = match (&self.start_date, &self.end_date) {
            (None, None) => AnalyticsInput::parse(&AnalyticsParameters::default(), &timezone, now)?.period(),
            (Some(start), Some(end)) => parse_period(start, end, &zone)?,
            (start, _) => {
                let field = if start.is_none() { "start_date" } else { "end_date" };
                let detail = "give start_date and end_date, or neither for the last 30 days";
                return Err(Invalid::field(field, "missing", detail));
            }
        };
        Ok(ChosenPeriod { period, timezone })
    }
}

impl ChosenPeriod {
    /// What a report of these days is about.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when there is no period before to compare with.
    pub fn report_input(&self) -> Result<ReportInput, Invalid> {
        let zone = find_zone(&self.timezone)?;
        let (window, days) = (self.period.window(), (self.period.end() - self.period.start()).get_days());
        let previous = previous_window(&window, self.period.unit(), &zone)?;
        let last = self.period.end().yesterday().unwrap_or(self.period.start());
        let span = (self.period.start(), last.max(self.period.start()));
        ReportInput::new(window, previous, span, self.timezone.as_str(), trend_bucket(days), None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: Option<&str>, end: Option<&str>, zone: Option<&str>) -> Result<ChosenPeriod, Invalid> {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let choice = PeriodChoice { start_date: owned(start), end_date: owned(end), timezone: owned(zone) };
        choice.check("Europe/Berlin", "2026-11-20T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn without_dates_it_is_the_last_30_days_and_with_them_those() {
        for (start, end, expected) in [
            (None, None, ("2026-10-22", "2026-11-21")),
            (Some("2025-01-01"), Some("2025-12-31"), ("2025-01-01", "2026-01-01")),
        ] {
            let chosen = check(start, end, None).unwrap();
            let found = (chosen.period.start().to_string(), chosen.period.end().to_string());
            assert_eq!((found.0.as_str(), found.1.as_str()), expected);
            let input = chosen.report_input().unwrap();
            assert_eq!((input.window(), input.timezone()), (chosen.period.window(), "Europe/Berlin"));
        }
    }

    #[test]
    fn half_a_choice_and_a_bad_one_are_refused_by_field() {
        for (start, end, zone, field) in [
            (Some("2026-01-01"), None, None, "end_date"),
            (None, Some("2026-01-01"), None, "start_date"),
            (Some("x"), Some("2026-01-01"), None, "start_date"),
            (Some("2001-01-01"), Some("2026-01-01"), None, "end_date"),
            (None, None, Some("Mars"), "timezone"),
        ] {
            assert_eq!(
                check(start, end, zone).unwrap_err().errors[0].field,
                field,
                "{start:?} {end:?} {zone:?}"
            );
        }
    }
}
