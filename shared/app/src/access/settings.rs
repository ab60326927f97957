//! A tenant's settings: read and changed by administrators.

use bytes::Bytes;
use sitrep_aws::keys::logo_object;
use sitrep_aws::objects::Bucket;
use sitrep_domain::access::Permission;
use sitrep_domain::branding::Logo;
use sitrep_domain::document::Png;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::settings::SettingsDraft;
use sitrep_domain::tenant::Tenant;

use crate::error::AppError;
use crate::services::{Services, Stored, require};

/// The tenant with its settings.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::Unavailable`].
pub async fn get_settings(services: &Services, scope: &TenantScope) -> Result<Stored<Tenant>, AppError> {
    require(scope, Permission::ManageSettings)?;
    services.get::<Tenant>(scope, &()).await
}

/// Changes settings; `patch` makes the new ones of those there are. They count from the next request on: a run keeps
/// those it was asked for with.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::PreconditionFailed`] for another revision than `if_rev`, [`AppError::Invalid`]
/// naming the setting, [`AppError::Conflict`] when another change came first.
pub async fn update_settings(
    services: &Services,
    scope: &TenantScope,
    if_rev: Option<u64>,
    patch: impl FnOnce(SettingsDraft) -> Result<SettingsDraft, AppError>,
) -> Result<Stored<Tenant>, AppError> {
    let mut stored = get_settings(services, scope).await?;
    if if_rev.is_some_and(|rev| rev != stored.rev()) {
        return Err(AppError::PreconditionFailed);
    }
    let checked = patch(SettingsDraft::from(&stored.value))?.check(stored.value.clone())?;
    if let Some(file) = checked.new_logo {
        keep_logo(services, scope, file).await?;
    }
    stored.value = checked.tenant;
    let audit = services.audit(scope, "settings.changed", "settings");
    services.store.change(scope, audit).replace(&stored).commit().await?;
    get_settings(services, scope).await
}

/// Puts the file of a logo where runs find it by its hash.
async fn keep_logo(services: &Services, scope: &TenantScope, file: Png) -> Result<(), AppError> {
    let key = logo_object(scope.tenant(), &Logo::of(&file).sha256);
    let bytes = Bytes::from(Vec::from(file));
    services.objects.put_once(scope, Bucket::Artifacts, &key, "image/png", bytes).await?;
    Ok(())
}
