//! The code that the stack runs: the five functions over one set of services, as they would be in four processes.
//!
//! Production code decides nothing by being here: it gets clients, names and addresses, and nothing else.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use sitrep_app::access::{NewTenant, NewUser, create_tenant};
use sitrep_app::error::AppError;
use sitrep_app::services::{Resources, Services};
use sitrep_app::time_limits::TimeLimits;
use sitrep_aws::channels::email::MailIdentity;
use sitrep_aws::clients::{retries, timeouts};
use sitrep_aws::objects::Buckets;
use sitrep_aws::queues::QueueUrls;
use sitrep_aws::scheduler::WakeTarget;
use sitrep_aws::store::Tables;
use sitrep_domain::access::{Plan, Role};
use sitrep_domain::email::Email;
use sitrep_domain::ids::TenantId;
use sitrep_domain::rate_limit::RateLimits;

use crate::functions::Functions;
use crate::local_api::{Problem, TenantMaker};
use crate::resources;
use crate::stack::{Application, Backend};

/// Who sends mail in the local stack.
pub const SENDER: &str = "reports@sitrep.example";

/// What a deployment may choose.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// How often callers may ask.
    pub rate_limits: RateLimits,
    /// How long work may take.
    pub time_limits: TimeLimits,
}

/// Puts the five functions together over the stack's services, for a deployment that chooses nothing.
///
/// # Errors
///
/// What went wrong, when the services cannot be reached.
pub async fn application(backend: Backend) -> Result<Application, String> {
    application_with(backend, Deployment::default()).await
}

/// Puts the five functions together for a deployment.
///
/// # Errors
///
/// As [`application`].
pub async fn application_with(backend: Backend, deployment: Deployment) -> Result<Application, String> {
    let services = connect_with(&backend, deployment).await?;
    let functions = Functions {
        api: Arc::new(sitrep_api_function::handler(Arc::clone(&services))),
        render: sitrep_runtime::handler(Arc::clone(&services), sitrep_render_function::handle),
        deliver: sitrep_runtime::handler(Arc::clone(&services), sitrep_deliver_function::handle),
        schedule: sitrep_runtime::handler(Arc::clone(&services), sitrep_schedule_function::handle),
        ingest: sitrep_runtime::handler(Arc::clone(&services), sitrep_ingest_function::handle),
    };
    Ok(Application { functions, tenants: tenant_maker(services) })
}

/// Connects services to the stack.
///
/// # Errors
///
/// What went wrong, when the keys cannot be loaded.
pub async fn connect(backend: &Backend) -> Result<Arc<Services>, String> {
    connect_with(backend, Deployment::default()).await
}

async fn connect_with(backend: &Backend, deployment: Deployment) -> Result<Arc<Services>, String> {
    let config =
        backend.sdk_config().into_builder().retry_config(retries()).timeout_config(timeouts()).build();
    let services = Services::connect(&config, resources_of(backend), backend.clock(), backend.ids()).await;
    let services = services.map_err(|error| format!("{error:?}"))?;
    Ok(Arc::new(services.with_limits(deployment.rate_limits).with_time_limits(deployment.time_limits)))
}

fn resources_of(backend: &Backend) -> Resources {
    let endpoint = backend.aws_endpoint();
    Resources {
        tables: Tables { core: resources::CORE_TABLE.to_owned(), global: resources::GLOBAL_TABLE.to_owned() },
        buckets: Buckets {
            artifacts: resources::ARTIFACTS_BUCKET.to_owned(),
            records: resources::RECORDS_BUCKET.to_owned(),
        },
        queues: QueueUrls {
            render: resources::queue_url(endpoint, resources::RENDER_QUEUE),
            deliver: resources::queue_url(endpoint, resources::DELIVER_QUEUE),
            ingest: resources::queue_url(endpoint, resources::INGEST_QUEUE),
        },
        wake_target: WakeTarget {
            group: resources::SCHEDULE_GROUP.to_owned(),
            function_arn: resources::function_arn("schedule"),
            role_arn: resources::SCHEDULER_ROLE.to_owned(),
        },
        mail: MailIdentity {
            from: Email::new(SENDER).expect("the sender is an address"),
            configuration_set: resources::CONFIGURATION_SET.to_owned(),
        },
        public_url: backend.public_url().to_owned(),
        presign_endpoint: None,
        key_prefix: "/sitrep".to_owned(),
    }
}

/// The body of `POST /_local/tenants`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TenantBody {
    id: TenantId,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    plan: Option<Plan>,
    #[serde(default)]
    timezone: Option<String>,
    users: Vec<UserBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserBody {
    email: String,
    password: String,
    role: Role,
}

fn tenant_maker(services: Arc<Services>) -> TenantMaker {
    Arc::new(move |body| {
        let services = Arc::clone(&services);
        Box::pin(async move { make_tenant(&services, body).await })
    })
}

async fn make_tenant(services: &Services, body: Value) -> Result<Value, Problem> {
    let body: TenantBody =
        serde_json::from_value(body).map_err(|e| Problem::invalid("body", &e.to_string()))?;
    let users =
        body.users.into_iter().map(|u| NewUser { email: u.email, password: u.password, role: u.role });
    let new = NewTenant {
        name: body.name.unwrap_or_else(|| body.id.to_string()),
        id: body.id,
        plan: body.plan.unwrap_or(Plan::Enterprise),
        timezone: body.timezone,
        users: users.collect(),
    };
    let tenant = create_tenant(services, new).await.map_err(|error| problem(&error))?;
    Ok(json!({"id": tenant.id, "name": tenant.name, "plan": tenant.plan}))
}

fn problem(error: &AppError) -> Problem {
    match error {
        AppError::Invalid(invalid) => {
            let first = &invalid.errors[0];
            Problem::invalid(&first.field, &first.detail)
        }
        AppError::Conflict { .. } => Problem::new(409, "CONFLICT", error.to_string()),
        _ => Problem::new(503, "UNAVAILABLE", format!("{error:?}")),
    }
}
