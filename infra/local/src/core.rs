//! Everything that a running stack shares: the emulators, the functions, the pump and the front.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use sitrep_app::clock::Clock;

use crate::api_front::ApiFront;
use crate::clock::VirtualClock;
use crate::faults::Faults;
use crate::local_api::{self, TenantMaker};
use crate::pump::Pump;
use crate::wire::Wire;

/// The parts of one stack.
pub(crate) struct Core {
    pub(crate) pump: Arc<Pump>,
    pub(crate) api: ApiFront,
    pub(crate) tenant_maker: TenantMaker,
    pub(crate) aws_endpoint: String,
}

impl Core {
    /// Answers a request at the front: below `/_local` by the stack, everything else by the api function.
    pub(crate) async fn front(&self, request: Request<Bytes>) -> Response<Bytes> {
        match local_api::call(self, &request).await {
            Some(response) => response,
            None => self.api.call(request).await,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.pump.clock.now()
    }

    pub(crate) fn clock(&self) -> &Arc<VirtualClock> {
        &self.pump.clock
    }

    pub(crate) fn pump(&self) -> &Arc<Pump> {
        &self.pump
    }

    pub(crate) fn wire(&self) -> &Arc<Wire> {
        &self.pump.wire
    }

    pub(crate) fn faults(&self) -> &Arc<Faults> {
        &self.wire().faults
    }

    pub(crate) fn tenant_maker(&self) -> &TenantMaker {
        &self.tenant_maker
    }

    pub(crate) fn aws_endpoint(&self) -> &str {
        &self.aws_endpoint
    }
}
