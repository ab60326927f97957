//! Making a tenant with its first users. An operator's task: the API has no way to it.

use sitrep_domain::access::{Plan, Role};
use sitrep_domain::email::Email;
use sitrep_domain::ids::{TenantId, UserId};
use sitrep_domain::invalid::Invalid;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::tenant::Tenant;
use sitrep_domain::user::{User, check_password};

use super::passwords::hash_password;
use crate::error::AppError;
use crate::services::Services;

/// A tenant to make.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// Its slug.
    pub id: TenantId,
    /// Its name as people know it.
    pub name: String,
    /// What it paid for.
    pub plan: Plan,
    /// IANA zone of its reports; UTC when missing.
    pub timezone: Option<String>,
    /// Its first users: 1 to 20, at least one owner.
    pub users: Vec<NewUser>,
}

/// A user to make.
#[derive(Clone)]
pub struct NewUser {
    /// Address, and name to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
    /// What the user may do.
    pub role: Role,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser").field("role", &self.role).finish_non_exhaustive()
    }
}

/// Makes a tenant with its users, all or nothing.
///
/// # Errors
///
/// [`AppError::Invalid`] naming the field; [`AppError::Conflict`] when the slug or an address is taken.
pub async fn create_tenant(services: &Services, new: NewTenant) -> Result<Tenant, AppError> {
    check_users(&new.users)?;
    let now = services.now();
    let mut tenant = Tenant::new(new.id, &new.name, new.plan, now)?;
    if let Some(zone) = &new.timezone {
        tenant = tenant.with_timezone(zone)?;
    }
    let scope = TenantScope::from_job_row(tenant.id.clone(), "operator", tenant.plan, "create-tenant");
    let audit = services.audit(&scope, "tenant.created", format!("tenant/{}", tenant.id));
    let mut change = services.store.change(&scope, audit).create(&tenant).take_slug(&tenant.id);
    for (i, user) in new.users.iter().enumerate() {
        let user =
            make_user(services, &tenant.id, user).await.map_err(|e| below(e, &format!("users[{i}]")))?;
        change = change.create(&user).take_login(&login_hash(services, &user.email), &tenant.id, user.id);
    }
    change.commit().await.map_err(taken)?;
    Ok(tenant)
}

fn check_users(users: &[NewUser]) -> Result<(), Invalid> {
    if !(1..=20).contains(&users.len()) {
        return Err(Invalid::field("users", "bad_length", "a tenant begins with 1 to 20 users"));
    }
    if !users.iter().any(|user| user.role == Role::Owner) {
        return Err(Invalid::field("users", "no_owner", "a tenant has at least one owner"));
    }
    Ok(())
}

/// A user with a hashed password, not stored yet.
pub(super) async fn make_user(
    services: &Services,
    tenant: &TenantId,
    new: &NewUser,
) -> Result<User, AppError> {
    let email = Email::new(&new.email).map_err(|e| e.below("email"))?;
    check_password(&new.password)?;
    Ok(User {
        id: UserId::new(services.ids.uuid()),
        tenant: tenant.clone(),
        email,
        role: new.role,
        ver: 1,
        password_hash: hash_password(services.ids.as_ref(), &new.password).await?,
        created_at: services.now(),
    })
}

/// The key of a login name in the global table.
pub(super) fn login_hash(services: &Services, email: &Email) -> String {
    services.keyed_hash("login", email.as_str().as_bytes())
}

/// A conflict over a unique name, told as such.
pub(super) fn taken(error: sitrep_aws::error::StoreError) -> AppError {
    match error {
        sitrep_aws::error::StoreError::Conflict { what: "login name" } => {
            AppError::conflict("email_taken", "a user with this address exists already")
        }
        sitrep_aws::error::StoreError::Conflict { what: "tenant id" | "tenant" } => {
            AppError::conflict("tenant_taken", "a tenant with this id exists already")
        }
        other => other.into(),
    }
}

fn below(error: AppError, parent: &str) -> AppError {
    match error {
        AppError::Invalid(invalid) => invalid.below(parent).into(),
        other => other,
    }
}
