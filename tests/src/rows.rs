//! Rows behind the API, for what a test must see and no caller may: when a run was due, and what became of a fire.

use std::sync::Arc;

use jiff::Timestamp;
use sitrep_app::services::Services;
use sitrep_aws::entities::FireRecord;
use sitrep_aws::keys;
use sitrep_aws::objects::Bucket;
use sitrep_aws::store::{Index, ListOf};
use sitrep_domain::audit::AuditEntry;
use sitrep_domain::ids::{ScheduleId, TenantId};
use sitrep_domain::run::Run;
use sitrep_domain::scope::TenantScope;

use crate::TestApp;

/// The rows of one tenant.
pub struct Rows {
    services: Arc<Services>,
    scope: TenantScope,
}

impl Rows {
    /// Opens the rows of a tenant.
    ///
    /// # Panics
    ///
    /// When there is no such tenant.
    pub async fn open(app: &TestApp, tenant: &str) -> Self {
        let services = sitrep::application::connect(app.stack.backend()).await.expect("the stack has keys");
        let tenant = TenantId::new(tenant).expect("a slug");
        let opened = services.open_job(&tenant, "test", "test").await.expect("the table can be read");
        let (scope, _) = opened.expect("the tenant is there");
        Self { services, scope }
    }

    /// The runs of a schedule, oldest first.
    ///
    /// # Panics
    ///
    /// When they cannot be read.
    pub async fn runs_of(&self, schedule: &str) -> Vec<Run> {
        let partition = keys::runs_by_schedule(self.scope.tenant(), id_of(schedule));
        let rows = self.services.store.list_all(&self.scope, &ListOf::in_order(Index::Gsi2, partition)).await;
        rows.expect("runs can be read").into_iter().map(|row| row.value).collect()
    }

    /// What became of a fire.
    ///
    /// # Panics
    ///
    /// When it cannot be read.
    pub async fn fire(&self, schedule: &str, at: Timestamp) -> Option<FireRecord> {
        let row = self.services.store.find(&self.scope, &(id_of(schedule), at)).await;
        row.expect("fires can be read").map(|row| row.value)
    }

    /// Every audit entry about an object, oldest first: its action and its outcome.
    ///
    /// # Panics
    ///
    /// When they cannot be read.
    pub async fn audit_of(&self, object: &str) -> Vec<(String, String)> {
        let entries = self.audit_entries(object).await;
        entries.into_iter().map(|entry| (entry.action, entry.outcome)).collect()
    }

    /// Every audit entry about an object, oldest first.
    ///
    /// # Panics
    ///
    /// When they cannot be read.
    pub async fn audit_entries(&self, object: &str) -> Vec<AuditEntry> {
        let mut entries: Vec<AuditEntry> = Vec::new();
        for shard in 0..keys::AUDIT_SHARDS {
            let (partition, _) = keys::audit_shard(self.scope.tenant(), shard);
            let list = ListOf::in_order(Index::Table, partition);
            let rows =
                self.services.store.list_all(&self.scope, &list).await.expect("the intake can be read");
            entries.extend(rows.into_iter().map(|row| row.value));
        }
        entries.retain(|entry| entry.object == object);
        entries.sort_by_key(|entry| entry.at);
        entries
    }

    /// Takes the files of a dataset's records away, as when a source is broken.
    ///
    /// # Panics
    ///
    /// When they cannot be removed, or there are none.
    pub async fn remove_records(&self, dataset: &str) {
        self.remove_files(&format!("t/{}/d/{dataset}/", self.scope.tenant())).await;
    }

    /// Takes uploaded files away, as somebody may whose they are.
    ///
    /// # Panics
    ///
    /// When they cannot be removed, or there are none.
    pub async fn remove_uploads(&self) {
        self.remove_files(&format!("t/{}/uploads/", self.scope.tenant())).await;
    }

    async fn remove_files(&self, prefix: &str) {
        let keys = self.services.objects.list(&self.scope, Bucket::Records, prefix).await;
        let keys = keys.expect("the bucket can be listed");
        assert!(!keys.is_empty(), "there are files below {prefix}");
        for key in keys {
            let removed = self.services.objects.remove(&self.scope, Bucket::Records, &key).await;
            removed.expect("a file can be removed");
        }
    }

    /// Keys of the exported files that lie in the bucket of artifacts.
    ///
    /// # Panics
    ///
    /// When they cannot be listed.
    pub async fn export_objects(&self) -> Vec<String> {
        let prefix = format!("t/{}/exports/", self.scope.tenant());
        let keys = self.services.objects.list(&self.scope, Bucket::Artifacts, &prefix).await;
        keys.expect("the bucket can be listed")
    }
}

fn id_of(schedule: &str) -> ScheduleId {
    schedule.parse().expect("the id of a schedule")
}
