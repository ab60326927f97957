//! What every use case works with: stores, queues, mail, clock and keys, made once per process.

use std::sync::Arc;

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use sitrep_aws::SdkConfig;
use sitrep_aws::channels::email::{MailIdentity, Mailer};
use sitrep_aws::clients::Clients;
use sitrep_aws::entity::Entity;
pub use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::objects::{Buckets, Objects};
use sitrep_aws::queues::{QueueUrls, Queues, Wake};
use sitrep_aws::scheduler::{Scheduler, WakeTarget};
use sitrep_aws::secrets::{Secrets, load_secrets};
pub use sitrep_aws::store::Page;
use sitrep_aws::store::{Store, Tables};
use sitrep_aws::transaction::Transaction;
use sitrep_domain::access::{Permission, Plan};
use sitrep_domain::audit::AuditEntry;
use sitrep_domain::email::Email;
use sitrep_domain::ids::TenantId;
use sitrep_domain::rate_limit::RateLimits;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::tenant::Tenant;

use crate::clock::{Clock, IdSource};
use crate::data::{RESULT_CACHE_BYTES, ResultCache, SNAPSHOT_CACHE_BYTES, SnapshotCache};
use crate::error::AppError;
use crate::limits::Limiter;
use crate::segment_cache::SegmentCache;
use crate::time_limits::TimeLimits;

/// Names and addresses of everything the process works with.
#[derive(Clone, Debug)]
pub struct Resources {
    /// The two tables.
    pub tables: Tables,
    /// The two buckets.
    pub buckets: Buckets,
    /// The queues.
    pub queues: QueueUrls,
    /// Where wake-ups of schedules go.
    pub wake_target: WakeTarget,
    /// Who sends mail.
    pub mail: MailIdentity,
    /// Where people reach the API; no trailing slash.
    pub public_url: String,
    /// S3 endpoint that browsers reach, where it is not AWS's own.
    pub presign_endpoint: Option<String>,
    /// Path of the keys in the parameter store.
    pub key_prefix: String,
}

/// What every use case works with.
#[derive(Clone)]
pub struct Services {
    /// The tables.
    pub store: Store,
    /// The buckets.
    pub objects: Objects,
    /// The queues.
    pub queues: Queues,
    /// EventBridge Scheduler.
    pub scheduler: Scheduler,
    /// Mail.
    pub mailer: Mailer,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Arc<dyn IdSource>,
    /// Keys of the deployment.
    pub secrets: Secrets,
    /// Segments read lately.
    pub segments: Arc<SegmentCache>,
    /// How often callers may ask.
    pub limiter: Arc<Limiter>,
    /// Snapshots read lately.
    pub snapshots: Arc<SnapshotCache>,
    /// Results computed lately.
    pub results: Arc<ResultCache>,
    /// How long work may take.
    pub time_limits: TimeLimits,
    /// Where people reach the API; no trailing slash.
    pub public_url: String,
}

impl Services {
    /// Connects to everything.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the keys cannot be loaded.
    pub async fn connect(
        config: &SdkConfig,
        resources: Resources,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Result<Self, StoreError> {
        let clients = Clients::new(config, resources.presign_endpoint.as_deref());
        let secrets = load_secrets(&clients, &resources.key_prefix).await?;
        Ok(Self {
            store: Store::new(&clients, resources.tables, secrets.cursor_key.clone()),
            objects: Objects::new(&clients, resources.buckets),
            queues: Queues::new(&clients, resources.queues),
            scheduler: Scheduler::new(&clients, resources.wake_target),
            mailer: Mailer::new(&clients, resources.mail),
            clock,
            ids,
            secrets,
            segments: Arc::new(SegmentCache::new(SegmentCache::DEFAULT_BYTES)),
            limiter: Arc::new(Limiter::default()),
            snapshots: Arc::new(SnapshotCache::new(SNAPSHOT_CACHE_BYTES)),
            results: Arc::new(ResultCache::new(RESULT_CACHE_BYTES)),
            time_limits: TimeLimits::default(),
            public_url: resources.public_url,
        })
    }

    /// The same services with the rate limits of a deployment.
    #[must_use]
    pub fn with_limits(self, limits: RateLimits) -> Self {
        Self { limiter: Arc::new(Limiter::new(limits)), ..self }
    }

    /// The same services with time limits of their own.
    #[must_use]
    pub fn with_time_limits(self, time_limits: TimeLimits) -> Self {
        Self { time_limits, ..self }
    }

    /// The present instant, in whole milliseconds: what answers show and rows keep.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// An audit entry for something the scope's actor does now.
    pub fn audit(&self, scope: &TenantScope, action: &str, object: impl Into<String>) -> AuditEntry {
        AuditEntry::new(scope, self.ids.uuid(), self.now(), action, object)
    }

    /// Writes an audit entry for something that changed no row: a denial, an export, an access.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    pub async fn record(&self, scope: &TenantScope, entry: AuditEntry) -> Result<(), StoreError> {
        self.store.change(scope, entry).commit().await
    }

