//! The reports of the tenant, newest first.

use std::sync::Arc;

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::on;
use sitrep_app::error::AppError;
use sitrep_app::reports::{self, ReportFilter};
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::run::RunStatus;
use sitrep_domain::templates::find_template;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, CURSOR, Kind, LIMIT, Operation, Parameter};
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;
use crate::views::ReportView;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "Lists reports, newest first.",
    access: Access::Role(Permission::ReadReports),
    parameters: PARAMETERS,
    answers: &[Answer::page("A page of reports.", samples::report_view)],
    ..Operation::get("list_reports", &["/api/v1/reports", "/api/v1/reports/generated"], |method| {
        on(method, list_reports)
    })
};

/// What lists of reports can be narrowed by.
pub(super) const PARAMETERS: &[Parameter] = &[
    Parameter::query("type", Kind::Text, "Only of this template."),
    Parameter::query("status", Kind::OneOf(STATUS_WORDS), "Only in this state."),
    Parameter::query("schedule_id", Kind::Uuid, "Only of this schedule."),
    Parameter::query("from", Kind::Time, "Only made at or after this instant."),
    Parameter::query("to", Kind::Time, "Only made before this instant."),
    LIMIT,
    CURSOR,
];

const STATUS_WORDS: &[&str] =
    &["queued", "running", "completed", "failed", "cancelled", "expired", "pending", "generating"];
/// Other words for states.
const ALIASES: [(&str, RunStatus); 2] = [("pending", RunStatus::Queued), ("generating", RunStatus::Running)];

async fn list_reports(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    OriginalUri(uri): OriginalUri,
    query: QueryString,
) -> Result<Response, Problem> {
    let (filter, page) = (read_filter(&query)?, query.page()?);
    let reports =
        reports::list_reports(&services, &scope, &filter, page.limit, page.cursor.as_deref()).await?;
    Ok(answer::page(&uri, &reports, |run| ReportView::from(&run.value)))
}

/// What a list is narrowed by.
pub(super) fn read_filter(query: &QueryString) -> Result<ReportFilter, AppError> {
    let states: Vec<(&str, RunStatus)> =
        RunStatus::ALL.map(|s| (s.as_str(), s)).into_iter().chain(ALIASES).collect();
    Ok(ReportFilter {
        report_type: query.text("type").map(|id| find_template(id).map_or(id, |t| t.id).to_owned()),
        status: query.one_of("status", &states)?,
        schedule_id: query.parse("schedule_id", "the id of a schedule, a UUID")?,
        from: query.instant("from")?,
        to: query.instant("to")?,
        mine: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_its_word_and_two_have_another() {
        let read = |status: &str| {
            let query = QueryString::read(Some(&format!("status={status}")), &OPERATION).unwrap();
            read_filter(&query).map(|filter| filter.status)
        };
        for word in STATUS_WORDS {
            assert!(read(word).unwrap().is_some(), "{word}");
        }
        assert_eq!(read("pending").unwrap(), Some(RunStatus::Queued));
        assert_eq!(read("generating").unwrap(), Some(RunStatus::Running));
        assert!(read("done").is_err());
    }
}
