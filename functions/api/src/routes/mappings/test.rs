//! Trying a mapping on the first rows of a source.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::routing::on;
use serde_json::json;
use sitrep_app::error::AppError;
use sitrep_app::mappings::{self, MAX_TESTED_ROWS, MappingTest, TestRequest};
use sitrep_app::services::Services;
use sitrep_domain::access::Permission;

use crate::body::Payload;
use crate::caller::Caller;
use crate::operation::{Access, Answer, Kind, Operation, Parameter, RequestBody};
use crate::path::PathTexts;
use crate::problem::Problem;
use crate::query_string::QueryString;
use crate::routes::datasets::ingest;
use crate::samples;

pub(crate) static OPERATION: Operation = Operation {
    tag: "mappings",
    summary: "Shows what a mapping makes of the first rows of a source. Nothing is stored.",
    access: Access::Role(Permission::Ingest),
    parameters: &[
        Parameter::query("limit", Kind::Integer(1, 100), "Most rows to map; 10 when missing."),
        Parameter::header("Content-Encoding", "gzip, or nothing."),
    ],
    body: Some(RequestBody {
        media_types: ingest::MEDIA_TYPES,
        ..RequestBody::json(
            &[],
            || json!([{"key": "INC-1", "opened": "05/10/2026 10:30", "prio": "P2", "state": "open"}]),
        )
    }),
    answers: &[Answer::ok("The records, and what went wrong by line and field.", samples::mapping_test)],
    ..Operation::post("test_mapping", &["/api/v1/datasets/{dataset}/mappings/{name}/test"], |method| {
        on(method, test_mapping)
    })
};

/// Rows that are mapped when nobody says how many.
const DEFAULT_ROWS: usize = 10;

async fn test_mapping(
    State(services): State<Arc<Services>>,
    Caller(scope): Caller,
    PathTexts(dataset, name): PathTexts,
    query: QueryString,
    payload: Payload,
) -> Result<Json<MappingTest>, Problem> {
    let input = || read_request(&query, &payload);
    Ok(Json(mappings::test_mapping(&services, &scope, &dataset, &name, input).await?))
}

fn read_request(query: &QueryString, payload: &Payload) -> Result<TestRequest, AppError> {
    let most = u16::try_from(MAX_TESTED_ROWS).map_err(AppError::internal)?;
    let limit = query.number("limit", 1, most)?.map_or(DEFAULT_ROWS, usize::from);
    let (format, gzip) = (ingest::read_format(payload)?, ingest::read_coding(payload)?);
    Ok(TestRequest { format, gzip, body: payload.bytes()?, limit })
}
