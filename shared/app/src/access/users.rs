//! Users of a tenant: made, changed and removed by administrators.
//!
//! Nobody grants a role above their own, and the last owner stays.

use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::store::{ListOf, Page};
use sitrep_domain::access::{Permission, Role};
use sitrep_domain::ids::UserId;
use sitrep_domain::invalid::Invalid;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::tenant::Tenant;
use sitrep_domain::user::{User, check_password};

use super::create_tenant::{NewUser, login_hash, make_user, taken};
use super::passwords::hash_password;
use crate::error::AppError;
use crate::services::{Services, require};

/// A change of a user; what is missing stays.
#[derive(Clone, Default)]
pub struct UserChange {
    /// The new role.
    pub role: Option<Role>,
    /// The new password; ends the user's sessions.
    pub password: Option<String>,
}

/// The caller's own user and tenant.
///
/// # Errors
///
/// [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn get_me(services: &Services, scope: &TenantScope) -> Result<(User, Tenant), AppError> {
    let id = scope.user_id().ok_or(AppError::Unauthorized)?;
    let user = services.get::<User>(scope, &id).await?.value;
    Ok((user, services.tenant(scope).await?))
}

/// One page of the tenant's users.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::Invalid`] for a bad cursor, [`AppError::Unavailable`].
pub async fn list_users(
    services: &Services,
    scope: &TenantScope,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Stored<User>>, AppError> {
    require(scope, Permission::ManageUsers)?;
    let list = ListOf::prefix(keys::users(scope.tenant()));
    Ok(services.store.list(scope, &list, limit, cursor, |_: &User| true).await?)
}

/// Makes a user.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::Invalid`] naming the field, [`AppError::Conflict`] when the address is taken.
pub async fn create_user(
    services: &Services,
    scope: &TenantScope,
    input: impl FnOnce() -> Result<NewUser, AppError>,
) -> Result<User, AppError> {
    require(scope, Permission::ManageUsers)?;
    let new = input()?;
    check_grant(scope, new.role)?;
    let user = make_user(services, scope.tenant(), &new).await?;
    let audit =
        services.audit(scope, "user.created", format!("user/{}", user.id)).with("role", user.role.as_str());
    let login = login_hash(services, &user.email);
    let change = services.store.change(scope, audit).take_login(&login, scope.tenant(), user.id);
    services.commit_new(scope, change, user).await.map_err(taken)
}

/// Changes a user's role or password. A new password ends the user's sessions; a new role counts from their next request.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`], [`AppError::Conflict`] for the last owner.
pub async fn update_user(
    services: &Services,
    scope: &TenantScope,
    id: UserId,
    input: impl FnOnce() -> Result<UserChange, AppError>,
) -> Result<User, AppError> {
    require(scope, Permission::ManageUsers)?;
    let mut stored = services.get::<User>(scope, &id).await?;
    check_grant(scope, stored.value.role)?;
    let change = input()?;
    let mut guard = None;
    if let Some(role) = change.role {
        check_grant(scope, role)?;
        if stored.value.role == Role::Owner && role != Role::Owner {
            guard = Some(check_another_owner(services, scope, id).await?);
        }
        stored.value.role = role;
    }
    if let Some(password) = &change.password {
        check_password(password)?;
        stored.value.password_hash = hash_password(services.ids.as_ref(), password).await?;
    }
    if change.password.is_some() {
        stored.value.ver += 1;
    }
    let audit =
        services.audit(scope, "user.changed", format!("user/{id}")).with("role", stored.value.role.as_str());
    let write = services.store.change(scope, audit).replace(&stored);
    let write = if let Some(tenant) = &guard { write.replace(tenant) } else { write };
    write.commit().await?;
    Ok(stored.value)
}

/// Removes a user. What the user made stays, under the address it was made with; links the user shared stop working.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Conflict`] for the last owner or oneself.
pub async fn delete_user(services: &Services, scope: &TenantScope, id: UserId) -> Result<(), AppError> {
    require(scope, Permission::ManageUsers)?;
    let stored = services.get::<User>(scope, &id).await?;
    check_grant(scope, stored.value.role)?;
    if scope.user_id() == Some(id) {
        return Err(AppError::conflict(
            "own_user",
            "nobody removes their own user; ask another administrator",
        ));
    }
    let guard = match stored.value.role {
        Role::Owner => Some(check_another_owner(services, scope, id).await?),
        _ => None,
    };
    crate::shares::revoke_shares_of(services, scope, stored.value.email.as_str()).await?;
    let audit = services.audit(scope, "user.deleted", format!("user/{id}"));
    let login = login_hash(services, &stored.value.email);
    let write = services.store.change(scope, audit).remove(&stored).free_login(&login);
    let write = if let Some(tenant) = &guard { write.replace(tenant) } else { write };
    write.commit().await?;
    Ok(())
}

fn check_grant(scope: &TenantScope, role: Role) -> Result<(), AppError> {
    if role <= scope.role() {
        return Ok(());
    }
    let detail =
        format!("nobody grants or changes a role above their own; yours is {}", scope.role().as_str());
    Err(AppError::Forbidden { field: Some("role".to_owned()), detail })
}

/// Checks that another owner stays, and gives the tenant's row, which the change must write too: of two owners who
/// remove each other at once, one then finds it changed.
async fn check_another_owner(
    services: &Services,
    scope: &TenantScope,
    id: UserId,
) -> Result<Stored<Tenant>, AppError> {
    let tenant = services.get::<Tenant>(scope, &()).await?;
    let users: Vec<Stored<User>> =
        services.store.list_all(scope, &ListOf::prefix(keys::users(scope.tenant()))).await?;
    if users.iter().any(|user| user.value.role == Role::Owner && user.value.id != id) {
        return Ok(tenant);
    }
    Err(AppError::conflict("last_owner", "the last owner stays; make another user an owner first"))
}

impl UserChange {
    /// Checks that something is to be changed.
    ///
    /// # Errors
    ///
    /// [`Invalid`] when it is empty.
    pub fn check(self) -> Result<Self, Invalid> {
        if self.role.is_none() && self.password.is_none() {
            return Err(Invalid::field("role", "empty", "give a role, a password, or both"));
        }
        Ok(self)
    }
}
