//! Ending links: one, those of a report, those of the tenant, or those that somebody made. The next click finds nothing.

use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::keys;
use sitrep_aws::store::{Index, ListOf};
use sitrep_domain::access::Permission;
use sitrep_domain::ids::{ReportId, ShareId};
use sitrep_domain::run::Run;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::share::Share;

use crate::error::AppError;
use crate::services::{Services, require};

/// Ends a link. Ending it again changes nothing.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn revoke_share(services: &Services, scope: &TenantScope, id: ShareId) -> Result<(), AppError> {
    require(scope, Permission::Share)?;
    let share = services.get::<Share>(scope, &id).await?;
    Ok(end(services, scope, share).await?)
}

/// Ends every link of a report, and says how many there were.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn revoke_report_shares(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
) -> Result<usize, AppError> {
    require(scope, Permission::Share)?;
    services.get::<Run>(scope, &id).await?;
    revoke_shares_of_run(services, scope, id).await
}

/// Ends every link of the tenant, and says how many there were.
///
/// # Errors
///
/// [`AppError::Forbidden`] or [`AppError::Unavailable`].
pub async fn revoke_all_shares(services: &Services, scope: &TenantScope) -> Result<usize, AppError> {
    require(scope, Permission::Share)?;
    let alive = ListOf::in_order(Index::Gsi3, keys::shares_alive(scope.tenant()));
    end_all(services, scope, &alive, |_| true).await
}

/// Ends every link of a report; the caller's right was checked.
pub(crate) async fn revoke_shares_of_run(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
) -> Result<usize, AppError> {
    let list = ListOf::in_order(Index::Gsi1, keys::shares_by_run(scope.tenant(), id));
    end_all(services, scope, &list, |_| true).await
}

/// Ends every link that somebody made; the caller's right was checked.
pub(crate) async fn revoke_shares_of(
    services: &Services,
    scope: &TenantScope,
    created_by: &str,
) -> Result<usize, AppError> {
    let alive = ListOf::in_order(Index::Gsi3, keys::shares_alive(scope.tenant()));
    end_all(services, scope, &alive, |share| share.created_by == created_by).await
}

async fn end_all(
    services: &Services,
    scope: &TenantScope,
    list: &ListOf,
    which: impl Fn(&Share) -> bool,
) -> Result<usize, AppError> {
    let rows: Vec<Stored<Share>> = services.store.list_all(scope, list).await?;
    let mut ended = 0;
    for row in rows.into_iter().filter(|row| row.value.revoked_at.is_none() && which(&row.value)) {
        end(services, scope, row).await?;
        ended += 1;
    }
    Ok(ended)
}

async fn end(services: &Services, scope: &TenantScope, share: Stored<Share>) -> Result<(), StoreError> {
    let mut share = share;
    while share.value.revoked_at.is_none() {
        share.value.revoked_at = Some(services.now());
        let audit = services.audit(scope, "share.revoked", format!("share/{}", share.value.id));
        match services.store.change(scope, audit).replace(&share).commit().await {
            Ok(()) => return Ok(()),
            // A view was counted in the same moment: look again.
            Err(StoreError::Conflict { .. }) => match services.store.find(scope, &share.value.id).await? {
                Some(newer) => share = newer,
                None => return Ok(()),
            },
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
