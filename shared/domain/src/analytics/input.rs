//! What a question is about: the window, the zone and the filter, from parameters as a caller writes them.
//!
//! The window is half-open. A bare end day is included whole; without dates it is the last 30 whole local days, today
//! included. No window is longer than 90 days, measured on the calendar of the zone or on the running clock, whichever
//! is shorter, so that neither change of clock refuses 90 local days.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde_json::Value as Json;

use crate::calendar::{find_zone, local_of};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::datasets::incidents::DATASET;
use crate::filter::{Compare, Filter};
use crate::invalid::{Invalid, InvalidKind};
use crate::period::{CivilBound, ReportPeriod, period_between, previous_window};
use crate::query::{GroupKey, Query, TimeBucket};
use crate::report_input::ReportInput;
use crate::window::Window;

/// The columns of incidents that every question can be filtered by.
pub const FILTERS: [&str; 12] = [
    "severity",
    "type",
    "policy_id",
    "status",
    "user",
    "agent_id",
    "assignee",
    "team",
    "data_type",
    "action",
    "tags",
    "workspace_id",
];

/// The parameters that all questions share, as a caller writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnalyticsParameters {
    /// First day or instant; 30 days before the end when missing.
    pub start_date: Option<String>,
    /// Last day, or the instant after the last; today when missing.
    pub end_date: Option<String>,
    /// IANA zone of days and buckets; the tenant's when missing.
    pub timezone: Option<String>,
    /// For each of [`FILTERS`] that is asked for, the values of which a record has one.
    pub filters: Vec<(&'static str, Vec<String>)>,
}

/// What a question is about.
#[derive(Clone, Debug)]
pub struct AnalyticsInput {
    period: ReportPeriod,
    previous: Window,
    timezone: String,
    zone: TimeZone,
    filter: Option<Filter>,
}

impl AnalyticsInput {
    /// Longest window, in days.
    pub const MAX_DAYS: i64 = 90;
    /// Days of the window when no dates are given, today included.
    pub const DEFAULT_DAYS: i32 = 30;

    /// Reads parameters. `timezone` is the tenant's zone.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the parameter: `start_date`, `end_date` (kind `DateRangeTooLarge` past [`Self::MAX_DAYS`]),
    /// `timezone`, or a filter with a value that its column cannot have.
    pub fn parse(parameters: &AnalyticsParameters, timezone: &str, now: Timestamp) -> Result<Self, Invalid> {
        let timezone = parameters.timezone.as_deref().unwrap_or(timezone);
        let zone = find_zone(timezone).map_err(|e| e.below("timezone"))?;
        let period = read_period(parameters, &zone, now)?;
        let filter = read_filters(&parameters.filters)?;
        let window = period.window();
        let previous = previous_window(&window, period.unit(), &zone).unwrap_or(window);
        Ok(Self { period, previous, timezone: timezone.to_owned(), zone, filter })
    }

    /// The same question about what a report is about, which may be longer than [`Self::MAX_DAYS`].
    #[must_use]
    pub(crate) fn of_report(report: &ReportInput) -> Self {
        let zone = find_zone(report.timezone()).expect("a report's zone is one");
        let (start, end) = (CivilBound::At(report.window().start()), CivilBound::At(report.window().end()));
        Self {
            period: period_between(start, end, &zone).expect("a report's window is a period"),
            previous: report.previous(),
            timezone: report.timezone().to_owned(),
            zone,
            filter: report.filter().cloned(),
        }
    }

    /// The period as it was asked for: days, or instants.
    #[must_use]
    pub const fn period(&self) -> ReportPeriod {
        self.period
    }

