//! Telling a schedule's owner that it has begun to fail, and that it works again: once per streak, by a plain mail.

use sitrep_aws::channels::email::Message;
use sitrep_aws::error::StoreError;
use sitrep_domain::delivery::SendOutcome;
use sitrep_domain::email::Email;
use sitrep_domain::schedule::Schedule;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::tenant::Tenant;
use sitrep_domain::user::User;

use super::mail_frame::mail_page;
use crate::services::Services;

/// What an owner is told.
#[derive(Clone, Copy, Debug)]
pub(crate) enum News<'a> {
    /// The schedule has begun to fail, and why.
    Failed(&'a str),
    /// It has worked again.
    Recovered,
}

/// Sends the owner of a schedule a note about it.
///
/// # Errors
///
/// [`StoreError`] when the owner cannot be looked up. A note that is not accepted is logged; the schedule shows how it
/// is doing all the same.
pub(crate) async fn tell_owner(
    services: &Services,
    scope: &TenantScope,
    schedule: &Schedule,
    news: News<'_>,
) -> Result<(), StoreError> {
    let owner = services.store.find::<User>(scope, &schedule.owner).await?;
    let tenant = services.store.find::<Tenant>(scope, &()).await?;
    let (Some(owner), Some(tenant)) = (owner, tenant) else { return Ok(()) };
    let outcome =
        services.mailer.send(note(services, &tenant.value, schedule, &owner.value.email, news)).await;
    match outcome {
        SendOutcome::Accepted(_) => tracing::info!(schedule = %schedule.id, "the owner was told"),
        other => tracing::error!(schedule = %schedule.id, outcome = ?other, "the owner could not be told"),
    }
    Ok(())
}

fn note(services: &Services, tenant: &Tenant, schedule: &Schedule, owner: &Email, news: News<'_>) -> Message {
    let (what, text) = match news {
        News::Failed(error) => (
            "has failed",
            format!(
                "The schedule \"{}\" has failed: {}.\n\nIt goes on trying at its regular times. You get this note \
                 once, until it has worked again.",
                schedule.name,
                error.trim_end_matches('.')
            ),
        ),
        News::Recovered => {
            ("works again", format!("The schedule \"{}\" works again: its report was sent.", schedule.name))
        }
    };
    Message {
        from_name: tenant.name.clone(),
        recipient: owner.clone(),
        to: vec![owner.clone()],
        cc: Vec::new(),
        subject: format!("[{}] {} {what}", tenant.name, schedule.name),
        html: mail_page(tenant, &schedule.name, &text),
        text,
        attachments: Vec::new(),
        date: services.now(),
        message_id: format!("schedule-{}-{}", schedule.id, services.now().as_second()),
        tags: vec![("tenant", tenant.id.to_string())],
    }
}
