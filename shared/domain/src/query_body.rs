//! Query bodies: a question as a caller writes it, in `POST /query` and in reports of their own questions.
//!
//! A body names metrics of the dictionary or measures of its own; both become one [`Query`]. Names and types are checked
//! by [`Query::check`], which is left to whoever may still change the query.

use serde::{Deserialize, Serialize};

use crate::calendar::find_zone;
use crate::dataset::{Dataset, DatasetId};
use crate::datasets::{find_dataset, get_dataset};
use crate::filter::Filter;
use crate::invalid::Invalid;
use crate::measure::Measure;
use crate::metric::{Metric, MetricSettings, Shape};
use crate::metrics::find_metric;
use crate::period::parse_period;
use crate::query::{GroupKey, NamedMeasure, OrderBy, Population, Query, TimeBucket};
use crate::window::Window;

/// The body of `POST /query`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryBody {
    /// Name of the dataset.
    pub dataset: String,
    /// First day or instant; needs `end`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Last day, or the instant after the last.
    pub end: Option<String>,
    /// IANA zone of days and buckets; the tenant's when missing.
    pub timezone: Option<String>,
    /// Which records count.
    pub filters: Option<Filter>,
    /// Group keys.
    #[serde(default)]
    pub group_by: Vec<GroupBody>,
    /// What is computed; at least one.
    pub metrics: Vec<MetricBody>,
    /// Sort keys.
    #[serde(default)]
    pub order_by: Vec<OrderBody>,
    /// Most rows.
    pub limit: Option<usize>,
}

/// One thing to compute: a metric of the dictionary, or a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricBody {
    /// Name of the result column.
    #[serde(rename = "as")]
    pub name: Option<String>,
    /// Id of a metric.
    pub metric: Option<String>,
    /// A measure.
    pub measure: Option<Measure>,
    /// Which records the measure is about; those created in the window when missing. A metric brings its own.
    pub population: Option<Population>,
}

/// One group key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GroupBody {
    /// A column, or `custom.<name>`.
    Field(String),
    /// A time bucket.
    Time(TimeBody),
}

/// A time bucket as a group key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeBody {
    /// Length of the bucket.
    pub time: TimeBucket,
    /// The time column; the event time when missing.
    pub of: Option<String>,
    /// IANA zone; the query's when missing.
    pub timezone: Option<String>,
}

/// One sort key: `"name"`, `"-name"` for descending, or an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OrderBody {
    /// A result column, with `-` in front for descending.
    Short(String),
    /// The same in full.
    Long(OrderBy),
}

/// Most rows of an answer, and how many it has at most when none are asked for.
pub const MAX_ROWS: usize = 10_000;

/// A question as the engine takes it, and how its answer is read.
#[derive(Debug)]
pub struct PlannedBody {
    /// The query, not checked yet.
    pub query: Query,
    /// The metric of each column, where it is one.
    pub metrics: Vec<Option<&'static Metric>>,
}

/// What of a question does not depend on a window.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Which records count.
    pub filters: Option<&'a Filter>,
    /// Group keys.
    pub group_by: &'a [GroupBody],
    /// What is computed.
    pub metrics: &'a [MetricBody],
    /// Sort keys.
    pub order_by: &'a [OrderBody],
    /// Most rows.
    pub limit: Option<usize>,
}

impl QueryBody {
    /// Plans the question; `tenant_zone` stands in for a missing zone, `settings` are those of its metrics.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the field; kind `DateRangeTooLarge` for a window that is too long, `LimitExceeded` past
    /// [`MAX_ROWS`].
    pub fn plan(&self, tenant_zone: &str, settings: &MetricSettings) -> Result<PlannedBody, Invalid> {
        let dataset = read_dataset(&self.dataset)?;
        let timezone = self.timezone.as_deref().unwrap_or(tenant_zone);
        let zone = find_zone(timezone).map_err(|e| e.below("timezone"))?;
        let window = window_of(dataset, self.start.as_deref(), self.end.as_deref(), &zone)?;
        let asked = Asked {
            filters: self.filters.as_ref(),
            group_by: &self.group_by,
            metrics: &self.metrics,
            order_by: &self.order_by,
            limit: self.limit,
        };
        asked.plan(dataset.id, window, timezone, settings)
    }
}

impl Asked<'_> {
    /// Plans the question over a window.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the field; kind `LimitExceeded` past [`MAX_ROWS`].
    pub fn plan(
        &self,
        dataset: DatasetId,
        window: Option<Window>,
        timezone: &str,
        settings: &MetricSettings,
    ) -> Result<PlannedBody, Invalid> {
        let dataset = get_dataset(dataset);
        let mut query = Query::new(dataset.id, window).filtered(self.filters.cloned());
        query.limit = self.limit.unwrap_or(MAX_ROWS);
        if query.limit > MAX_ROWS {
            return Err(Invalid::limit("limit", format!("limit is at most {MAX_ROWS}")));
        }
        for (i, key) in self.group_by.iter().enumerate() {
            let key = group_key(key.clone(), dataset, timezone);
            query.group_by.push(key.map_err(|e| e.below(&format!("group_by[{i}]")))?);
        }
        query.order_by = self.order_by.iter().cloned().map(order_by).collect();
        let only = self.metrics.len() == 1;
        let mut metrics = Vec::new();
        for (i, metric) in self.metrics.iter().enumerate() {
            let known = add_metric(&mut query, dataset, metric.clone(), only, settings);
            metrics.push(known.map_err(|e| e.below(&format!("metrics[{i}]")))?);
        }
        Ok(PlannedBody { query, metrics })
    }
}

