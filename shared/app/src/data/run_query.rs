//! One question of a caller's own: `POST /query`.
//!
//! The body names metrics of the dictionary or measures of its own; both become one [`Query`], which is checked before
//! anything is read.

use serde::Serialize;
use sitrep_domain::access::Permission;
use sitrep_domain::attack::coverage::CoverageReport;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::metric::Metric;
use sitrep_domain::query::Query;
use sitrep_domain::query_body::PlannedBody;
use sitrep_domain::result::{Cell, QueryResult};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::settings::TenantSettings;

pub use sitrep_domain::query_body::QueryBody;

use crate::data::answer_coverage::{TacticRows, plan_ids, read_ids};
use crate::data::run_queries::measure;
use crate::error::AppError;
use crate::services::{Services, require};

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
    let Planned { query, metrics, tactics } = plan(&body, &settings)?;
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

/// A question as the engine takes it, and how its answer is read.
struct Planned {
    query: Query,
    /// The metric of each column, where it is one.
    metrics: Vec<Option<&'static Metric>>,
    tactics: Option<TacticRows>,
}

fn plan(body: &QueryBody, settings: &TenantSettings) -> Result<Planned, Invalid> {
    let PlannedBody { mut query, metrics } =
        body.plan(&settings.reports_timezone, &settings.for_metrics())?;
    let tactics = TacticRows::plan(&mut query, &metrics)?;
    query.check()?;
    Ok(Planned { query, metrics, tactics })
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
