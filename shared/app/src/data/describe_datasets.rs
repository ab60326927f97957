//! Datasets as callers see them: the schema, and what is in it.

use jiff::Timestamp;
use serde::Serialize;
use sitrep_aws::entities::Generation;
use sitrep_domain::access::Permission;
use sitrep_domain::dataset::Dataset;
use sitrep_domain::datasets::{DATASETS, find_dataset};
use sitrep_domain::scope::TenantScope;

use crate::error::AppError;
use crate::services::{Services, require};

/// A dataset as callers see it.
#[derive(Clone, Debug, Serialize)]
pub struct DatasetView {
    /// The schema.
    pub schema: &'static Dataset,
    /// Rows stored, every version of an id counted.
    pub rows: u64,
    /// Files they are stored in.
    pub segments: u64,
    /// Event time of the first record.
    pub first_event_at: Option<Timestamp>,
    /// Event time of the last record.
    pub last_event_at: Option<Timestamp>,
    /// Grows with every change.
    pub generation: u64,
    /// When records came in last.
    pub last_ingest_at: Option<Timestamp>,
}

/// Every dataset.
///
/// # Errors
///
/// [`AppError::Forbidden`] or [`AppError::Unavailable`].
pub async fn list_datasets(services: &Services, scope: &TenantScope) -> Result<Vec<DatasetView>, AppError> {
    require(scope, Permission::ReadReports)?;
    let mut views = Vec::with_capacity(DATASETS.len());
    for dataset in DATASETS {
        views.push(describe(services, scope, dataset).await?);
    }
    Ok(views)
}

/// One dataset.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn get_dataset(
    services: &Services,
    scope: &TenantScope,
    name: &str,
) -> Result<DatasetView, AppError> {
    require(scope, Permission::ReadReports)?;
    let dataset = find_dataset(name).ok_or(AppError::NotFound { what: "dataset" })?;
    describe(services, scope, dataset).await
}

async fn describe(
    services: &Services,
    scope: &TenantScope,
    schema: &'static Dataset,
) -> Result<DatasetView, AppError> {
    let stored = services.store.find::<Generation>(scope, &schema.id).await?;
    let generation = stored.map_or(Generation::empty(schema.id), |stored| stored.value);
    Ok(DatasetView {
        schema,
        rows: generation.rows,
        segments: generation.segments,
        first_event_at: generation.event_range.map(|(first, _)| first),
        last_event_at: generation.event_range.map(|(_, last)| last),
        generation: generation.generation,
        last_ingest_at: generation.last_ingest_at,
    })
}
