//! Deliveries as callers see them.

use jiff::Timestamp;
use serde::Serialize;
use sitrep_domain::delivery::{Delivery, DeliveryState};
use sitrep_domain::ids::{DeliveryId, ReportId, ScheduleId};
use sitrep_domain::run::RecipientKind;

/// A delivery.
#[derive(Serialize)]
pub(crate) struct DeliveryView<'a> {
    id: DeliveryId,
    report_id: ReportId,
    schedule_id: Option<ScheduleId>,
    recipient: &'a str,
    recipient_kind: RecipientKind,
    channel: &'a str,
    state: DeliveryState,
    attempts: u32,
    message_id: Option<&'a str>,
    error: Option<&'a str>,
    artifact_sha256: Option<&'a str>,
    retry_of: Option<DeliveryId>,
    possible_duplicate: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    accepted_at: Option<Timestamp>,
    next_attempt_at: Option<Timestamp>,
}

impl<'a> From<&'a Delivery> for DeliveryView<'a> {
    fn from(delivery: &'a Delivery) -> Self {
        Self {
            id: delivery.id,
            report_id: delivery.run,
            schedule_id: delivery.schedule_id,
            recipient: delivery.recipient.email.as_str(),
            recipient_kind: delivery.recipient.kind,
            channel: &delivery.channel,
            state: delivery.state,
            attempts: delivery.attempts,
            message_id: delivery.message_id.as_deref(),
            error: delivery.error.as_deref(),
            artifact_sha256: delivery.artifact_sha256.as_deref(),
            retry_of: delivery.retry_of,
            possible_duplicate: delivery.possible_duplicate,
            created_at: delivery.created_at,
            updated_at: delivery.updated_at,
            accepted_at: delivery.accepted_at,
            next_attempt_at: delivery.next_at.filter(|_| delivery.state == DeliveryState::Pending),
        }
    }
}
