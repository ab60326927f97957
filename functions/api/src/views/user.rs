//! Users and tenants as callers see them: without hashes.

use jiff::Timestamp;
use serde::Serialize;
use sitrep_domain::access::{Permission, Plan, Role};
use sitrep_domain::ids::{TenantId, UserId};
use sitrep_domain::tenant::Tenant;
use sitrep_domain::user::User;

/// A user.
#[derive(Serialize)]
pub(crate) struct UserView<'a> {
    id: UserId,
    tenant_id: &'a TenantId,
    email: &'a str,
    role: Role,
    created_at: Timestamp,
}

impl<'a> From<&'a User> for UserView<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            id: user.id,
            tenant_id: &user.tenant,
            email: user.email.as_str(),
            role: user.role,
            created_at: user.created_at,
        }
    }
}

/// Who has signed in, with the token.
#[derive(Serialize)]
pub(crate) struct SignedInView<'a> {
    pub(crate) access_token: &'a str,
    pub(crate) token_type: &'static str,
    /// Life of the token, in seconds.
    pub(crate) expires_in: i64,
    pub(crate) user: UserView<'a>,
}

/// The caller.
#[derive(Serialize)]
pub(crate) struct MeView<'a> {
    user: UserView<'a>,
    tenant: TenantView<'a>,
    role: Role,
    plan: Plan,
    permissions: Vec<Permission>,
}

#[derive(Serialize)]
struct TenantView<'a> {
    id: &'a TenantId,
    name: &'a str,
    plan: Plan,
    reports_timezone: &'a str,
    retention_days: u32,
    created_at: Timestamp,
}

impl<'a> MeView<'a> {
    /// The view of a user and the user's tenant.
    pub(crate) fn new(user: &'a User, tenant: &'a Tenant) -> Self {
        Self {
            user: UserView::from(user),
            tenant: TenantView {
                id: &tenant.id,
                name: &tenant.name,
                plan: tenant.plan,
                reports_timezone: &tenant.settings.reports_timezone,
                retention_days: tenant.settings.retention_days,
                created_at: tenant.created_at,
            },
            role: user.role,
            plan: tenant.plan,
            permissions: Permission::ALL.into_iter().filter(|p| user.role.may(*p)).collect(),
        }
    }
}
