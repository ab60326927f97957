//! Coverage metrics in `POST /query`: one row per tactic where asked for alone, and the ids that count for nothing.
//!
//! A coverage is one figure to the engine. For the tactics the query asks once per tactic, in one pass, and its one row
//! is turned on its side; for the ids a second query counts the records of each id in the same pass.

use std::cmp::Ordering;

use sitrep_domain::attack::coverage::{CoverageReport, CoverageScope};
use sitrep_domain::attack::{CatalogueId, catalogue};
use sitrep_domain::invalid::Invalid;
use sitrep_domain::measure::{Coverage, Measure, MeasureOp, Value};
use sitrep_domain::metric::{Metric, Shape};
use sitrep_domain::query::{GroupKey, NamedMeasure, OrderBy, Query};
use sitrep_domain::result::{Cell, QueryResult, ResultRow};

/// Name of the column of tactics.
const TACTIC: &str = "tactic";

fn coverage_of(metric: &Metric) -> Option<(Measure, Coverage)> {
    let measure = metric.named_measure().measure;
    match (metric.shape, &measure.op) {
        (Shape::Coverage { .. }, MeasureOp::Coverage(coverage)) => {
            let coverage = coverage.clone();
            Some((measure, coverage))
        }
        _ => None,
    }
}

/// The tactics as rows: what of the caller's query waits until they are.
#[derive(Debug)]
pub(super) struct TacticRows {
    name: String,
    order_by: Vec<OrderBy>,
}

impl TacticRows {
    /// Turns a query for nothing but a metric per tactic into one that asks for each tactic; any other stays as it is.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the sort key that is no column of the answer.
    pub(super) fn plan(query: &mut Query, metrics: &[Option<&Metric>]) -> Result<Option<Self>, Invalid> {
        let ([Some(metric)], true, [named]) = (metrics, query.group_by.is_empty(), &query.measures[..])
        else {
            return Ok(None);
        };
        let (Shape::Coverage { per_tactic: true }, Some((measure, coverage))) =
            (metric.shape, coverage_of(metric))
        else {
            return Ok(None);
        };
        let rows = Self { name: named.name.clone(), order_by: std::mem::take(&mut query.order_by) };
        rows.check_order()?;
        let of_tactic =
            |tactic: &str| Coverage { scope: CoverageScope::Tactic(tactic.to_owned()), ..coverage.clone() };
        let named = |tactic: &str| NamedMeasure {
            name: tactic.to_owned(),
            measure: Measure { op: MeasureOp::Coverage(of_tactic(tactic)), filter: measure.filter.clone() },
            population: metric.population,
        };
        query.measures =
            catalogue(coverage.catalogue).tactics().iter().map(|t| named(t.short_name)).collect();
        Ok(Some(rows))
    }

    fn check_order(&self) -> Result<(), Invalid> {
        let unknown = |order: &OrderBy| order.by != TACTIC && order.by != self.name;
        match self.order_by.iter().position(unknown) {
            Some(i) => {
                let detail = format!("order by one of the result columns: {TACTIC}, {}", self.name);
                Err(Invalid::field(format!("order_by[{i}]"), "unknown_column", detail))
            }
            None => Ok(()),
        }
    }

    /// The one row of all tactics as one row per tactic, ordered and limited as the caller asked.
    pub(super) fn turn(self, result: QueryResult, limit: usize) -> QueryResult {
        let figures = result.rows.into_iter().flat_map(|row| row.figures);
        let row = |(name, figure)| ResultRow { keys: vec![Cell::Text(name)], figures: vec![figure] };
        let mut rows: Vec<ResultRow> = result.figure_names.into_iter().zip(figures).map(row).collect();
        let total_rows = rows.len() as u64;
        if !self.order_by.is_empty() {
            rows.sort_by(|a, b| self.compare(a, b));
        }
        rows.truncate(limit);
        QueryResult {
            key_names: vec![TACTIC.to_owned()],
            figure_names: vec![self.name],
            rows,
            total_rows,
            unassigned: 0,
        }
    }

    fn compare(&self, a: &ResultRow, b: &ResultRow) -> Ordering {
        let figure = |row: &ResultRow| row.figures[0].value.as_f64().unwrap_or(0.0);
        let by = |order: &OrderBy| {
            let ascending = if order.by == TACTIC {
                a.keys[0].as_str().cmp(&b.keys[0].as_str())
            } else {
                figure(a).total_cmp(&figure(b))
            };
            if order.descending { ascending.reverse() } else { ascending }
        };
        self.order_by.iter().map(by).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// The query for the whole coverage, if a coverage metric is asked for: records by technique id, all of the metric's
/// population and those that its filter lets cover something.
pub(super) fn plan_ids(query: &Query, metrics: &[Option<&Metric>]) -> Option<(CatalogueId, Query)> {
    let (metric, (measure, coverage)) =
        metrics.iter().flatten().find_map(|metric| Some((metric, coverage_of(metric)?)))?;
    let Value::Column(column) = coverage.of else { return None };
    let counting = Measure { filter: measure.filter, ..Measure::count() };
    let mut ids = Query::new(query.dataset, query.window)
        .filtered(query.filter.clone())
        .by(GroupKey::Field(column))
        .measure_of(CoverageReport::RECORDS, Measure::count(), metric.population)
        .measure_of(CoverageReport::COUNTING, counting, metric.population);
    ids.drop_null_keys = true;
    Some((coverage.catalogue, ids))
}

/// The whole coverage from the result of [`plan_ids`].
///
/// # Errors
///
/// [`Invalid`] of kind `LimitExceeded` when there are more different ids than a result has rows.
pub(super) fn read_ids(id: CatalogueId, result: &QueryResult) -> Result<CoverageReport, Invalid> {
    CoverageReport::of_result(id, result).ok_or_else(|| {
        let detail = format!(
            "the records carry {} different technique ids, and a coverage tells at most {}; narrow filters",
            result.total_rows,
            Query::MAX_ROWS
        );
        Invalid::limit("filters", detail)
    })
}
