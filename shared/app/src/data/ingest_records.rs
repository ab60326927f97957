//! Ingest of one body: its rows become segments, and in one transaction the dataset's next generation.

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;
use sitrep_aws::entities::IngestReceipt;
use sitrep_aws::entity::Stored;
use sitrep_domain::access::Permission;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::datasets::find_dataset;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::mapping::Mapping;
use sitrep_domain::run::add;
use sitrep_domain::scope::TenantScope;
pub use sitrep_domain::upload::RowError;
use sitrep_query::{BodyFormat, Ingested};
use uuid::Uuid;

use super::commit_records::commit_records;
use crate::error::AppError;
use crate::mappings::use_mapping;
use crate::services::{Services, require};

/// A body of records.
#[derive(Clone, Debug)]
pub struct IngestRequest {
    /// Name of the mapping.
    pub mapping: String,
    /// Whether one rejected row rejects all.
    pub atomic: bool,
    /// How the body is written.
    pub format: BodyFormat,
    /// Whether it is gzip-encoded.
    pub gzip: bool,
    /// The body.
    pub body: Bytes,
}

/// What became of a body.
#[derive(Clone, Debug, Serialize)]
pub struct IngestReport {
    /// Rows that were taken.
    pub accepted: u64,
    /// Rows that were not.
    pub rejected: u64,
    /// The first hundred errors, by line.
    pub errors: Vec<RowError>,
    /// The dataset's generation that has the records; none when nothing was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub generation: Option<u64>,
}

/// Takes in a body of records.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for an unknown dataset; [`AppError::Invalid`] for an unknown mapping,
/// or a body that cannot be read or has no row; [`AppError::Records`] when no row, or with `atomic` not every row, is
/// accepted; [`AppError::TooLarge`]; [`AppError::Unavailable`]. In all of these nothing is stored.
pub async fn ingest_records(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<IngestRequest, AppError>,
    dataset: &str,
) -> Result<IngestReport, AppError> {
    require(scope, Permission::Ingest)?;
    let dataset = find_dataset(dataset).ok_or(AppError::NotFound { what: "dataset" })?;
    let request = input()?;
    let receipt = services.ids.is_repeatable().then(|| services.ids.uuid());
    if let Some(report) = find_report(services, scope, dataset.id, receipt).await? {
        return Ok(report);
    }
    let mapping = use_mapping(services, scope, dataset.id, &request.mapping).await?;
    let atomic = request.atomic;
    let ingested = read_body(scope, request, mapping).await?;
    if ingested.accepted == 0 && ingested.rejected == 0 {
        return Err(Invalid::field("body", "empty", "the body has no row; send at least one record").into());
    }
    let mut report = report_of(&ingested);
    if ingested.accepted == 0 || (atomic && ingested.rejected > 0) {
        report.accepted = 0;
        return Err(AppError::Records(Box::new(report)));
    }
    let receipt = receipt.map(|id| receipt_of(id, dataset.id, &report, services.now()));
    report.generation = Some(commit_records(services, scope, &ingested, receipt.as_ref()).await?);
    Ok(report)
}

/// What an earlier attempt of the same request has reported: its ids are drawn again, by nobody else.
async fn find_report(
    services: &Services,
    scope: &TenantScope,
    dataset: DatasetId,
    receipt: Option<Uuid>,
) -> Result<Option<IngestReport>, AppError> {
    let Some(id) = receipt else { return Ok(None) };
    let found = services.store.find::<IngestReceipt>(scope, &(dataset, id)).await?;
    Ok(found.map(|Stored { value, .. }| IngestReport {
        accepted: value.accepted,
        rejected: value.rejected,
        errors: value.errors,
        generation: Some(value.generation),
    }))
}

/// The receipt of a report whose records are not committed yet.
fn receipt_of(id: Uuid, dataset: DatasetId, report: &IngestReport, now: Timestamp) -> IngestReceipt {
    IngestReceipt {
        dataset,
        id,
        accepted: report.accepted,
        rejected: report.rejected,
        errors: report.errors.clone(),
        generation: 0,
        expires_at: add(now, IngestReceipt::KEEP),
    }
}

async fn read_body(
    scope: &TenantScope,
    request: IngestRequest,
    mapping: Mapping,
) -> Result<Ingested, AppError> {
    let tenant = scope.tenant().clone();
    let work = move || sitrep_query::ingest(&request.body, request.format, request.gzip, &mapping, &tenant);
    Ok(tokio::task::spawn_blocking(work).await.map_err(AppError::internal)??)
}

fn report_of(ingested: &Ingested) -> IngestReport {
    IngestReport {
        accepted: ingested.accepted,
        rejected: ingested.rejected,
        errors: ingested.errors.iter().map(RowError::from).collect(),
        generation: None,
    }
}
