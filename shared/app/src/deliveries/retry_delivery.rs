//! Sending again at a person's wish: a new delivery that names the one it repeats.

use std::time::Duration;

use sitrep_aws::queues::Wake;
use sitrep_domain::access::Permission;
use sitrep_domain::delivery::{Delivery, DeliveryState};
use sitrep_domain::ids::DeliveryId;
use sitrep_domain::run::{Run, RunStatus};
use sitrep_domain::scope::TenantScope;

use super::find_deliveries::get_delivery;
use crate::error::AppError;
use crate::reports::check_recipients;
use crate::services::{Services, require};

/// Makes a new delivery of the same report to the same recipient.
///
/// # Errors
///
/// [`AppError::Forbidden`]; [`AppError::NotFound`]; [`AppError::Conflict`] while the first is still under way, or when the
/// report has no files; [`AppError::Unavailable`].
pub async fn retry_delivery(
    services: &Services,
    scope: &TenantScope,
    id: DeliveryId,
) -> Result<Delivery, AppError> {
    require(scope, Permission::Schedule)?;
    let first = get_delivery(services, scope, id).await?;
    use DeliveryState as S;
    if matches!(first.state, S::Pending | S::Sending | S::Uncertain) {
        let detail = format!("the delivery is {}; wait until it has ended", first.state.as_str());
        return Err(AppError::conflict("under_way", detail));
    }
    let run = services.get::<Run>(scope, &first.run).await?.value;
    if run.status != RunStatus::Completed || run.purged_at.is_some() {
        return Err(AppError::conflict("no_files", "the report has no files to send"));
    }
    let tenant = services.tenant(scope).await?;
    check_recipients(services, scope, &tenant, std::slice::from_ref(&first.recipient)).await?;
    let new_id = DeliveryId::new(services.ids.uuid());
    let mut retry =
        Delivery::new(new_id, first.run, first.schedule_id, first.recipient.clone(), services.now());
    retry.retry_of = Some(id);
    let audit =
        services.audit(scope, "delivery.retried", format!("delivery/{new_id}")).with("of", id.to_string());
    let retry = services.commit_new(scope, services.store.change(scope, audit), retry).await?;
    let wake = Wake::Delivery { tenant: scope.tenant().clone(), run: retry.run, delivery: new_id };
    services.wake(&wake, Duration::ZERO).await;
    Ok(retry)
}
