//! Asking for an upload: a row that waits for a file, and a link that takes it.

use serde::Deserialize;
use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::objects::UploadLink;
use sitrep_domain::access::Permission;
use sitrep_domain::datasets::find_dataset;
use sitrep_domain::ids::UploadId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::upload::{BodyFormat, Upload, UploadSpec};

use crate::error::AppError;
use crate::mappings::use_mapping;
use crate::services::{Services, require};

/// What a caller says of a file before it is sent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UploadBody {
    /// Name of the mapping; `native` when missing.
    #[serde(default)]
    pub mapping: Option<String>,
    /// How the file is written.
    pub format: BodyFormat,
    /// Whether it is gzip-encoded.
    #[serde(default)]
    pub gzip: bool,
    /// Must not be true.
    #[serde(default)]
    pub atomic: bool,
}

/// Makes an upload that waits for its file, and the link that takes it.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`] for an unknown dataset; [`AppError::Invalid`] for an unknown mapping, or
/// when the upload is to be atomic; [`AppError::Unavailable`].
pub async fn create_upload(
    services: &Services,
    scope: &TenantScope,
    dataset: &str,
    input: impl FnOnce() -> Result<UploadBody, AppError>,
) -> Result<(Stored<Upload>, UploadLink), AppError> {
    require(scope, Permission::Ingest)?;
    let dataset = find_dataset(dataset).ok_or(AppError::NotFound { what: "dataset" })?.id;
    let body = input()?;
    if body.atomic {
        let detail = "an upload is taken in chunk by chunk, so it cannot be atomic; leave the field out, or send a \
                      body of at most 4 MB to the records of the dataset";
        return Err(Invalid::field("atomic", "not_possible", detail).into());
    }
    let mapping = body.mapping.unwrap_or_else(|| "native".to_owned());
    use_mapping(services, scope, dataset, &mapping).await?;
    let id = UploadId::new(services.ids.uuid());
    let spec = UploadSpec { mapping, format: body.format, gzip: body.gzip };
    let upload = Upload::waiting(id, dataset, spec, scope.actor_name().to_owned(), services.now());
    let lives = Upload::LINK.unsigned_abs();
    let key = keys::upload_object(scope.tenant(), id);
    let link = services.objects.presign_upload(scope, &key, lives).await?;
    let audit =
        services.audit(scope, "upload.requested", format!("upload/{id}")).with("dataset", dataset.as_str());
    services.store.change(scope, audit).create(&upload).commit().await?;
    Ok((services.get::<Upload>(scope, &id).await?, link))
}
