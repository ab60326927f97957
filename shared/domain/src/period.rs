//! Reporting periods: the span that one report covers, as civil days and as a window of instants.
//!
//! A period is half-open (`start` included, `end` excluded), never empty and at most ten years long. A window of civil
//! days runs from the start of its first day to the start of the day after its last, in the zone, so that a day with a
//! change of clock counts whole. How a caller writes a period by hand is read in `on_demand`.

mod on_demand;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::cadence::{Cadence, Frequency};
use crate::calendar::{bucket_day, local_of, start_of_day};
use crate::invalid::Invalid;
use crate::query::TimeBucket;
use crate::window::Window;
pub use on_demand::{CivilBound, parse_period, period_between};

/// A number of whole days, 1 to 3,660.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct DayCount(u16);

impl DayCount {
    /// Most days of a period: as many as a window may cover.
    pub const MAX: u16 = 3_660;

    /// Makes a count.
    ///
    /// # Errors
    ///
    /// [`Invalid`] on `last_n_days` with code `out_of_range` unless it is 1 to [`Self::MAX`].
    pub fn new(days: u16) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&days) {
            return Ok(Self(days));
        }
        let detail = format!("last_n_days is 1 to {}, not {days}", Self::MAX);
        Err(Invalid::field("last_n_days", "out_of_range", detail))
    }

    /// The number of days.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for DayCount {
    type Error = Invalid;

    fn try_from(days: u16) -> Result<Self, Invalid> {
        Self::new(days)
    }
}

impl From<DayCount> for u16 {
    fn from(days: DayCount) -> Self {
        days.0
    }
}

/// Which whole days before a fire a report covers. In JSON `"previous_week"` or `{"last_n_days": 30}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodRule {
    /// The day before the fire's.
    PreviousDay,
    /// Monday to Sunday of the week before the fire's.
    PreviousWeek,
    /// The month before the fire's.
    PreviousMonth,
    /// The calendar quarter before the fire's.
    PreviousQuarter,
    /// The year before the fire's.
    PreviousYear,
    /// That many days before the fire's.
    LastNDays(DayCount),
}

impl PeriodRule {
    /// The thirty days before the fire's, for cadences that fit no calendar period.
    pub const LAST_30_DAYS: Self = Self::LastNDays(DayCount(30));

    /// The rule that a schedule has if it names none.
    ///
    /// A preset covers its own length. A cron that fires every day covers a day, one with one weekday a week, one that
    /// fires on one day of the month (a number, `L`, `n#k` or `nL`) a month, any other 30 days.
    #[must_use]
    pub fn default_for(cadence: &Cadence) -> Self {
        match cadence.frequency() {
            Some(Frequency::Daily) => Self::PreviousDay,
            Some(Frequency::Weekly) => Self::PreviousWeek,
            Some(Frequency::Monthly) => Self::PreviousMonth,
            Some(Frequency::Quarterly) => Self::PreviousQuarter,
            Some(Frequency::Yearly) => Self::PreviousYear,
            None => Self::default_for_cron(cadence),
        }
    }

    fn default_for_cron(cadence: &Cadence) -> Self {
        let days = cadence.cron().parts().days;
        let month_days = days.month_days.count_ones() + u32::from(days.last_day);
        let once_a_month = days.nth_weekdays.len() + days.last_weekdays.count_ones() as usize;
        match (days.by_month_day, days.by_weekday) {
            (false, false) => Self::PreviousDay,
            (true, false) if month_days == 1 => Self::PreviousMonth,
            (false, true) => match (days.weekdays.count_ones(), once_a_month) {
                (1, 0) => Self::PreviousWeek,
                (0, 1) => Self::PreviousMonth,
                _ => Self::LAST_30_DAYS,
            },
            _ => Self::LAST_30_DAYS,
        }
    }

    /// How reports of this rule are filed: by the calendar's unit, or as on demand.
    #[must_use]
    pub const fn period_type(self) -> PeriodType {
        match self {
            Self::PreviousDay => PeriodType::Daily,
            Self::PreviousWeek => PeriodType::Weekly,
            Self::PreviousMonth => PeriodType::Monthly,
            Self::PreviousQuarter => PeriodType::Quarterly,
            Self::PreviousYear => PeriodType::Yearly,
            Self::LastNDays(_) => PeriodType::OnDemand,
        }
    }

    /// The period of a fire: whole local days, up to the start of the fire's day, week, month, quarter or year.
    ///
    /// # Errors
    ///
    /// [`Invalid`] at the ends of the calendar alone, some eight thousand years away.
    pub fn resolve(self, fire_at: Timestamp, zone: &TimeZone) -> Result<ReportPeriod, Invalid> {
        let today = local_of(fire_at, zone).date();
        let (bucket, unit) = match self {
            Self::PreviousDay => (TimeBucket::Day, PeriodUnit::Days(1)),
            Self::PreviousWeek => (TimeBucket::Week, PeriodUnit::Days(7)),
            Self::PreviousMonth => (TimeBucket::Month, PeriodUnit::Months(1)),
            Self::PreviousQuarter => (TimeBucket::Quarter, PeriodUnit::Months(3)),
            Self::PreviousYear => (TimeBucket::Year, PeriodUnit::Months(12)),
            Self::LastNDays(days) => (TimeBucket::Day, PeriodUnit::Days(days.get())),
        };
        let end = bucket_day(today, bucket);
        ReportPeriod::of_days(unit.before(end), end, unit, zone)
    }
}

/// How a report's period was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodType {
    /// The last complete day.
    Daily,
    /// The last complete week, Monday to Sunday.
    Weekly,
    /// The last complete month.
    Monthly,
    /// The last complete calendar quarter.
    Quarterly,
    /// The last complete year.
    Yearly,
    /// From a start to an end that the caller names.
    OnDemand,
}