/// The dataset of that name.
///
/// # Errors
///
/// [`Invalid`] naming `dataset` when there is none.
pub fn read_dataset(name: &str) -> Result<&'static Dataset, Invalid> {
    find_dataset(name).ok_or_else(|| {
        Invalid::field("dataset", "unknown_dataset", "there is no such dataset; GET /datasets lists them")
    })
}

fn window_of(
    dataset: &Dataset,
    start: Option<&str>,
    end: Option<&str>,
    zone: &jiff::tz::TimeZone,
) -> Result<Option<Window>, Invalid> {
    match (start, end) {
        (Some(start), Some(end)) => {
            let period = parse_period(start, end, zone).map_err(rename_dates)?;
            Ok(Some(period.window()))
        }
        (None, None) if !dataset.time_is_required() => Ok(None),
        (start, _) => {
            let field = if start.is_none() { "start" } else { "end" };
            Err(Invalid::field(field, "missing", "give start and end: days such as 2026-11-20, or instants"))
        }
    }
}

/// The refusal under the names that this body uses.
fn rename_dates(mut refused: Invalid) -> Invalid {
    for error in &mut refused.errors {
        error.field = error.field.replace("_date", "");
        error.detail = error.detail.replace("_date", "");
    }
    refused
}

fn group_key(key: GroupBody, dataset: &Dataset, timezone: &str) -> Result<GroupKey, Invalid> {
    let TimeBody { time, of, timezone: zone } = match key {
        GroupBody::Field(field) => return Ok(GroupKey::Field(field)),
        GroupBody::Time(body) => body,
    };
    let of = of.or_else(|| dataset.event_time.map(str::to_owned)).ok_or_else(|| {
        Invalid::field("of", "missing", format!("{} have no event time; name a time column", dataset.id))
    })?;
    Ok(GroupKey::Time { time, of, timezone: zone.unwrap_or_else(|| timezone.to_owned()) })
}

fn order_by(order: OrderBody) -> OrderBy {
    match order {
        OrderBody::Long(order) => order,
        OrderBody::Short(name) => match name.strip_prefix('-') {
            Some(name) => OrderBy { by: name.to_owned(), descending: true },
            None => OrderBy { by: name, descending: false },
        },
    }
}

fn add_metric(
    query: &mut Query,
    dataset: &Dataset,
    body: MetricBody,
    only: bool,
    settings: &MetricSettings,
) -> Result<Option<&'static Metric>, Invalid> {
    match (body.metric, body.measure) {
        (None, Some(measure)) => {
            let name =
                body.name.ok_or_else(|| Invalid::field("as", "missing", "a measure has a name: as"))?;
            let population = body.population.unwrap_or(Population::Created);
            query.measures.push(NamedMeasure { name, measure, population });
            Ok(None)
        }
        (Some(_), None) if body.population.is_some() => {
            let detail = "a metric brings its own population; give population with a measure";
            Err(Invalid::field("population", "own_population", detail))
        }
        (Some(id), None) => {
            let metric = find_metric(&id).filter(|m| m.dataset == dataset.id).ok_or_else(|| {
                Invalid::field(
                    "metric",
                    "unknown_metric",
                    format!("{} has no such metric; GET /metrics lists them", dataset.id),
                )
            })?;
            let mut named = metric.named_measure_by(settings);
            if let Some(name) = body.name {
                named.name = name;
            }
            shape(query, metric, &named.name, only)?;
            query.measures.push(named);
            Ok(Some(metric))
        }
        _ => Err(Invalid::field("metric", "one_of", "give either metric or measure")),
    }
}

/// A metric that breaks its population down brings its own group key, so it stands alone.
fn shape(query: &mut Query, metric: &Metric, name: &str, only: bool) -> Result<(), Invalid> {
    let by = match metric.shape {
        Shape::Figure | Shape::Coverage { .. } => return Ok(()),
        Shape::Breakdown { by } | Shape::Top { by, .. } => by,
    };
    if !only || !query.group_by.is_empty() {
        let detail =
            format!("{} groups by {by} itself; ask for it alone, or for total grouped by {by}", metric.id);
        return Err(Invalid::field("metric", "own_groups", detail));
    }
    query.group_by.push(GroupKey::Field(by.to_owned()));
    if let Shape::Top { limit, .. } = metric.shape {
        let limit = query.limit.min(if query.limit == MAX_ROWS { limit } else { query.limit });
        *query = std::mem::replace(query, Query::new(metric.dataset, None)).top(name, limit);
    }
    Ok(())
}
