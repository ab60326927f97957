//! Signing in with an address and a password.

use sitrep_domain::email::Email;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::tenant::Tenant;
use sitrep_domain::user::{MAX_PASSWORD, User};

use super::create_tenant::login_hash;
use super::passwords::verify_password;
use crate::error::AppError;
use crate::services::Services;

/// Who has signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The user.
    pub user: User,
    /// The user's tenant.
    pub tenant: Tenant,
}

/// Checks an address and a password. An unknown address gets the same answer, after a password
/// was hashed all the same; only its rows and its audit entry are missing.
///
/// # Errors
///
/// [`AppError::InvalidCredentials`] or [`AppError::Unavailable`].
pub async fn sign_in(
    services: &Services,
    username: &str,
    password: &str,
    request_id: &str,
) -> Result<SignedIn, AppError> {
    let found = find_user(services, username, request_id).await?;
    let hash = found.as_ref().map(|(_, signed_in)| signed_in.user.password_hash.clone());
    let fits = password.len() <= MAX_PASSWORD && verify_password(hash, password).await?;
    let Some((scope, signed_in)) = found else { return Err(AppError::InvalidCredentials) };
    let entry = services.audit(&scope, "user.signed_in", format!("user/{}", signed_in.user.id));
    if !fits {
        services.record(&scope, entry.outcome("wrong_password")).await?;
        return Err(AppError::InvalidCredentials);
    }
    services.record(&scope, entry).await?;
    Ok(signed_in)
}

async fn find_user(
    services: &Services,
    username: &str,
    request_id: &str,
) -> Result<Option<(TenantScope, SignedIn)>, AppError> {
    let Ok(email) = Email::new(username) else { return Ok(None) };
    let Some(pointer) = services.store.find_login(&login_hash(services, &email)).await? else {
        return Ok(None);
    };
    let Some((scope, tenant)) = services.open_job(&pointer.tenant, "sign-in", request_id).await? else {
        return Ok(None);
    };
    let user = services.store.find::<User>(&scope, &pointer.id).await?;
    Ok(user.map(|user| (scope, SignedIn { user: user.value, tenant })))
}
