//! Taking in records.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use serde_json::json;
use sitrep_app::data::{self, BodyFormat, IngestReport, IngestRequest};
use sitrep_app::error::AppError;
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Kind, Operation, Parameter, RequestBody};
use crate::path::PathText;
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "datasets",
    summary: "Takes in records: upserts by id. Bad rows are told by line; atomic refuses all for one.",
    access: Access::Role(Permission::Ingest),
    parameters: &[
        Parameter::query("mapping", Kind::Text, "How names and values become ours; native when missing."),
        Parameter::query("atomic", Kind::Boolean, "Whether one rejected row rejects all."),
        Parameter::header("Content-Encoding", "gzip, or nothing."),
    ],
    body: Some(RequestBody {
        media_types: MEDIA_TYPES,
        ..RequestBody::json(
            &[],
            || json!([{"id": "INC-1", "created_at": "2026-10-05T08:30:00Z", "severity": "high"}]),
        )
    }),
    answers: &[Answer::ok("What became of the rows.", samples::ingest_report)],
    ..Operation::post("ingest_records", &["/api/v1/datasets/{dataset}/records"], |method| {
        on(method, ingest_records)
    })
};

pub(crate) const MEDIA_TYPES: &[&str] = &["application/json", "application/x-ndjson", "text/csv"];

async fn ingest_records(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathText(dataset): PathText,
    query: QueryString,
    payload: Payload,
) -> Result<Json<IngestReport>, Problem> {
    let input = || read_request(&query, &payload);
    Ok(Json(data::ingest_records(&services, &scope, input, &dataset).await?))
}

fn read_request(query: &QueryString, payload: &Payload) -> Result<IngestRequest, AppError> {
    Ok(IngestRequest {
        mapping: query.text("mapping").unwrap_or("native").to_owned(),
        atomic: query.flag("atomic")?,
        format: read_format(payload)?,
        gzip: read_coding(payload)?,
        body: payload.bytes()?,
    })
}

/// How the rows are written, by `Content-Type`.
pub(crate) fn read_format(payload: &Payload) -> Result<BodyFormat, AppError> {
    match payload.media_type().as_str() {
        "application/json" => Ok(BodyFormat::Json),
        "application/x-ndjson" => Ok(BodyFormat::Ndjson),
        "text/csv" => Ok(BodyFormat::Csv),
        _ => {
            let detail = format!("send one of {}", MEDIA_TYPES.join(", "));
            Err(AppError::Unsupported { header: "content-type", detail })
        }
    }
}

/// Whether the body is gzip-encoded.
pub(crate) fn read_coding(payload: &Payload) -> Result<bool, AppError> {
    match payload.content_coding().as_str() {
        "gzip" => Ok(true),
        "" | "identity" => Ok(false),
        _ => {
            let detail = "send the body as it is, or gzip-encoded".to_owned();
            Err(AppError::Unsupported { header: "content-encoding", detail })
        }
    }
}
