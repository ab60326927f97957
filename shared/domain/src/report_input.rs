//! What a report is about: its window, the one before, its days, its zone and its trend buckets.
//!
//! The buckets of a trend are listed once, here, so that every section of a report has the same ones, each present
//! even when nothing happened in it. Which days a schedule's fire or a request means is decided by the caller.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calendar;
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::filter::Filter;
use crate::invalid::Invalid;
use crate::metric::MetricSettings;
use crate::query::{GroupKey, Query, TimeBucket};
use crate::report_options::ReportOptions;
use crate::template::Audience;
use crate::window::Window;
use crate::words;

/// What every section of a report is planned and built from.
#[derive(Clone, Debug)]
pub struct ReportInput {
    window: Window,
    previous: Window,
    days: (Date, Date),
    timezone: String,
    zone: TimeZone,
    bucket: TimeBucket,
    buckets: Vec<Timestamp>,
    filter: Option<Filter>,
    left_out: Vec<String>,
    options: ReportOptions,
    audience: Audience,
    metric_settings: MetricSettings,
}

impl ReportInput {
    /// The same input with choices that its sections leave open.
    #[must_use]
    pub fn with_options(mut self, options: ReportOptions) -> Self {
        self.options = options;
        self
    }

    /// The same input for a template that is written for somebody else.
    #[must_use]
    pub const fn for_audience(mut self, audience: Audience) -> Self {
        self.audience = audience;
        self
    }

    /// The same input by a tenant's settings.
    #[must_use]
    pub const fn with_metric_settings(mut self, settings: MetricSettings) -> Self {
        self.metric_settings = settings;
        self
    }

    /// What formulas depend on besides records.
    #[must_use]
    pub const fn metric_settings(&self) -> MetricSettings {
        self.metric_settings
    }

    /// What was chosen where sections leave a choice.
    #[must_use]
    pub const fn options(&self) -> &ReportOptions {
        &self.options
    }

    /// Whom the template under way is written for.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    /// The same input for a report without these sections, named by id.
    #[must_use]
    pub fn without_sections(mut self, left_out: Vec<String>) -> Self {
        self.left_out = left_out;
        self
    }

    /// Whether the report goes without that section.
    #[must_use]
    pub fn leaves_out(&self, section: &str) -> bool {
        self.left_out.iter().any(|id| id == section)
    }

    /// Most buckets of a trend: a year of days and some.
    pub const MAX_BUCKETS: usize = 400;

    /// Makes an input from a window, the window to compare it with, the first and last civil day that the window
    /// covers in `timezone` (an IANA name), the grain of its trends and the filter that every figure is under. A
    /// filter without a condition is none.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `timezone` when there is no such zone, `days` when the last day is before the first, or
    /// `bucket` (kind `LimitExceeded`) when the window has more than [`Self::MAX_BUCKETS`] of them.
    pub fn new(
        window: Window,
        previous: Window,
        days: (Date, Date),
        timezone: impl Into<String>,
        bucket: TimeBucket,
        filter: Option<Filter>,
    ) -> Result<Self, Invalid> {
        let timezone = timezone.into();
        let zone = calendar::find_zone(&timezone).map_err(|e| e.below("timezone"))?;
        if days.1 < days.0 {
            return Err(Invalid::field("days", "end_before_start", "the last day is not before the first"));
        }
        let most = Self::MAX_BUCKETS;
        let buckets = calendar::list_buckets(window.start(), window.end(), bucket, &zone, most + 1);
        if buckets.len() > most {
            let noun = words::bucket_noun(bucket);
            return Err(Invalid::limit("bucket", format!("a trend has at most {most} {noun}s")));
        }
        let filter = filter.filter(|filter| *filter != Filter::And(Vec::new()));
        Ok(Self {
            window,
            previous,
            days,
            timezone,
            zone,
            bucket,
            buckets,
            filter,
            left_out: Vec::new(),
            options: ReportOptions::default(),
            audience: Audience::Manager,
            metric_settings: MetricSettings::default(),
        })
    }

    /// The window that the figures are about.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// The window that they are compared with.
    #[must_use]
    pub const fn previous(&self) -> Window {
        self.previous
    }

    /// First and last day covered, in the report's zone.
    #[must_use]
    pub const fn days(&self) -> (Date, Date) {
        self.days
    }

    /// IANA name of the zone that days and buckets are told in.
    #[must_use]
    pub fn timezone(&self) -> &str {
        &self.timezone
    }

    /// The zone that days and buckets are told in.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Grain of the trends.
    #[must_use]
    pub const fn bucket(&self) -> TimeBucket {
        self.bucket
    }

    /// The starts of all buckets that touch the window, ascending; the first may lie before it.
    #[must_use]
    pub fn buckets(&self) -> &[Timestamp] {
        &self.buckets
    }

