//! Scopes: the proof of who acts inside which tenant.
//!
//! Every store method takes a [`TenantScope`] and builds its keys from it alone. There are two doors: claims that were
//! verified for a user (the API), and a job row that was loaded by its own key (the functions behind queues). Work
//! across tenants uses [`OperatorScope`], which no tenant method accepts.

use serde::{Deserialize, Serialize};

use crate::access::{Permission, Plan, Role};
use crate::ids::{TenantId, UserId};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "actor", rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in user.
    User {
        /// The user's id.
        id: UserId,
        /// The user's address at that time.
        email: String,
    },
    /// A job of the system on the tenant's behalf, such as a fire or a render.
    Job {
        /// What the job is.
        name: String,
    },
}

/// Proof of who acts inside which tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantScope {
    tenant: TenantId,
    actor: Actor,
    role: Role,
    plan: Plan,
    request_id: String,
}

impl TenantScope {
    /// The API's door: a user whose token was verified and whose user row was read for this request.
    #[must_use]
    pub fn from_verified_user(
        tenant: TenantId,
        user: UserId,
        email: impl Into<String>,
        role: Role,
        plan: Plan,
        request_id: impl Into<String>,
    ) -> Self {
        let actor = Actor::User { id: user, email: email.into() };
        Self { tenant, actor, role, plan, request_id: request_id.into() }
    }

    /// The jobs' door: a row that names its tenant and was loaded by its own key.
    ///
    /// A job may do what its use case does and asks for no permission; the right was checked when the job was made.
    #[must_use]
    pub fn from_job_row(
        tenant: TenantId,
        job: impl Into<String>,
        plan: Plan,
        request_id: impl Into<String>,
    ) -> Self {
        Self {
            tenant,
            actor: Actor::Job { name: job.into() },
            role: Role::Viewer,
            plan,
            request_id: request_id.into(),
        }
    }

    /// The tenant.
    #[must_use]
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The acting user's id, when it is a user.
    #[must_use]
    pub const fn user_id(&self) -> Option<UserId> {
        match &self.actor {
            Actor::User { id, .. } => Some(*id),
            Actor::Job { .. } => None,
        }
    }

    /// The acting user's address, or the job's name.
    #[must_use]
    pub fn actor_name(&self) -> &str {
        match &self.actor {
            Actor::User { email, .. } => email,
            Actor::Job { name } => name,
        }
    }

    /// The role of the user; a job has the least.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// The tenant's plan.
    #[must_use]
    pub const fn plan(&self) -> Plan {
        self.plan
    }

    /// Id of the request or of the message that started this.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// Whether the user has the permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }
}

/// Proof that the sweep, or another task of the deployment itself, acts. It reads indexes that hold keys only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorScope {
    task: String,
}

impl OperatorScope {
    /// Makes the scope of an operator task, such as `sweep`.
    #[must_use]
    pub fn for_task(task: impl Into<String>) -> Self {
        Self { task: task.into() }
    }

    /// The task.
    #[must_use]
    pub fn task(&self) -> &str {
        &self.task
    }
}
