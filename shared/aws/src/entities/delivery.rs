//! Rows of deliveries. They lie beside their run, and outlive it and its schedule.

use sitrep_domain::delivery::Delivery;
use sitrep_domain::ids::{DeliveryId, ReportId, TenantId};

use crate::entity::{Entity, Indexes};
use crate::keys::{self, Key};

impl Entity for Delivery {
    type Id = (ReportId, DeliveryId);
    const WHAT: &'static str = "delivery";

    fn key(tenant: &TenantId, (run, id): &Self::Id) -> Key {
        keys::delivery(tenant, *run, *id)
    }

    fn id(&self) -> Self::Id {
        (self.run, self.id)
    }

    fn indexes(&self, tenant: &TenantId) -> Indexes {
        let position = format!("{}#{}", keys::instant(self.created_at), self.id);
        Indexes {
            gsi1: Some((keys::delivery_by_id(tenant, self.id), "META".to_owned())),
            gsi2: self.schedule_id.map(|id| (keys::deliveries_by_schedule(tenant, id), position.clone())),
            gsi3: Some((keys::deliveries_by_state(tenant, self.state), position)),
            due: self.due(),
            ttl: None,
        }
    }
}
