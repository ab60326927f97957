//! Delivering a report to one recipient: claim the attempt, send once, put down what became of it.
//!
//! The row says `sending` before the mail service is called, and is never `pending` again unless the message was
//! provably not taken. A worker that dies in between leaves a row that the sweep makes `uncertain`.

use std::time::Duration;

use sitrep_aws::channels::email::Message;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_aws::queues::Wake;
use sitrep_aws::transaction::Transaction;
use sitrep_domain::delivery::{Delivery, DeliveryState, SendOutcome};
use sitrep_domain::ids::{DeliveryId, ReportId, TenantId};
use sitrep_domain::run::Run;
use sitrep_domain::schedule::Schedule;
use sitrep_domain::scope::TenantScope;

use crate::deliveries::{News, note_failure, tell_owner, write_message};
use crate::services::Services;
use crate::steps;

/// Sends a delivery, if it is there and it is time. Repeating it is harmless.
///
/// # Errors
///
/// [`StoreError`] when a row could not be read or written; the message is then delivered again.
pub async fn deliver(
    services: &Services,
    tenant: &TenantId,
    run: ReportId,
    id: DeliveryId,
    request_id: &str,
) -> Result<(), StoreError> {
    let Some((scope, _)) = services.open_job(tenant, "deliver", request_id).await? else { return Ok(()) };
    let Some(mut row) = services.store.find::<Delivery>(&scope, &(run, id)).await? else { return Ok(()) };
    let Some(run) = services.store.find::<Run>(&scope, &run).await? else {
        return abandon(services, &scope, row).await;
    };
    let mut started = row.value.clone();
    let attempt = started.start_attempt(services.now());
    if started == row.value {
        return Ok(()); // Not yet, or no more.
    }
    // What the message says is made before the attempt is claimed, and the lease begins after it: the claim covers the
    // call alone.
    let message =
        if attempt { Some(write_message(services, &scope, &run.value, &mut started).await) } else { None };
    row.value.start_attempt(services.now());
    row.value.artifact_sha256 = started.artifact_sha256;
    let Some(mut row) = put(services, &scope, row, "delivery.attempted").await? else { return Ok(()) };
    steps::reached("claimed").await;
    let Some(message) = message else { return after_end(services, &scope, &row.value).await };
    let outcome = match message {
        Ok(message) => send(services, message).await,
        Err(error) => not_written(&error),
    };
    steps::reached("sent").await;
    let jitter = f64::from(services.ids.uuid().as_bytes()[0]) / 255.0;
    let mut tries = 0;
    loop {
        row.value.end_attempt(outcome.clone(), jitter, services.now());
        match put_end(services, &scope, &row, "delivery.ended").await {
            Ok(()) => break,
            // The mail service's news were faster, or another delivery of the run was counted: look again.
            Err(StoreError::Conflict { .. }) => {
                match services.store.find::<Delivery>(&scope, &(row.value.run, id)).await? {
                    Some(newer) if awaits(&newer.value, &outcome) => row = newer,
                    _ => return Ok(()), // What they said is put down already, and there is nothing to add.
                }
            }
            // What is known must not be lost to a passing fault: the mail would go out a second time.
            Err(StoreError::Unavailable { .. }) if tries < END_TRIES => {
                tries += 1;
                tokio::time::sleep(Duration::from_millis(500) * tries).await;
            }
            Err(error) => return Err(error),
        }
    }
    steps::reached("recorded").await;
    wake_again(services, &scope, &row.value).await;
    after_end(services, &scope, &row.value).await
}

/// How often the end of an attempt is written again after a passing fault; all within the delivery's lease.
const END_TRIES: u32 = 3;

/// Whether the outcome still says something about the delivery as it is now.
fn awaits(delivery: &Delivery, outcome: &SendOutcome) -> bool {
    match delivery.state {
        DeliveryState::Sending => true,
        DeliveryState::Uncertain => matches!(outcome, SendOutcome::Accepted(_)),
        _ => false,
    }
}

async fn send(services: &Services, message: Message) -> SendOutcome {
    let outcome = services.mailer.send(message).await;
    if let SendOutcome::Accepted(id) = &outcome {
        tracing::info!(message_id = id, "mail accepted");
    } else {
        tracing::warn!(?outcome, "mail not accepted");
    }
    outcome
}

/// A message that could not be written was provably not taken. Trying again helps unless what is stored is broken.
fn not_written(error: &StoreError) -> SendOutcome {
    tracing::error!(error = error as &dyn std::error::Error, "a mail could not be written");
    match error {
        StoreError::Unavailable { .. } | StoreError::Conflict { .. } => {
            SendOutcome::NotAccepted("the report's files could not be read".to_owned())
        }
        _ => SendOutcome::Refused("the report's files are missing or broken".to_owned()),
    }
}