    /// Commits a change that makes a new row, and gives the row. If it is there already, an earlier attempt of the same
    /// request has made it (nobody else draws its id); then nothing is written and the row is given as it is.
    ///
    /// # Errors
    ///
    /// What committing the change fails with.
    pub async fn commit_new<E: Entity>(
        &self,
        scope: &TenantScope,
        change: Transaction<'_>,
        new: E,
    ) -> Result<E, StoreError> {
        match change.create(&new).commit().await {
            Ok(()) => Ok(new),
            Err(conflict @ StoreError::Conflict { .. }) => {
                let found = self.store.find::<E>(scope, &new.id()).await?;
                found.map(|row| row.value).ok_or(conflict)
            }
            Err(error) => Err(error),
        }
    }

    /// Wakes a worker. A wake-up that gets lost is made up for by the sweep, so it fails nobody.
    pub async fn wake(&self, wake: &Wake, after: std::time::Duration) {
        if let Err(error) = self.queues.wake(wake, after).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                ?wake,
                "a wake-up was lost; the sweep repeats it"
            );
        }
    }

    /// The keyed hash of an address, for keys: 32 hex digits.
    #[must_use]
    pub fn hash_address(&self, email: &Email) -> String {
        self.keyed_hash("address", email.as_str().as_bytes())[..32].to_owned()
    }

    /// HMAC-SHA-256 under the deployment's hash key, lower-case hex. `purpose` keeps uses apart.
    #[must_use]
    pub fn keyed_hash(&self, purpose: &str, bytes: &[u8]) -> String {
        self.keyed_bytes(purpose, bytes).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// HMAC-SHA-256 under the deployment's hash key. `purpose` keeps uses apart.
    #[must_use]
    pub fn keyed_bytes(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.secrets.hash_key).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// The row of that id.
    ///
    /// # Errors
    ///
    /// [`AppError::NotFound`] when the tenant has none, [`AppError::Unavailable`].
    pub async fn get<E: Entity>(&self, scope: &TenantScope, id: &E::Id) -> Result<Stored<E>, AppError> {
        self.store.find(scope, id).await?.ok_or(AppError::NotFound { what: E::WHAT })
    }

    /// The scope's tenant.
    ///
    /// # Errors
    ///
    /// [`AppError::NotFound`] or [`AppError::Unavailable`].
    pub async fn tenant(&self, scope: &TenantScope) -> Result<Tenant, AppError> {
        Ok(self.get::<Tenant>(scope, &()).await?.value)
    }

    /// The scope of a job, from the tenant's row; `None` when there is no such tenant.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    pub async fn open_job(
        &self,
        tenant: &TenantId,
        job: &str,
        request_id: &str,
    ) -> Result<Option<(TenantScope, Tenant)>, StoreError> {
        let door = TenantScope::from_job_row(tenant.clone(), job, Plan::Starter, request_id);
        let Some(row) = self.store.find::<Tenant>(&door, &()).await? else { return Ok(None) };
        let scope = TenantScope::from_job_row(row.value.id.clone(), job, row.value.plan, request_id);
        Ok(Some((scope, row.value)))
    }
}

/// Checks the caller's right. Comes before existence and before the body.
///
/// # Errors
///
/// [`AppError::Forbidden`] naming the least role that has the right.
pub fn require(scope: &TenantScope, permission: Permission) -> Result<(), AppError> {
    if scope.may(permission) {
        return Ok(());
    }
    let least = sitrep_domain::access::Role::ALL.into_iter().find(|role| role.may(permission));
    let least = least.map_or("no role", |role| role.as_str());
    Err(AppError::Forbidden {
        field: None,
        detail: format!("this takes the role {least}; yours is {}", scope.role().as_str()),
    })
}