impl PeriodType {
    /// The rule that finds the last complete period; `None` for one that needs a start and an end.
    #[must_use]
    pub const fn rule(self) -> Option<PeriodRule> {
        match self {
            Self::Daily => Some(PeriodRule::PreviousDay),
            Self::Weekly => Some(PeriodRule::PreviousWeek),
            Self::Monthly => Some(PeriodRule::PreviousMonth),
            Self::Quarterly => Some(PeriodRule::PreviousQuarter),
            Self::Yearly => Some(PeriodRule::PreviousYear),
            Self::OnDemand => None,
        }
    }
}

/// What a period is counted in; it decides which period came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    /// That many calendar months.
    Months(u16),
    /// That many civil days.
    Days(u16),
    /// Instants that need not be the start of a day.
    Instants,
}

impl PeriodUnit {
    /// The day one unit before `day`; `day` itself for instants.
    fn before(self, day: Date) -> Date {
        day.saturating_sub(match self {
            Self::Months(months) => Span::new().months(months),
            Self::Days(days) => Span::new().days(days),
            Self::Instants => Span::new(),
        })
    }
}

/// The span that one report covers, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "RawPeriod")]
pub struct ReportPeriod {
    start: Date,
    end: Date,
    unit: PeriodUnit,
    window: Window,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPeriod {
    start: Date,
    end: Date,
    unit: PeriodUnit,
    window: Window,
}

impl TryFrom<RawPeriod> for ReportPeriod {
    type Error = Invalid;

    fn try_from(raw: RawPeriod) -> Result<Self, Invalid> {
        check_days(raw.start, raw.end)?;
        Ok(Self { start: raw.start, end: raw.end, unit: raw.unit, window: raw.window })
    }
}

impl ReportPeriod {
    /// The period from one civil day up to, and without, another.
    ///
    /// # Errors
    ///
    /// [`Invalid`] on `end` unless it is after `start`; kind `DateRangeTooLarge` past [`DayCount::MAX`] days.
    pub fn from_days(start: Date, end: Date, zone: &TimeZone) -> Result<Self, Invalid> {
        Self::of_days(start, end, PeriodUnit::Days(check_days(start, end)?), zone)
    }

    /// The period that covers a window of instants.
    #[must_use]
    pub fn from_window(window: Window, zone: &TimeZone) -> Self {
        let last = window.end().checked_sub(SignedDuration::from_nanos(1)).unwrap_or(window.start());
        let end = local_of(last, zone).date();
        Self {
            start: local_of(window.start(), zone).date(),
            end: end.tomorrow().unwrap_or(end),
            unit: PeriodUnit::Instants,
            window,
        }
    }

    fn of_days(start: Date, end: Date, unit: PeriodUnit, zone: &TimeZone) -> Result<Self, Invalid> {
        check_days(start, end)?;
        let end_at = start_of_day(end, zone);
        let mut start = start;
        // A zone that crossed the date line skipped a whole day; a period of that day alone takes in the one before.
        if start_of_day(start, zone) == end_at {
            start = PeriodUnit::Days(1).before(start);
        }
        Ok(Self { start, end, unit, window: Window::new(start_of_day(start, zone), end_at)? })
    }

    /// The first day, in the zone of the period.
    #[must_use]
    pub const fn start(&self) -> Date {
        self.start
    }

    /// The day after the last one that the window touches.
    #[must_use]
    pub const fn end(&self) -> Date {
        self.end
    }

    /// What the period is counted in.
    #[must_use]
    pub const fn unit(&self) -> PeriodUnit {
        self.unit
    }

    /// The window of instants.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// Number of civil days that the window touches, 1 and up.
    #[must_use]
    pub fn days(&self) -> i32 {
        days_between(self.start, self.end)
    }
}

/// The period of the same length that ends where `window` begins.
///
/// The rule is the unit's: so many months of the calendar (February comes before March, whatever their days), so many
/// civil days (a day with a change of clock counts as one), or the same number of seconds.
///
/// # Errors
///
/// [`Invalid`] at the ends of the calendar alone.
pub fn previous_window(window: &Window, unit: PeriodUnit, zone: &TimeZone) -> Result<Window, Invalid> {
    let end = window.start();
    let start = match unit {
        PeriodUnit::Instants => end.checked_sub(window.end().duration_since(end)).unwrap_or(Timestamp::MIN),
        PeriodUnit::Months(_) | PeriodUnit::Days(_) => {
            let day = unit.before(local_of(end, zone).date());
            let start = start_of_day(day, zone);
            if start < end { start } else { start_of_day(PeriodUnit::Days(1).before(day), zone) }
        }
    };
    Window::new(start, end)
}

/// The buckets of a report's trends: days up to 92 days, weeks up to 366, months beyond.
#[must_use]
pub const fn trend_bucket(days: i32) -> TimeBucket {
    match days {
        ..=92 => TimeBucket::Day,
        93..=366 => TimeBucket::Week,
        _ => TimeBucket::Month,
    }
}

/// The number of days of a span, if a period may have it.
fn check_days(start: Date, end: Date) -> Result<u16, Invalid> {
    if end <= start {
        return Err(Invalid::field("end", "end_before_start", "the end must be after the start"));
    }
    u16::try_from(days_between(start, end)).ok().filter(|days| *days <= DayCount::MAX).ok_or_else(|| {
        let detail = format!("a period covers at most {} days; ask for a shorter one", DayCount::MAX);
        Invalid::date_range("end", detail)
    })
}

fn days_between(start: Date, end: Date) -> i32 {
    i32::try_from(start.duration_until(end).as_hours() / 24)
        .expect("the calendar has fewer than 8 million days")
}

#[cfg(test)]
mod tests;
