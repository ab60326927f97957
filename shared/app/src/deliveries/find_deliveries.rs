//! The delivery log: of a report, of a schedule, or by state.

use sitrep_aws::entity::Stored;
use sitrep_aws::keys;
use sitrep_aws::store::{Index, ListOf, Page};
use sitrep_domain::access::Permission;
use sitrep_domain::delivery::{Delivery, DeliveryState};
use sitrep_domain::ids::{DeliveryId, ReportId, ScheduleId};
use sitrep_domain::run::Run;
use sitrep_domain::schedule::Schedule;
use sitrep_domain::scope::TenantScope;

use crate::error::AppError;
use crate::services::{Services, require};

/// One delivery.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] or [`AppError::Unavailable`].
pub async fn get_delivery(
    services: &Services,
    scope: &TenantScope,
    id: DeliveryId,
) -> Result<Delivery, AppError> {
    require(scope, Permission::ReadDeliveries)?;
    let list = ListOf::in_order(Index::Gsi1, keys::delivery_by_id(scope.tenant(), id));
    let rows: Vec<Stored<Delivery>> = services.store.list_all(scope, &list).await?;
    let row = rows.into_iter().next().ok_or(AppError::NotFound { what: "delivery" })?.value;
    // The index only said where it is; the row itself is read anew.
    Ok(services.get::<Delivery>(scope, &(row.run, id)).await?.value)
}

/// The deliveries of a report.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`] for a bad cursor, [`AppError::Unavailable`].
pub async fn list_report_deliveries(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Stored<Delivery>>, AppError> {
    require(scope, Permission::ReadDeliveries)?;
    services.get::<Run>(scope, &id).await?;
    let list = ListOf::prefix(keys::deliveries(scope.tenant(), id));
    Ok(services.store.list(scope, &list, limit, cursor, |_: &Delivery| true).await?)
}

/// The deliveries of a schedule, newest first. They outlive it.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`] when there neither is nor was such a schedule,
/// [`AppError::Invalid`] for a bad cursor, [`AppError::Unavailable`].
pub async fn list_schedule_deliveries(
    services: &Services,
    scope: &TenantScope,
    id: ScheduleId,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Stored<Delivery>>, AppError> {
    require(scope, Permission::ReadDeliveries)?;
    let list = ListOf::newest_first(Index::Gsi2, keys::deliveries_by_schedule(scope.tenant(), id));
    let page = services.store.list(scope, &list, limit, cursor, |_: &Delivery| true).await?;
    if page.items.is_empty() && cursor.is_none() {
        services.get::<Schedule>(scope, &id).await?;
    }
    Ok(page)
}

/// The deliveries in a state, newest first.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::Invalid`] for a bad cursor, [`AppError::Unavailable`].
pub async fn list_deliveries(
    services: &Services,
    scope: &TenantScope,
    state: DeliveryState,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<Stored<Delivery>>, AppError> {
    require(scope, Permission::ReadDeliveries)?;
    let list = ListOf::newest_first(Index::Gsi3, keys::deliveries_by_state(scope.tenant(), state));
    // The index may lag behind the rows; what it has of another state is left out.
    Ok(services.store.list(scope, &list, limit, cursor, |d: &Delivery| d.state == state).await?)
}
