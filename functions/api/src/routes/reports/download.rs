//! A file of a report, to keep.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::on;
use sitrep_app::reports;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;
use sitrep_domain::document::Format;
use sitrep_domain::ids::ReportId;

use crate::answer;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Kind, Operation, Parameter};
use crate::path::PathId;
use crate::problem::{Code, Problem};
use crate::query_string::QueryString;

pub(crate) static OPERATION: Operation = Operation {
    tag: "reports",
    summary: "A file of a report: in the answer up to 4 MB, otherwise by a link that lives a minute.",
    access: Access::Role(Permission::Download),
    parameters: &[
        Parameter::query(
            "format",
            Kind::OneOf(&["pdf", "pdfa", "html", "csv", "json", "txt"]),
            "pdf when missing.",
        ),
        Parameter::query("redirect", Kind::Boolean, "Whether to answer with a link whatever the size."),
    ],
    answers: &[
        Answer::bytes("The file.", "application/octet-stream").with_headers(&["Content-Disposition"]),
        Answer::redirect("Where the file is, for a minute."),
    ],
    errors: &[Code::Conflict, Code::Gone],
    ..Operation::get(
        "download_report",
        &[
            "/api/v1/reports/{id}/download",
            "/api/v1/reports/generated/{id}/download",
            "/api/v1/reports/{id}/pdf",
        ],
        |method| on(method, download_report),
    )
};

async fn download_report(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathId(id): PathId<ReportId>,
    query: QueryString,
) -> Result<Response, Problem> {
    let format = || Ok(query.format()?.unwrap_or(Format::Pdf));
    let download = reports::download_report(&services, &scope, id, format, query.flag("redirect")?).await?;
    Ok(answer::attachment(download))
}
