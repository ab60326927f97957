//! Trying a mapping on the first rows of a source. Nothing is stored.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use sitrep_domain::scope::TenantScope;
use sitrep_query::{BodyFormat, Preview};

use super::find_mappings::get_mapping;
use crate::data::RowError;
use crate::error::AppError;
use crate::services::Services;

/// Most rows that are mapped at once.
pub const MAX_TESTED_ROWS: usize = 100;

/// Rows of a source, and how many of them to map.
#[derive(Clone, Debug)]
pub struct TestRequest {
    /// How the rows are written.
    pub format: BodyFormat,
    /// Whether they are gzip-encoded.
    pub gzip: bool,
    /// The rows.
    pub body: Bytes,
    /// Most rows to map, 1 to [`MAX_TESTED_ROWS`].
    pub limit: usize,
}

/// What a mapping makes of the first rows of a source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MappingTest {
    /// Rows that became records.
    pub accepted: u64,
    /// Rows that did not.
    pub rejected: u64,
    /// The records, each with the line it was made from.
    pub rows: Vec<MappedRow>,
    /// The first hundred errors, by line.
    pub errors: Vec<RowError>,
    /// Whether the source has more rows than were mapped.
    pub truncated: bool,
}

/// One row, mapped.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MappedRow {
    /// Line of the body, 1 and up; of a JSON array the number of the element.
    pub line: u64,
    /// The record by column name; what is missing is left out.
    pub record: Value,
}

/// Maps the first rows of a source and stores nothing.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for an unknown dataset or mapping; [`AppError::Invalid`] for a body
/// that cannot be read as a whole; [`AppError::TooLarge`]; [`AppError::Unavailable`].
pub async fn test_mapping(
    services: &Services,
    scope: &TenantScope,
    dataset: &str,
    name: &str,
    input: impl FnOnce() -> Result<TestRequest, AppError>,
) -> Result<MappingTest, AppError> {
    let mapping = get_mapping(services, scope, dataset, name).await?.view.mapping;
    let request = input()?;
    let TestRequest { format, gzip, body, limit } = request;
    let work = move || sitrep_query::preview(&body, format, gzip, &mapping, limit);
    let preview = tokio::task::spawn_blocking(work).await.map_err(AppError::internal)??;
    Ok(MappingTest::from(preview))
}

impl From<Preview> for MappingTest {
    fn from(preview: Preview) -> Self {
        let rows = preview.rows.into_iter().map(|(line, record)| MappedRow { line, record });
        Self {
            accepted: preview.accepted,
            rejected: preview.rejected,
            rows: rows.collect(),
            errors: preview.errors.iter().map(RowError::from).collect(),
            truncated: preview.truncated,
        }
    }
}
