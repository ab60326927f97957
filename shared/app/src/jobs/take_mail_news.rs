//! News of the mail service: accepted, delivered, bounced, complained. They find their delivery by its tags.

use sitrep_aws::error::StoreError;
use sitrep_domain::delivery::{Delivery, MailNews};
use sitrep_domain::ids::{DeliveryId, ReportId, TenantId};

use super::deliver::{after_end, put_end};
use crate::services::Services;

/// Takes in news about a delivery. They may come twice, late, or before the answer to the call that sent it.
///
/// # Errors
///
/// [`StoreError`] when a row could not be read or written; the news are then delivered again.
pub async fn take_mail_news(
    services: &Services,
    tenant: &TenantId,
    run: ReportId,
    id: DeliveryId,
    news: MailNews,
    message_id: &str,
) -> Result<(), StoreError> {
    let Some((scope, _)) = services.open_job(tenant, "mail-news", message_id).await? else { return Ok(()) };
    loop {
        let Some(mut row) = services.store.find::<Delivery>(&scope, &(run, id)).await? else { return Ok(()) };
        if !row.value.take_news(news, message_id, services.now()) {
            return Ok(());
        }
        match put_end(services, &scope, &row, "delivery.news").await {
            Ok(()) => return after_end(services, &scope, &row.value).await,
            Err(StoreError::Conflict { .. }) => {} // Look again.
            Err(error) => return Err(error),
        }
    }
}
