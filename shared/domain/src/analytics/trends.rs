//! Trends: how many incidents were created in each bucket of the window, in all or by a column.
//!
//! Every series has every bucket that touches the window, so the first bucket may begin before it. A day with a change
//! of clock is one bucket of 23 or 25 hours; the hour that comes twice is two buckets. Series add up to the total:
//! incidents without severity are `unrated`, without type or policy `unassigned`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

use super::{Analysis, AnalyticsInput, RowFigures, metric_as};
use crate::calendar::list_buckets;
use crate::invalid::Invalid;
use crate::query::{Query, TimeBucket};
use crate::result::{Cell, QueryResult};
use crate::severity;

/// Length of the buckets of a trend. Weeks start on Monday.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Interval {
    /// One hour on the running clock.
    Hour,
    /// One civil day.
    #[default]
    Day,
    /// Seven civil days from Monday.
    Week,
    /// One calendar month.
    Month,
}

impl Interval {
    /// Every interval, shortest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The bucket it stands for.
    #[must_use]
    pub const fn bucket(self) -> TimeBucket {
        match self {
            Self::Hour => TimeBucket::Hour,
            Self::Day => TimeBucket::Day,
            Self::Week => TimeBucket::Week,
            Self::Month => TimeBucket::Month,
        }
    }
}

/// What a trend has one series each of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesKey {
    /// Severity.
    Severity,
    /// Kind of incident.
    Type,
    /// Policy that was violated.
    PolicyId,
}

impl SeriesKey {
    /// Every key.
    pub const ALL: [Self; 3] = [Self::Severity, Self::Type, Self::PolicyId];

    /// Its word, which is the column's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Type => "type",
            Self::PolicyId => "policy_id",
        }
    }

    /// What the series of records without a value is called.
    const fn missing(self) -> &'static str {
        match self {
            Self::Severity => severity::UNRATED,
            Self::Type | Self::PolicyId => UNASSIGNED,
        }
    }
}

/// The one series of a trend without groups.
const TOTAL: &str = "total";
/// The series of records without a type or policy.
const UNASSIGNED: &str = "unassigned";
const COUNT: &str = "incidents";

/// The question: incidents per bucket, in all or by a column.
#[derive(Clone, Debug)]
pub struct Trends {
    /// Window, zone and filter.
    pub input: AnalyticsInput,
    /// Length of the buckets.
    pub interval: Interval,
    /// What there is one series each of; one series in all when there is none.
    pub group_by: Option<SeriesKey>,
}

/// Incidents per bucket.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrendsAnswer {
    /// Length of the buckets.
    pub interval: Interval,
    /// First instant of the window.
    pub start_date: Timestamp,
    /// The instant after the window's last.
    pub end_date: Timestamp,
    /// IANA zone of the buckets.
    pub timezone: String,
    /// What there is one series each of.
    pub group_by: Option<SeriesKey>,
    /// The series that have an incident (and `total`, always): severities worst first, others by key, what has no key
    /// last. In JSON an object by key.
    #[serde(serialize_with = "by_key")]
    pub series: Vec<TrendSeries>,
    /// Incidents created in the window: the sum over all series.
    pub total_incidents: u64,
}

/// One series: a count for every bucket of the window.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendSeries {
    /// The value of the column, `unrated` or `unassigned` for none, or `total`.
    pub key: String,
    /// One per bucket, ascending; 0 where nothing was created.
    pub points: Vec<TrendPoint>,
}

/// One bucket of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TrendPoint {
    /// The instant at which the bucket begins.
    pub timestamp: Timestamp,
    /// Incidents created in it, and in the window.
    pub count: u64,
}

fn by_key<S: Serializer>(series: &[TrendSeries], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(series.iter().map(|one| (&one.key, &one.points)))
}

impl Trends {
    /// Most points of an answer: buckets × series.
    pub const MAX_POINTS: usize = 50_000;

    /// The starts of all buckets that touch the window, ascending.
    #[must_use]
    pub fn buckets(&self) -> Vec<Timestamp> {
        let window = self.input.window();
        list_buckets(
            window.start(),
            window.end(),
            self.interval.bucket(),
            self.input.zone(),
            Self::MAX_POINTS,
        )
    }

    fn too_many(&self, series: &str) -> Invalid {
        let detail = format!(
            "a trend has at most {} points (buckets × series); {series} per {} are more: take a longer interval, \
             fewer days, or filter",
            Self::MAX_POINTS,
            self.interval.as_str()
        );
        Invalid::limit("group_by", detail)
    }

    /// Place and name of a row's series. Places sort as series are listed.
    fn series_of(&self, key: &Cell) -> (usize, String) {
        let Some(group_by) = self.group_by else { return (0, TOTAL.to_owned()) };
        let name = key.as_str().unwrap_or(group_by.missing());
        let place = match group_by {
            SeriesKey::Severity => severity::place(key),
            SeriesKey::Type | SeriesKey::PolicyId => usize::from(name == UNASSIGNED),
        };
        (place, name.to_owned())
    }
}

impl Analysis for Trends {
    type Answer = TrendsAnswer;

    fn queries(&self) -> Vec<Query> {
        let mut query = self.input.query().by(self.input.bucket_key(self.interval.bucket()));
        if let Some(group_by) = self.group_by {
            query = query.by_field(group_by.as_str());
        }
        query.measures.push(metric_as(COUNT, "total"));
        query.limit = Self::MAX_POINTS;
        vec![query]
    }

    fn answer(&self, results: &[QueryResult]) -> Result<TrendsAnswer, Invalid> {
        let result = &results[0];
        if result.truncated() {
            return Err(self.too_many("the series"));
        }
        let buckets = self.buckets();
        let zeros = || vec![0; buckets.len()];
        let mut series: BTreeMap<(usize, String), Vec<u64>> = BTreeMap::new();
        if self.group_by.is_none() {
            series.insert((0, TOTAL.to_owned()), zeros());
        }
        let mut total_incidents = 0;
        for row in &result.rows {
            let Cell::Time(start) = row.keys[0] else { continue };
            let bucket = buckets.binary_search(&start).expect("records of the window lie in its buckets");
            let key = self.series_of(row.keys.get(1).unwrap_or(&Cell::Null));
            let count = RowFigures::of(result, row).count(COUNT);
            series.entry(key).or_insert_with(zeros)[bucket] += count;
            total_incidents += count;
        }
        if series.len() * buckets.len() > Self::MAX_POINTS {
            return Err(self.too_many(&format!("{} series", series.len())));
        }
        let window = self.input.window();
        Ok(TrendsAnswer {
            interval: self.interval,
            start_date: window.start(),
            end_date: window.end(),
            timezone: self.input.timezone().to_owned(),
            group_by: self.group_by,
            series: series.into_iter().map(|((_, key), counts)| to_series(key, &buckets, counts)).collect(),
            total_incidents,
        })
    }
}

fn to_series(key: String, buckets: &[Timestamp], counts: Vec<u64>) -> TrendSeries {
    let points = buckets.iter().zip(counts);
    TrendSeries { key, points: points.map(|(at, count)| TrendPoint { timestamp: *at, count }).collect() }
}