    /// The window.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.period.window()
    }

    /// IANA name of the zone of days and buckets.
    #[must_use]
    pub fn timezone(&self) -> &str {
        &self.timezone
    }

    /// The zone of days and buckets.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Which records count; all when there is none.
    #[must_use]
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// The window of the same length that ends where this one begins: as many civil days, or as many seconds when the
    /// window was given by instants.
    #[must_use]
    pub const fn previous(&self) -> Window {
        self.previous
    }

    /// A query over the window that computes nothing yet.
    #[must_use]
    pub fn query(&self) -> Query {
        self.query_of(self.window())
    }

    /// The same over another window.
    #[must_use]
    pub fn query_of(&self, window: Window) -> Query {
        Query::new(DatasetId::Incidents, Some(window)).filtered(self.filter.clone())
    }

    /// The group key of a trend: the bucket of an incident's event time.
    #[must_use]
    pub fn bucket_key(&self, bucket: TimeBucket) -> GroupKey {
        let of = get_dataset(DatasetId::Incidents).event_time.expect("incidents have an event time");
        GroupKey::Time { time: bucket, of: of.to_owned(), timezone: self.timezone.clone() }
    }
}

fn read_period(
    parameters: &AnalyticsParameters,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<ReportPeriod, Invalid> {
    let bound =
        |field, text: &Option<String>| text.as_deref().map(|text| CivilBound::parse(field, text)).transpose();
    let start = bound("start_date", &parameters.start_date)?;
    let end = bound("end_date", &parameters.end_date)?;
    let end = end.unwrap_or_else(|| CivilBound::Day(local_of(now, zone).date()));
    let start = start.unwrap_or_else(|| default_start(end, zone));
    let period = period_between(start, end, zone).map_err(|refused| match refused.kind {
        InvalidKind::DateRangeTooLarge => too_long(),
        _ => refused,
    })?;
    if is_too_long(&period.window(), zone) { Err(too_long()) } else { Ok(period) }
}

/// The first of the 30 days whose last one is the end's.
fn default_start(end: CivilBound, zone: &TimeZone) -> CivilBound {
    let last = match end {
        CivilBound::Day(day) => day,
        CivilBound::At(at) => {
            let before = at.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(at);
            local_of(before, zone).date()
        }
    };
    CivilBound::Day(last.saturating_sub(Span::new().days(AnalyticsInput::DEFAULT_DAYS - 1)))
}

fn is_too_long(window: &Window, zone: &TimeZone) -> bool {
    let most = SignedDuration::from_hours(24 * AnalyticsInput::MAX_DAYS);
    let on_the_clock = window.end().duration_since(window.start());
    let on_the_calendar = local_of(window.end(), zone).duration_since(local_of(window.start(), zone));
    on_the_clock.min(on_the_calendar) > most
}

fn too_long() -> Invalid {
    Invalid::date_range("end_date", format!("Date range cannot exceed {} days", AnalyticsInput::MAX_DAYS))
}

/// Or within a column, and between columns.
fn read_filters(filters: &[(&'static str, Vec<String>)]) -> Result<Option<Filter>, Invalid> {
    let mut parts = Vec::new();
    for (field, values) in filters.iter().filter(|(_, values)| !values.is_empty()) {
        parts.push(read_filter(field, values)?);
    }
    Ok(match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Filter::And(parts)),
    })
}

fn read_filter(field: &str, values: &[String]) -> Result<Filter, Invalid> {
    let (_, column) = DATASET.find_column(field).ok_or_else(|| {
        Invalid::field(field, "unknown_filter", format!("filter by {}", FILTERS.join(", ")))
    })?;
    if values.len() > Filter::MAX_VALUES {
        return Err(Invalid::limit(field, format!("{field} has at most {} values", Filter::MAX_VALUES)));
    }
    let is_missing = |value: &&String| column.null_label == Some(value.as_str());
    let allowed = |value: &String| column.values.is_empty() || column.values.contains(&value.as_str());
    if values.iter().any(|value| !allowed(value) && !is_missing(&value)) {
        let words: Vec<&str> = column.values.iter().copied().chain(column.null_label).collect();
        let detail = format!("{field} is one of {}", words.join(", "));
        return Err(Invalid::field(field, "unknown_value", detail));
    }
    let (missing, present): (Vec<&String>, Vec<&String>) = values.iter().partition(is_missing);
    let present: Json = present.into_iter().map(String::as_str).collect();
    let among = Filter::compare(field, Compare::In, present);
    Ok(if missing.is_empty() { among } else { Filter::Or(vec![among, Filter::is_null(field)]) })
}
