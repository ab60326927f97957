//! Rows of runs.

use sitrep_domain::ids::{ReportId, TenantId};
use sitrep_domain::run::{Run, RunStatus};

use crate::entity::{Entity, Indexes};
use crate::keys::{self, Key};

impl Entity for Run {
    type Id = ReportId;
    const WHAT: &'static str = "report";

    fn key(tenant: &TenantId, id: &ReportId) -> Key {
        keys::run(tenant, *id)
    }

    fn id(&self) -> ReportId {
        self.id
    }

    fn indexes(&self, tenant: &TenantId) -> Indexes {
        let position = format!("{}#{}", keys::instant(self.created_at), self.id);
        let noteworthy = matches!(self.status, RunStatus::Queued | RunStatus::Running | RunStatus::Failed);
        Indexes {
            gsi1: Some((keys::runs_by_time(tenant), position.clone())),
            gsi2: self.input.schedule_id.map(|id| (keys::runs_by_schedule(tenant, id), position.clone())),
            gsi3: noteworthy.then(|| (keys::runs_by_status(tenant, self.status), position)),
            due: self.due(),
            ttl: None,
        }
    }
}
