//! Looking at uploads.

use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::store::{Index, ListOf, Page};
use sitrep_domain::access::Permission;
use sitrep_domain::datasets::find_dataset;
use sitrep_domain::ids::UploadId;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::upload::Upload;

use crate::error::AppError;
use crate::services::{Services, require};

/// An upload of a dataset.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`], also for an upload of another dataset; [`AppError::Unavailable`].
pub async fn get_upload(
    services: &Services,
    scope: &TenantScope,
    dataset: &str,
    id: UploadId,
) -> Result<Stored<Upload>, AppError> {
    require(scope, Permission::Ingest)?;
    let dataset = find_dataset(dataset).ok_or(AppError::NotFound { what: "dataset" })?.id;
    let upload = services.get::<Upload>(scope, &id).await?;
    if upload.value.dataset == dataset { Ok(upload) } else { Err(AppError::NotFound { what: "upload" }) }
}

/// A page of a dataset's uploads, newest first.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for an unknown dataset; [`AppError::Invalid`] for a bad cursor;
/// [`AppError::Unavailable`].
pub async fn list_uploads(
    services: &Services,
    scope: &TenantScope,
    dataset: &str,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Stored<Upload>>, AppError> {
    require(scope, Permission::Ingest)?;
    let dataset = find_dataset(dataset).ok_or(AppError::NotFound { what: "dataset" })?.id;
    let list = ListOf::newest_first(Index::Gsi1, keys::uploads_by_dataset(scope.tenant(), dataset));
    Ok(services.store.list::<Upload>(scope, &list, limit, cursor, |_| true).await?)
}
