//! One question of a caller's own: `POST /query`.
//!
//! The body names metrics of the dictionary or measures of its own; both become one [`Query`], which is checked before
//! anything is read.

use serde::{Deserialize, Serialize};
use sitrep_domain::access::Permission;
use sitrep_domain::attack::coverage::CoverageReport;
use sitrep_domain::calendar::find_zone;
use sitrep_domain::dataset::{Dataset, DatasetId};
use sitrep_domain::datasets::find_dataset;
use sitrep_domain::filter::Filter;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::measure::Measure;
use sitrep_domain::metric::{Metric, MetricSettings, Shape};
use sitrep_domain::metrics::find_metric;
use sitrep_domain::period::parse_period;
use sitrep_domain::query::{GroupKey, NamedMeasure, OrderBy, Population, Query, TimeBucket};
use sitrep_domain::result::{Cell, QueryResult};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::settings::TenantSettings;
use sitrep_domain::window::Window;

use crate::data::answer_coverage::{TacticRows, plan_ids, read_ids};
use crate::data::run_queries::measure;
use crate::error::AppError;
use crate::services::{Services, require};

/// The body of `POST /query`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryBody {
    /// Name of the dataset.
    pub dataset: String,
    /// First day or instant; needs `end`.
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
#[derive(Clone, Debug, Deserialize)]
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
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum GroupBody {
    /// A column, or `custom.<name>`.
    Field(String),
    /// A time bucket.
    Time(TimeBody),
}

/// A time bucket as a group key.
#[derive(Clone, Debug, Deserialize)]
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
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OrderBody {
    /// A result column, with `-` in front for descending.
    Short(String),
    /// The same in full.
    Long(OrderBy),
}

/// The answer of `POST /query`.
#[derive(Clone, Debug, Serialize)]
pub struct QueryAnswer {
    /// Names of the columns: group keys, then metrics.
    pub columns: Vec<String>,
    /// The rows, one value per column.
    pub rows: Vec<Vec<Cell>>,
    /// Whether the limit cut rows off.
    pub truncated: bool,
    /// Rows there are in all.
    pub total_rows: u64,
    /// Records left out because their first key is missing.
    pub unassigned: u64,
    /// For each metric column, records left out of each row's figure: a missing value or a negative duration.
    pub excluded: Vec<Vec<u64>>,
    /// For a coverage metric: the whole coverage, with the ids that count for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<CoverageReport>,
    /// What was read.
    pub snapshot: SnapshotView,
}

/// What a query read.
#[derive(Clone, Debug, Serialize)]
pub struct SnapshotView {
    /// The dataset.
    pub dataset: DatasetId,
    /// Its generation.
    pub generation: u64,
    /// Segments in it.
    pub segments: usize,
    /// Rows that were read.
    pub rows_read: u64,
}

/// Answers a question.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::Invalid`] naming the field, of kind `DateRangeTooLarge` for a window that is too
/// long and `LimitExceeded` past a limit; [`AppError::Unavailable`].
pub async fn run_query(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<QueryBody, AppError>,
) -> Result<QueryAnswer, AppError> {
    require(scope, Permission::Query)?;
    let body = input()?;
    let settings = services.tenant(scope).await?.settings;
    let Planned { query, metrics, tactics } = plan(body, &settings)?;
    let ids = plan_ids(&query, &metrics);
    let queries: Vec<Query> = [&query].into_iter().chain(ids.as_ref().map(|(_, ids)| ids)).cloned().collect();
    let measured = measure(services, scope, &queries, None).await?;
    let mut results = measured.results.into_iter();
    let result = results.next().ok_or_else(|| AppError::internal("no result"))?;
    let coverage = ids.zip(results.next()).map(|((id, _), ids)| read_ids(id, &ids)).transpose()?;
    let snapshot = SnapshotView {
        dataset: query.dataset,
        generation: measured.snapshots.first().map_or(0, |s| s.generation),
        segments: measured.snapshots.first().map_or(0, |s| s.segments.len()),
        rows_read: measured.rows_read,
    };
    let result = match tactics {
        Some(tactics) => tactics.turn(result, query.limit),
        None => result,
    };
    Ok(QueryAnswer { coverage, ..answer(&result, &metrics, snapshot) })
}

/// Most rows of an answer, and how many it has at most when none are asked for.
const MAX_ROWS: usize = 10_000;

/// A question as the engine takes it, and how its answer is read.
struct Planned {
    query: Query,
    /// The metric of each column, where it is one.
    metrics: Vec<Option<&'static Metric>>,
    tactics: Option<TacticRows>,
}

fn plan(body: QueryBody, settings: &TenantSettings) -> Result<Planned, Invalid> {
    let dataset = find_dataset(&body.dataset).ok_or_else(|| {
        Invalid::field("dataset", "unknown_dataset", "there is no such dataset; GET /datasets lists them")
    })?;
    let timezone = body.timezone.unwrap_or_else(|| settings.reports_timezone.clone());
    let zone = find_zone(&timezone).map_err(|e| e.below("timezone"))?;
    let window = window_of(dataset, body.start.as_deref(), body.end.as_deref(), &zone)?;
    let mut query = Query::new(dataset.id, window).filtered(body.filters);
    query.limit = body.limit.unwrap_or(MAX_ROWS);
    if query.limit > MAX_ROWS {
        return Err(Invalid::limit("limit", format!("limit is at most {MAX_ROWS}")));
    }
    for (i, key) in body.group_by.into_iter().enumerate() {
        let key = group_key(key, dataset, &timezone).map_err(|e| e.below(&format!("group_by[{i}]")))?;
        query.group_by.push(key);
    }
    query.order_by = body.order_by.into_iter().map(order_by).collect();
    let mut metrics = Vec::new();
    let only = body.metrics.len() == 1;
    for (i, metric) in body.metrics.into_iter().enumerate() {
        let known = add_metric(&mut query, metric, only, &settings.for_metrics());
        metrics.push(known.map_err(|e| e.below(&format!("metrics[{i}]")))?);
    }
    let tactics = TacticRows::plan(&mut query, &metrics)?;
    query.check()?;
    Ok(Planned { query, metrics, tactics })
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
            let metric = find_metric(&id).filter(|m| m.dataset == query.dataset).ok_or_else(|| {
                Invalid::field(
                    "metric",
                    "unknown_metric",
                    format!("{} has no such metric; GET /metrics lists them", query.dataset),
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

fn answer(result: &QueryResult, metrics: &[Option<&'static Metric>], snapshot: SnapshotView) -> QueryAnswer {
    let in_unit = |(figure, metric): (&sitrep_domain::result::Figure, &Option<&'static Metric>)| {
        metric.map_or_else(|| figure.value.clone(), |metric| metric.in_unit(&figure.value))
    };
    let row = |row: &sitrep_domain::result::ResultRow| {
        row.keys.iter().cloned().chain(row.figures.iter().zip(metrics).map(in_unit)).collect()
    };
    QueryAnswer {
        columns: result.key_names.iter().chain(&result.figure_names).cloned().collect(),
        rows: result.rows.iter().map(row).collect(),
        truncated: result.truncated(),
        total_rows: result.total_rows,
        unassigned: result.unassigned,
        excluded: result.rows.iter().map(|row| row.figures.iter().map(|f| f.excluded).collect()).collect(),
        coverage: None,
        snapshot,
    }
}
