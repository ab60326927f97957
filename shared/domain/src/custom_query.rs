//! Custom queries: questions of a caller's own as parts of a report.
//!
//! Each is what `POST /query` takes, without dates and zone, which are the report's, and with a title. They stand in the
//! input contract of the run as they were written, so that a report can be repeated; they are checked before that.

use serde::{Deserialize, Serialize};

use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::filter::Filter;
use crate::invalid::Invalid;
use crate::measure::check_filter;
use crate::metric::MetricSettings;
use crate::query_body::{Asked, GroupBody, MetricBody, OrderBody, PlannedBody, read_dataset};
use crate::report_input::ReportInput;
use crate::text::check_name;
use crate::window::Window;

/// A question of a caller's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomQuery {
    /// Title of its table, 1 to 120 characters; made of the dataset's name when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Name of the dataset.
    pub dataset: String,
    /// Which records count, besides the report's own filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filters: Option<Filter>,
    /// Group keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<GroupBody>,
    /// What is computed; at least one.
    pub metrics: Vec<MetricBody>,
    /// Sort keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub order_by: Vec<OrderBody>,
    /// Most rows, 1 to [`Self::MAX_ROWS`]; [`Self::ROWS`] when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

impl CustomQuery {
    /// Most queries of one report.
    pub const MAX: usize = 10;
    /// Most rows of one query in a report.
    pub const MAX_ROWS: usize = 1_000;
    /// Rows of one query when it does not say.
    pub const ROWS: usize = 100;
    /// Longest title, in characters.
    const MAX_TITLE: usize = 120;

    /// The dataset that it asks.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `dataset` when there is none of that name.
    pub fn dataset(&self) -> Result<DatasetId, Invalid> {
        Ok(read_dataset(&self.dataset)?.id)
    }

    /// Checks the query, and that a report's filter fits its dataset.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the field; kind `LimitExceeded` past a limit.
    pub fn check(&self, report_filter: Option<&Filter>) -> Result<(), Invalid> {
        if let Some(title) = &self.title {
            check_name(title, Self::MAX_TITLE).map_err(|e| e.below("title"))?;
        }
        if self.limit.is_some_and(|limit| limit > Self::MAX_ROWS) {
            return Err(Invalid::limit("limit", format!("limit is at most {} in a report", Self::MAX_ROWS)));
        }
        let dataset = get_dataset(self.dataset()?);
        let any = Window::new(jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::constant(86_400, 0))?;
        self.plan_over(dataset.event_time.map(|_| any), "UTC", &MetricSettings::default())?.query.check()?;
        report_filter.map_or(Ok(()), |filter| {
            check_filter(filter, dataset).map_err(|_| {
                let detail = format!(
                    "the report's filters do not fit {}; put the conditions into the queries' own filters",
                    dataset.id
                );
                Invalid::field("dataset", "filters_do_not_fit", detail)
            })
        })
    }

    /// The query over a report's window, under its filter and its own.
    ///
    /// # Errors
    ///
    /// As [`Self::check`].
    pub fn plan(&self, input: &ReportInput) -> Result<PlannedBody, Invalid> {
        let dataset = self.dataset()?;
        let base = input.query(dataset);
        let mut planned = self.plan_over(base.window, input.timezone(), &input.metric_settings())?;
        planned.query.filter = match (base.filter, planned.query.filter.take()) {
            (Some(of_report), Some(own)) => Some(Filter::And(vec![of_report, own])),
            (one, other) => one.or(other),
        };
        Ok(planned)
    }

    fn plan_over(
        &self,
        window: Option<Window>,
        timezone: &str,
        settings: &MetricSettings,
    ) -> Result<PlannedBody, Invalid> {
        let asked = Asked {
            filters: self.filters.as_ref(),
            group_by: &self.group_by,
            metrics: &self.metrics,
            order_by: &self.order_by,
            limit: Some(self.limit.unwrap_or(Self::ROWS)),
        };
        asked.plan(self.dataset()?, window, timezone, settings)
    }
}

/// Checks the queries of a report: some if it is of them, none otherwise.
///
/// # Errors
///
/// [`Invalid`] naming the query and its field.
pub fn check_queries(
    queries: Option<&[CustomQuery]>,
    are_asked_for: bool,
    report_filter: Option<&Filter>,
) -> Result<Vec<CustomQuery>, Invalid> {
    let queries = queries.unwrap_or_default();
    match (are_asked_for, queries.len()) {
        (false, 0) => Ok(Vec::new()),
        (false, _) => Err(Invalid::field(
            "",
            "unexpected",
            "queries belong to the report type custom_query; leave them out",
        )),
        (true, 1..=CustomQuery::MAX) => {
            for (i, query) in queries.iter().enumerate() {
                query.check(report_filter).map_err(|e| e.below(&format!("[{i}]")))?;
            }
            Ok(queries.to_vec())
        }
        (true, _) => {
            let detail =
                format!("a custom_query report has 1 to {} queries, as POST /query takes", CustomQuery::MAX);
            Err(Invalid::field("", "bad_length", detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn query(patch: &serde_json::Value) -> CustomQuery {
        let mut body = json!({"dataset": "incidents", "metrics": [{"metric": "total"}]});
        body.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn a_query_is_checked_by_field_and_survives_its_json() {
        for (patch, expected) in [
            (json!({}), None),
            (json!({"title": "Mine", "group_by": ["team", {"time": "week"}], "order_by": ["-total"]}), None),
            (json!({"dataset": "policies", "metrics": [{"metric": "policy_count"}]}), None),
            (json!({"title": ""}), Some("title")),
            (json!({"dataset": "nope"}), Some("dataset")),
            (json!({"metrics": []}), Some("metrics")),
            (json!({"metrics": [{"metric": "trace_volume"}]}), Some("metrics[0].metric")),
            (json!({"group_by": ["nope"]}), Some("group_by[0]")),
            (json!({"order_by": ["nope"]}), Some("order_by[0]")),
            (json!({"limit": 1_001}), Some("limit")),
            (json!({"limit": 0}), Some("limit")),
            (json!({"filters": {"nope": ["x"]}}), Some("filters.field")),
        ] {
            let query = query(&patch);
            let found = query.check(None).map_err(|refused| refused.errors[0].field.clone());
            assert_eq!(found.as_ref().err().map(String::as_str), expected, "{patch}");
            let json = serde_json::to_value(&query).unwrap();
            assert_eq!(serde_json::from_value::<CustomQuery>(json).unwrap(), query, "{patch}");
        }
    }

    #[test]
    fn dates_are_the_reports_and_queries_belong_to_their_report_type() {
        let dated = json!({"dataset": "incidents", "metrics": [{"metric": "total"}], "start": "2026-01-01"});
        assert!(serde_json::from_value::<CustomQuery>(dated).is_err());
        let one = [query(&json!({}))];
        assert!(check_queries(Some(&one), false, None).is_err());
        assert!(check_queries(None, true, None).is_err());
        assert_eq!(check_queries(None, false, None).unwrap(), []);
        assert_eq!(check_queries(Some(&one), true, None).unwrap(), one);
        let team = Filter::parse(&json!({"team": ["blue"]})).unwrap();
        assert!(check_queries(Some(&one), true, Some(&team)).is_ok());
        let policies = [query(&json!({"dataset": "policies", "metrics": [{"metric": "policy_count"}]}))];
        let refused = check_queries(Some(&policies), true, Some(&team)).unwrap_err();
        assert_eq!(refused.errors[0].field, "[0].dataset");
    }
}
