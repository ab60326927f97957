//! `/_local/tenants`: makes a tenant and its users. The use case is the application's; this is the way to it.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;

use super::Problem;
use crate::core::Core;

/// Makes a tenant from `{id, plan, users: [{email, password, role}]}` and answers what it made.
pub type TenantMaker = Arc<dyn Fn(Value) -> BoxFuture<'static, Result<Value, Problem>> + Send + Sync>;

pub(super) async fn make_tenant(core: &Core, body: Value) -> Result<Value, Problem> {
    (core.tenant_maker())(body).await
}
