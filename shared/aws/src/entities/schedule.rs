//! Rows of saved reports with their schedules, and of fires.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sitrep_domain::ids::{ReportId, ScheduleId, TenantId};
use sitrep_domain::schedule::Schedule;

use crate::entity::{Entity, Indexes};
use crate::keys::{self, Key};

impl Entity for Schedule {
    type Id = ScheduleId;
    const WHAT: &'static str = "schedule";

    fn key(tenant: &TenantId, id: &ScheduleId) -> Key {
        keys::schedule(tenant, *id)
    }

    fn id(&self) -> ScheduleId {
        self.id
    }

    fn indexes(&self, tenant: &TenantId) -> Indexes {
        let by_name =
            || (keys::schedules_by_name(tenant), format!("{}#{}", self.name.to_lowercase(), self.id));
        Indexes { gsi1: self.deleted_at.is_none().then(by_name), due: self.due(), ..Indexes::default() }
    }
}

/// One due instant of a schedule, and what became of it. A record with a run is final; one of a skip is replaced
/// when the fire comes back after all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FireRecord {
    /// The schedule.
    pub schedule: ScheduleId,
    /// The instant it was due.
    pub at: Timestamp,
    /// The run it made.
    pub run: Option<ReportId>,
    /// Why it made none.
    pub skipped: Option<String>,
    /// Seconds from the instant to when it was taken up, 0 and up.
    pub lag_seconds: i64,
}

impl Entity for FireRecord {
    type Id = (ScheduleId, Timestamp);
    const WHAT: &'static str = "fire";

    fn key(tenant: &TenantId, (schedule, at): &Self::Id) -> Key {
        keys::fire(tenant, *schedule, *at)
    }

    fn id(&self) -> Self::Id {
        (self.schedule, self.at)
    }
}
