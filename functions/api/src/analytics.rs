//! Parameters of questions about incidents: those that all of them share, and how a question is read from a query string.
//!
//! Exports take the same parameters, so they are read here for both. What the values mean belongs to the domain.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue};
use serde::Serialize;
use sitrep_app::data::AnalyticsDefaults;
use sitrep_domain::analytics::{
    AnalyticsInput, AnalyticsParameters, FILTERS, Interval, SeriesKey, TopViolators, Trends, ViolatorKind,
};
use sitrep_domain::datasets::incidents::ACTIONS;
use sitrep_domain::invalid::Invalid;

use crate::operation::{Kind, Parameter};
use crate::query_string::QueryString;

/// How many incidents of the window a list leaves out, or gives a row of their own, because they have no key.
pub(crate) const UNASSIGNED: &str = "X-Unassigned";

const SEVERITIES: &[&str] = &["critical", "high", "medium", "low", "informational", "unrated"];

const fn filter(name: &'static str, kind: Kind, description: &'static str) -> Parameter {
    Parameter::query(name, kind, description).repeated()
}

/// The parameters of every question.
pub(crate) const COMMON: [Parameter; 15] = [
    Parameter::query(
        "start_date",
        Kind::Text,
        "First day in the zone, or an instant; the 30th day up to the end when missing.",
    ),
    Parameter::query(
        "end_date",
        Kind::Text,
        "Last day, included whole, or the instant after the last; today when missing. At most 90 days.",
    ),
    Parameter::query("timezone", Kind::Text, "IANA zone of days and buckets; the tenant's when missing."),
    filter("severity", Kind::OneOf(SEVERITIES), "Only these severities; unrated is a missing one."),
    filter("type", Kind::Text, "Only these kinds of incident."),
    filter("policy_id", Kind::Text, "Only these policies."),
    filter("status", Kind::Text, "Only these states in the source."),
    filter("user", Kind::Text, "Only these users."),
    filter("agent_id", Kind::Text, "Only these agents."),
    filter("assignee", Kind::Text, "Only what is assigned to these."),
    filter("team", Kind::Text, "Only these teams."),
    filter("data_type", Kind::Text, "Only these data types."),
    filter("action", Kind::OneOf(ACTIONS), "Only what was dealt with in these ways."),
    filter("tags", Kind::Text, "Only what has one of these tags."),
    filter("workspace_id", Kind::Text, "Only these workspaces of the source."),
];

/// An operation's own parameters, and then [`COMMON`]; `ALL` is how many there are together.
pub(crate) const fn with_common<const OWN: usize, const ALL: usize>(
    own: [Parameter; OWN],
) -> [Parameter; ALL] {
    let mut all = [COMMON[0]; ALL];
    let mut i = 0;
    while i < ALL {
        all[i] = if i < OWN { own[i] } else { COMMON[i - OWN] };
        i += 1;
    }
    all
}

/// The parameters of trends.
pub(crate) const TRENDS: &[Parameter] = &with_common::<2, 17>([
    Parameter::query(
        "interval",
        Kind::OneOf(&["hour", "day", "week", "month"]),
        "Length of the buckets; day when missing. Weeks start on Monday.",
    ),
    Parameter::query(
        "group_by",
        Kind::OneOf(&["severity", "type", "policy_id"]),
        "One series per value; one series, total, when missing.",
    ),
]);

/// The parameters of top violators.
pub(crate) const TOP_VIOLATORS: &[Parameter] = &with_common::<2, 17>([
    Parameter::query(
        "by",
        Kind::OneOf(&["user", "agent", "ip_address"]),
        "Whom to count by; user when missing.",
    ),
    Parameter::query("limit", Kind::Integer(1, 100), "Most rows; 10 when missing."),
]);

/// Reads what a question is about.
///
/// # Errors
///
/// [`Invalid`] naming the parameter.
pub(crate) fn read_input(
    query: &QueryString,
    defaults: &AnalyticsDefaults,
) -> Result<AnalyticsInput, Invalid> {
    let text = |name| query.text(name).map(str::to_owned);
    let parameters = AnalyticsParameters {
        start_date: text("start_date"),
        end_date: text("end_date"),
        timezone: text("timezone"),
        filters: FILTERS.map(|name| (name, query.texts(name))).into(),
    };
    AnalyticsInput::parse(&parameters, &defaults.timezone, defaults.now)
}

/// Reads a question for trends.
///
/// # Errors
///
/// [`Invalid`] naming the parameter.
pub(crate) fn read_trends(query: &QueryString, defaults: &AnalyticsDefaults) -> Result<Trends, Invalid> {
    Ok(Trends {
        input: read_input(query, defaults)?,
        interval: query
            .one_of("interval", &Interval::ALL.map(|interval| (interval.as_str(), interval)))?
            .unwrap_or_default(),
        group_by: query.one_of("group_by", &SeriesKey::ALL.map(|key| (key.as_str(), key)))?,
    })
}

/// Reads a question for top violators.
///
/// # Errors
///
/// [`Invalid`] naming the parameter.
pub(crate) fn read_top_violators(
    query: &QueryString,
    defaults: &AnalyticsDefaults,
) -> Result<TopViolators, Invalid> {
    let limit = query.number("limit", 1, TopViolators::MAX_LIMIT)?;
    Ok(TopViolators {
        input: read_input(query, defaults)?,
        by: query.one_of("by", &ViolatorKind::ALL.map(|kind| (kind.as_str(), kind)))?.unwrap_or_default(),
        limit: usize::from(limit.unwrap_or(TopViolators::DEFAULT_LIMIT)),
    })
}

/// A bare list, with the number of incidents that have no key beside it.
pub(crate) fn list(rows: &[impl Serialize], unassigned: u64) -> Response {
    let mut response = Json(rows).into_response();
    let name = HeaderName::from_bytes(UNASSIGNED.as_bytes()).expect("the name is one of a header");
    response.headers_mut().insert(name, HeaderValue::from(unassigned));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::dataset::DatasetId;
    use sitrep_domain::datasets::get_dataset;

    #[test]
    fn the_severities_are_those_of_the_dataset_and_what_a_missing_one_is_called() {
        let dataset = get_dataset(DatasetId::Incidents);
        let (_, severity) = dataset.find_column("severity").unwrap();
        let all: Vec<&str> = severity.values.iter().copied().chain(severity.null_label).collect();
        assert_eq!(SEVERITIES, all);
    }

    #[test]
    fn every_filter_of_the_domain_is_a_parameter_that_repeats_and_no_other_is() {
        let repeating: Vec<&str> = COMMON.iter().filter(|p| p.repeats).map(|p| p.name).collect();
        assert_eq!(repeating, FILTERS);
        for (parameters, own) in [(TRENDS, ["interval", "group_by"]), (TOP_VIOLATORS, ["by", "limit"])] {
            let names: Vec<&str> = parameters.iter().map(|p| p.name).collect();
            assert_eq!(names[..2], own);
            assert_eq!(names[2..], COMMON.map(|p| p.name));
        }
    }
}
