//! Summary: the main figures of the window, and the same for the period of the same length before.
//!
//! Figures are those of the metric dictionary: open goes by `resolved_at` at the end of each window, rates divide by
//! the incidents that have what they speak of, durations leave out what is missing or negative and say how many.

use jiff::Timestamp;
use serde::Serialize;

use super::{Analysis, AnalyticsInput, RowFigures, metric_as};
use crate::filter::{Compare, Filter};
use crate::invalid::Invalid;
use crate::measure::{Measure, MeasureOp, Value};
use crate::metric::Metric;
use crate::metrics::find_metric;
use crate::query::Query;
use crate::result::QueryResult;
use crate::window::Window;

/// Metrics of the dictionary that the summary shows, each under its own id.
const METRICS: [&str; 11] = [
    "total",
    "critical",
    "high",
    "open",
    "block_rate",
    "mtta_mean",
    "mtta_median",
    "mttr_mean",
    "mttr_median",
    "auto_resolution_rate",
    "sla_compliance",
];
const RISK_SCORE: &str = "risk_score";
const BLOCKED: &str = "blocked";
const USERS: &str = "unique_users";
const AGENTS: &str = "unique_agents";

/// The question: the main figures of the window and of the period before.
#[derive(Clone, Debug)]
pub struct Summary {
    /// Window, zone and filter.
    pub input: AnalyticsInput,
}

/// The main figures of the window and of the period before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SummaryAnswer {
    /// The window.
    #[serde(flatten)]
    pub current: PeriodSummary,
    /// The period of the same length that ends where the window begins.
    pub previous: PeriodSummary,
}

/// The main figures of one period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PeriodSummary {
    /// Its first instant.
    pub start_date: Timestamp,
    /// The instant after its last.
    pub end_date: Timestamp,
    /// Its figures.
    #[serde(flatten)]
    pub figures: SummaryFigures,
}

/// The main figures. Rates are percentages, 0–100 with two decimals; none when there is nothing to divide by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SummaryFigures {
    /// Incidents created in the period.
    pub total_incidents: u64,
    /// Those that are critical.
    pub critical_incidents: u64,
    /// Those of high severity.
    pub high_incidents: u64,
    /// Those that were open at its end.
    pub open_incidents: u64,
    /// Those that were blocked.
    pub blocked: u64,
    /// Percentage blocked of those that have an action.
    pub block_rate: Option<f64>,
    /// From creation to acknowledgement.
    pub mtta_minutes: DurationFigures,
    /// From creation to resolution.
    pub mttr_minutes: DurationFigures,
    /// Percentage resolved without a person, as the dictionary has it.
    pub auto_resolution_rate: Option<f64>,
    /// Percentage that met the service level of those that have one.
    pub sla_compliance: Option<f64>,
    /// Different users concerned.
    pub unique_users: u64,
    /// Different agents concerned.
    pub unique_agents: u64,
    /// The dictionary's risk score.
    pub risk_score: Option<f64>,
}

/// A duration over the incidents of a period, in minutes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DurationFigures {
    /// Mean; none when no incident has the duration.
    pub mean: Option<f64>,
    /// Median, interpolated between ranks; none when no incident has the duration.
    pub median: Option<f64>,
    /// Incidents that went in.
    pub population: u64,
    /// Incidents left out: an end that is missing, or lies before the beginning.
    pub excluded: u64,
}

impl Analysis for Summary {
    type Answer = SummaryAnswer;

    fn queries(&self) -> Vec<Query> {
        [self.input.window(), self.input.previous()].map(|window| self.query_of(window)).into()
    }

    fn answer(&self, results: &[QueryResult]) -> Result<SummaryAnswer, Invalid> {
        Ok(SummaryAnswer {
            current: summarize(self.input.window(), &results[0]),
            previous: summarize(self.input.previous(), &results[1]),
        })
    }
}

impl Summary {
    fn query_of(&self, window: Window) -> Query {
        let mut query = self.input.query_of(window);
        query.measures.extend(METRICS.map(|id| metric_as(id, id)));
        query.measures.extend(find_metric(RISK_SCORE).map(Metric::named_measure));
        let blocked = Measure::count().filtered(Filter::compare("action", Compare::Eq, "blocked"));
        let distinct = |column| Measure::new(MeasureOp::CountDistinct(Value::column(column)));
        query.measure(BLOCKED, blocked).measure(USERS, distinct("user")).measure(AGENTS, distinct("agent_id"))
    }
}

fn summarize(window: Window, result: &QueryResult) -> PeriodSummary {
    let figures = RowFigures::of(result, &result.rows[0]);
    let metric = |id| figures.metric(id, id);
    let figures = SummaryFigures {
        total_incidents: figures.count("total"),
        critical_incidents: figures.count("critical"),
        high_incidents: figures.count("high"),
        open_incidents: figures.count("open"),
        blocked: figures.count(BLOCKED),
        block_rate: metric("block_rate"),
        mtta_minutes: durations(figures, "mtta_mean", "mtta_median"),
        mttr_minutes: durations(figures, "mttr_mean", "mttr_median"),
        auto_resolution_rate: metric("auto_resolution_rate"),
        sla_compliance: metric("sla_compliance"),
        unique_users: figures.count(USERS),
        unique_agents: figures.count(AGENTS),
        risk_score: find_metric(RISK_SCORE).and_then(|_| metric(RISK_SCORE)),
    };
    PeriodSummary { start_date: window.start(), end_date: window.end(), figures }
}

fn durations(figures: RowFigures<'_>, mean: &str, median: &str) -> DurationFigures {
    let measured = figures.get(mean);
    DurationFigures {
        mean: figures.metric(mean, mean),
        median: figures.metric(median, median),
        population: measured.population,
        excluded: measured.excluded,
    }
}
