//! Rows behind the API, for what a test must see and no caller may: when a run was due, and what became of a fire.

use std::sync::Arc;

use jiff::Timestamp;
use sitrep_app::services::Services;
use sitrep_aws::entities::FireRecord;
use sitrep_aws::keys;
use sitrep_aws::store::{Index, ListOf};
use sitrep_domain::delivery::Delivery;
use sitrep_domain::ids::{ReportId, ScheduleId, TenantId};
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

    /// The deliveries of a run.
    ///
    /// # Panics
    ///
    /// When they cannot be read.
    pub async fn deliveries_of(&self, run: ReportId) -> Vec<Delivery> {
        let list = ListOf::prefix(keys::deliveries(self.scope.tenant(), run));
        let rows = self.services.store.list_all(&self.scope, &list).await;
        rows.expect("deliveries can be read").into_iter().map(|row| row.value).collect()
    }
}

fn id_of(schedule: &str) -> ScheduleId {
    schedule.parse().expect("the id of a schedule")
}