    /// For each bucket its last instant plus one: the start of the next, or the window's end if that comes first.
    #[must_use]
    pub fn bucket_ends(&self) -> Vec<Timestamp> {
        self.buckets.iter().skip(1).copied().chain([self.window.end()]).collect()
    }

    /// The labels of the buckets, as on the axis of a chart.
    #[must_use]
    pub fn bucket_labels(&self) -> Vec<String> {
        self.buckets.iter().map(|start| words::bucket_label(*start, self.bucket, &self.zone)).collect()
    }

    /// The filter that every figure is under.
    #[must_use]
    pub const fn filter(&self) -> Option<&Filter> {
        self.filter.as_ref()
    }

    /// A remark when the window cuts its first or last bucket, so that a short bucket is not read as a change.
    #[must_use]
    pub fn cut_note(&self) -> Option<String> {
        let noun = words::bucket_noun(self.bucket);
        let starts_cut = self.buckets.first().is_some_and(|start| *start < self.window.start());
        match (starts_cut, self.ends_cut()) {
            (false, false) => None,
            (true, false) => Some(format!("The first {noun} is only partly in the period.")),
            (false, true) => Some(format!("The last {noun} is only partly in the period.")),
            (true, true) if self.buckets.len() == 1 => Some(format!("The period is part of one {noun}.")),
            (true, true) => Some(format!("The first and the last {noun} are only partly in the period.")),
        }
    }

    /// A query over the window and under the filter, of a dataset, that computes nothing yet. A dataset without event
    /// time is queried as it stands.
    #[must_use]
    pub fn query(&self, dataset: DatasetId) -> Query {
        self.query_of(dataset, self.window)
    }

    /// The same over the window to compare with.
    #[must_use]
    pub fn previous_query(&self, dataset: DatasetId) -> Query {
        self.query_of(dataset, self.previous)
    }

    /// The group key of a dataset's trend: the bucket of its event time.
    ///
    /// # Panics
    ///
    /// For a dataset without event time, which has no trend; a test walks every section.
    #[must_use]
    pub fn bucket_key(&self, dataset: DatasetId) -> GroupKey {
        let of = get_dataset(dataset).event_time.expect("a trend is of a dataset with an event time");
        GroupKey::Time { time: self.bucket, of: of.to_owned(), timezone: self.timezone.clone() }
    }

    fn query_of(&self, dataset: DatasetId, window: Window) -> Query {
        let window = get_dataset(dataset).event_time.map(|_| window);
        Query::new(dataset, window).filtered(self.filter.clone())
    }

    fn ends_cut(&self) -> bool {
        let Some(last) = self.buckets.last() else { return false };
        let following = calendar::list_buckets(*last, Timestamp::MAX, self.bucket, &self.zone, 2);
        following.get(1).is_some_and(|next| self.window.end() < *next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(start: &str, end: &str, bucket: TimeBucket) -> Result<ReportInput, Invalid> {
        let window = Window::new(start.parse().unwrap(), end.parse().unwrap()).unwrap();
        let day = Date::constant(2026, 1, 1);
        ReportInput::new(window, window, (day, day), "UTC", bucket, None)
    }

    #[test]
    fn a_bucket_ends_where_the_next_begins_and_the_last_with_the_window() {
        let input = input("2026-01-15T00:00:00Z", "2026-03-10T00:00:00Z", TimeBucket::Month).unwrap();
        let ends = ["2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z"];
        assert_eq!(input.bucket_ends(), ends.map(|t| t.parse::<Timestamp>().unwrap()));
        assert_eq!(input.bucket_labels(), ["Jan 2026", "Feb 2026", "Mar 2026"]);
    }

    #[test]
    fn a_bucket_that_the_window_cuts_is_pointed_out() {
        for (start, end, expected) in [
            ("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", None),
            (
                "2026-01-02T00:00:00Z",
                "2026-03-01T00:00:00Z",
                Some("The first month is only partly in the period."),
            ),
            (
                "2026-01-01T00:00:00Z",
                "2026-02-28T00:00:00Z",
                Some("The last month is only partly in the period."),
            ),
            (
                "2026-01-02T00:00:00Z",
                "2026-02-28T00:00:00Z",
                Some("The first and the last month are only partly in the period."),
            ),
            ("2026-01-02T00:00:00Z", "2026-01-28T00:00:00Z", Some("The period is part of one month.")),
        ] {
            let input = input(start, end, TimeBucket::Month).unwrap();
            assert_eq!(input.cut_note().as_deref(), expected, "{start}..{end}");
        }
    }

    #[test]
    fn a_trend_with_too_many_buckets_is_refused() {
        let refused = input("2020-01-01T00:00:00Z", "2026-01-01T00:00:00Z", TimeBucket::Day).unwrap_err();
        assert_eq!(refused.errors[0].field, "bucket");
        assert_eq!(refused.errors[0].detail, "a trend has at most 400 days");
    }
}
