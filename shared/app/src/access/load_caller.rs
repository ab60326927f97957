//! From a verified token to a scope. Role, plan and version are read anew for every request.

use sitrep_domain::ids::{TenantId, UserId};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::user::User;

use crate::error::AppError;
use crate::services::Services;

/// What a token says, once its signature and its expiry were checked.
#[derive(Clone, Debug)]
pub struct Claims {
    /// The tenant.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// The user's version when the token was made.
    pub ver: u32,
}

/// The scope of a caller whose token was verified.
///
/// # Errors
///
/// [`AppError::Unauthorized`] when the user is gone, or changed in a way that ends sessions; [`AppError::Unavailable`].
pub async fn load_caller(
    services: &Services,
    claims: Claims,
    request_id: &str,
) -> Result<TenantScope, AppError> {
    let opened = services.open_job(&claims.tenant, "sign-in", request_id).await?;
    let (door, tenant) = opened.ok_or(AppError::Unauthorized)?;
    let user = services.store.find::<User>(&door, &claims.user).await?.ok_or(AppError::Unauthorized)?.value;
    if user.ver != claims.ver {
        return Err(AppError::Unauthorized);
    }
    Ok(TenantScope::from_verified_user(
        tenant.id,
        user.id,
        user.email.as_str(),
        user.role,
        tenant.plan,
        request_id,
    ))
}
