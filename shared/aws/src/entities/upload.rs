//! Rows of uploads.

use sitrep_domain::ids::{TenantId, UploadId};
use sitrep_domain::run::add;
use sitrep_domain::upload::Upload;

use crate::entity::{Entity, Indexes};
use crate::keys::{self, Key};

impl Entity for Upload {
    type Id = UploadId;
    const WHAT: &'static str = "upload";

    fn key(tenant: &TenantId, id: &UploadId) -> Key {
        keys::upload(tenant, *id)
    }

    fn id(&self) -> UploadId {
        self.id
    }

    fn indexes(&self, tenant: &TenantId) -> Indexes {
        let position = format!("{}#{}", keys::instant(self.created_at), self.id);
        Indexes {
            gsi1: Some((keys::uploads_by_dataset(tenant, self.dataset), position)),
            due: self.due(),
            ttl: self.ended_at.map(|at| add(at, Self::KEEP)),
            ..Indexes::default()
        }
    }
}