/// A delivery whose report was deleted before it was sent.
async fn abandon(
    services: &Services,
    scope: &TenantScope,
    mut row: Stored<Delivery>,
) -> Result<(), StoreError> {
    let now = services.now();
    let before = row.value.clone();
    if row.value.start_attempt(now) {
        row.value.end_attempt(SendOutcome::Refused("the report was deleted".to_owned()), 0.0, now);
        row.value.possible_duplicate = before.possible_duplicate; // Nothing was sent just now.
    }
    // What is not written here stays overdue for good: also one that was being sent, or is uncertain, comes to its end.
    if row.value != before {
        put(services, scope, row, "delivery.ended").await?;
    }
    Ok(())
}

async fn put(
    services: &Services,
    scope: &TenantScope,
    row: Stored<Delivery>,
    action: &str,
) -> Result<Option<Stored<Delivery>>, StoreError> {
    let audit = services
        .audit(scope, action, format!("delivery/{}", row.value.id))
        .with("state", row.value.state.as_str())
        .with("attempt", row.value.attempts);
    match services.store.change(scope, audit).replace(&row).commit().await {
        Ok(()) => Ok(Some(row.written())),
        Err(StoreError::Conflict { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the attempt's end, or news of it; with the run's first accepted delivery also counts it on its schedule.
pub(crate) async fn put_end(
    services: &Services,
    scope: &TenantScope,
    row: &Stored<Delivery>,
    action: &str,
) -> Result<(), StoreError> {
    let audit = services
        .audit(scope, action, format!("delivery/{}", row.value.id))
        .with("state", row.value.state.as_str())
        .with("message_id", row.value.message_id.clone());
    let mut change = services.store.change(scope, audit).replace(row);
    let counted = count_as_sent(services, scope, &row.value).await?;
    if let Some(counted) = &counted {
        change = counted.add_to(change);
    }
    change.commit().await?;
    match counted {
        Some(counted) => counted.tell(services, scope).await,
        None => Ok(()),
    }
}

/// A run's first accepted delivery: the rows to write with it.
struct Counted {
    run: Stored<Run>,
    schedule: Option<Stored<Schedule>>,
    /// Whether that ends a streak of failures.
    recovered: bool,
}

impl Counted {
    /// Adds the rows to the change that records the delivery.
    fn add_to<'a>(&self, change: Transaction<'a>) -> Transaction<'a> {
        let change = change.replace(&self.run);
        match &self.schedule {
            Some(schedule) => change.replace(schedule),
            None => change,
        }
    }

    /// Tells the schedule's owner that it works again, if it had failed.
    async fn tell(&self, services: &Services, scope: &TenantScope) -> Result<(), StoreError> {
        match &self.schedule {
            Some(schedule) if self.recovered => {
                tell_owner(services, scope, &schedule.value, News::Recovered).await
            }
            _ => Ok(()),
        }
    }
}

/// The run and schedule rows to write with an accepted delivery, when it is the run's first.
async fn count_as_sent(
    services: &Services,
    scope: &TenantScope,
    delivery: &Delivery,
) -> Result<Option<Counted>, StoreError> {
    if delivery.accepted_at.is_none() {
        return Ok(None);
    }
    let Some(mut run) = services.store.find::<Run>(scope, &delivery.run).await? else { return Ok(None) };
    if run.value.counted_as_sent {
        return Ok(None);
    }
    run.value.counted_as_sent = true;
    let mut schedule = match delivery.schedule_id {
        Some(id) => services.store.find::<Schedule>(scope, &id).await?,
        None => None,
    };
    let recovered = schedule.as_mut().is_some_and(|schedule| schedule.value.note_sent(services.now()));
    Ok(Some(Counted { run, schedule, recovered }))
}

/// A delivery that waits is woken for when its time has come; past the queue's longest delay the sweep does it.
async fn wake_again(services: &Services, scope: &TenantScope, delivery: &Delivery) {
    if delivery.state != DeliveryState::Pending {
        return;
    }
    let wait = delivery.next_at.map(|at| at.duration_since(services.now())).unwrap_or_default();
    let wake = Wake::Delivery { tenant: scope.tenant().clone(), run: delivery.run, delivery: delivery.id };
    services.wake(&wake, Duration::try_from(wait).unwrap_or_default()).await;
}

/// A delivery that failed for good shows on its schedule; the owner is told once per streak.
pub(crate) async fn after_end(
    services: &Services,
    scope: &TenantScope,
    delivery: &Delivery,
) -> Result<(), StoreError> {
    let gone_wrong =
        matches!(delivery.state, DeliveryState::Failed | DeliveryState::Bounced | DeliveryState::Complained);
    let (true, Some(id)) = (gone_wrong, delivery.schedule_id) else { return Ok(()) };
    let error = delivery.error.as_deref().unwrap_or(delivery.state.as_str());
    note_failure(services, scope, id, error).await
}
