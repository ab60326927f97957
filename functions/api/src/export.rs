//! Exports: what the seven of them share. The last word of the path says in which format.
//!
//! Each takes the parameters of its question and no others; `bom` matters to CSV alone.

use axum::response::Response;
use http::Uri;
use sitrep_app::data::AnalyticsDefaults;
use sitrep_app::error::AppError;
use sitrep_app::exports::{Export, export_csv, export_pdf};
use sitrep_app::services::Services;
use sitrep_domain::scope::TenantScope;

use crate::analytics::{COMMON, TOP_VIOLATORS, TRENDS};
use crate::answer;
use crate::operation::{Answer, Kind, Parameter};
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;
use crate::samples;

const BOM: Parameter = Parameter::query(
    "bom",
    Kind::Boolean,
    "Whether a CSV begins with a byte order mark, by which some spreadsheets know UTF-8.",
);

const fn with_bom<const QUESTION: usize, const ALL: usize>(question: &[Parameter]) -> [Parameter; ALL] {
    let mut all = [BOM; ALL];
    let mut i = 0;
    while i < QUESTION {
        all[i] = question[i];
        i += 1;
    }
    all
}

/// The parameters of an export that has none of its own.
pub(crate) const QUESTION: &[Parameter] = &with_bom::<15, 16>(&COMMON);
/// The parameters of trends as a file.
pub(crate) const TRENDS_FILE: &[Parameter] = &with_bom::<17, 18>(TRENDS);
/// The parameters of top violators as a file.
pub(crate) const VIOLATORS_FILE: &[Parameter] = &with_bom::<17, 18>(TOP_VIOLATORS);

/// What an export answers.
pub(crate) const ANSWERS: &[Answer] = &[
    Answer::bytes(
        "The file, to keep: text/csv or application/pdf. A text that a spreadsheet would run begins with an apostrophe.",
        "application/octet-stream",
    )
    .with_headers(&["Content-Disposition"]),
    Answer::accepted("The run that makes the PDF, which takes longer than 20 seconds.", samples::report_view),
    Answer::redirect("Where a file over 4 MB is, for a minute."),
];

/// Its errors.
pub(crate) const ERRORS: &[Code] = &[Code::DateRangeTooLarge, Code::LimitExceeded, Code::Conflict];

/// Answers an export, whose question `read` reads.
pub(crate) async fn answer(
    services: &Services,
    scope: &TenantScope,
    uri: &Uri,
    query: &QueryString,
    read: impl FnOnce(&QueryString, &AnalyticsDefaults) -> Result<Export, AppError>,
) -> Result<Response, Problem> {
    if uri.path().ends_with("/csv") {
        let input = |defaults: &AnalyticsDefaults| Ok((read(query, defaults)?, query.flag("bom")?));
        return Ok(answer::attachment(export_csv(services, scope, input).await?));
    }
    Ok(answer::made_now(export_pdf(services, scope, |defaults| read(query, defaults)).await?))
}
