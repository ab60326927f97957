//! Making links. The token is shown once, here; only its hash is kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use sitrep_aws::channels::email::Message;
use sitrep_aws::error::StoreError;
use sitrep_domain::access::Permission;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::choices::{check_addresses, check_recipients as check_recipient_list};
use sitrep_domain::delivery::SendOutcome;
use sitrep_domain::document::Format;
use sitrep_domain::email::Email;
use sitrep_domain::ids::{ReportId, ShareId};
use sitrep_domain::invalid::Invalid;
use sitrep_domain::run::{Recipient, RecipientKind, Run};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::share::{Share, expiry};
use sitrep_domain::tenant::Tenant;

use crate::deliveries::mail_page;
use crate::error::AppError;
use crate::reports::{check_recipients, find_artifact};
use crate::services::{Services, require};

/// The body of `POST /reports/{id}/share`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareBody {
    /// Whom the links are for; 1 to 20.
    pub recipients: Vec<String>,
    /// Life in hours, 1 to 720; 168 when missing.
    pub expires_in_hours: Option<i64>,
    /// Formats they give; all of the report's when missing.
    pub formats: Option<Vec<Format>>,
    /// `full`; without a redaction policy there is no other, and it must be named.
    pub variant: Option<String>,
    /// A line to the recipients.
    pub message: Option<String>,
}

/// A link that was made. The URL is shown this once.
#[derive(Clone, Debug)]
pub struct NewShare {
    /// Its id.
    pub id: ShareId,
    /// Whom it is for.
    pub recipient: Email,
    /// The link.
    pub url: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Makes one link per recipient and mails it to them.
///
/// # Errors
///
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`AppError::Invalid`] naming the field, [`AppError::Conflict`] while
/// the report has no files, [`AppError::Unavailable`].
pub async fn create_share(
    services: &Services,
    scope: &TenantScope,
    id: ReportId,
    input: impl FnOnce() -> Result<ShareBody, AppError>,
) -> Result<Vec<NewShare>, AppError> {
    require(scope, Permission::Share)?;
    let run = services.get::<Run>(scope, &id).await?.value;
    let body = input()?;
    let recipients = check(&body, &run)?;
    let expires_at = expiry(body.expires_in_hours, services.now())?;
    let tenant = services.tenant(scope).await?;
    check_recipients(services, scope, &tenant, &recipients).await?;
    let formats = body.formats.unwrap_or_else(|| run.artifacts.iter().map(|a| a.format).collect());
    let mut made = Vec::with_capacity(recipients.len());
    let audit =
        services.audit(scope, "share.created", format!("report/{id}")).with("links", recipients.len());
    let mut change = services.store.change(scope, audit);
    for recipient in recipients {
        let (share, url) = new_share(services, scope, &run, recipient.email, &formats, expires_at);
        change = change.create(&share).register_token(&share.token_sha256, scope.tenant(), share.id);
        made.push(NewShare { id: share.id, recipient: share.recipient, url, expires_at });
    }
    match change.commit().await {
        Ok(()) => {}
        Err(conflict @ StoreError::Conflict { .. }) => {
            return find_made(services, scope, made, conflict).await;
        }
        Err(error) => return Err(error.into()),
    }
    // All at once: the URLs are in this answer and in no other, so it must not wait for twenty mails in turn.
    let message = body.message.as_deref();
    futures::future::join_all(made.iter().map(|share| tell(services, &tenant, &run, share, message))).await;
    Ok(made)
}

/// The links, if an earlier attempt of the same request has made them: nobody else draws their ids. It may have mailed
/// them, so they are not mailed again.
async fn find_made(
    services: &Services,
    scope: &TenantScope,
    mut made: Vec<NewShare>,
    conflict: StoreError,
) -> Result<Vec<NewShare>, AppError> {
    for share in &mut made {
        let Some(found) = services.store.find::<Share>(scope, &share.id).await? else {
            return Err(conflict.into());
        };
        share.expires_at = found.value.expires_at;
    }
    Ok(made)
}

fn check(body: &ShareBody, run: &Run) -> Result<Vec<Recipient>, AppError> {
    match body.variant.as_deref() {
        Some("full") => {}
        Some("redacted") | None => {
            let detail =
                "this organization has no redaction policy; say variant \"full\" to share the whole report";
            return Err(Invalid::field("variant", "no_redaction_policy", detail).into());
        }
        Some(_) => {
            return Err(Invalid::field("variant", "unknown_variant", "variant is full or redacted").into());
        }
    }
    let recipients =
        check_addresses(&body.recipients, RecipientKind::To).map_err(|e| e.below("recipients"))?;
    check_recipient_list(&recipients).map_err(|e| e.below("recipients"))?;
    if recipients.is_empty() {
        return Err(Invalid::field("recipients", "missing", "name at least one recipient").into());
    }
    if body.formats.as_ref().is_some_and(Vec::is_empty) {
        return Err(
            Invalid::field("formats", "empty", "name at least one format, or leave formats out").into()
        );
    }
    for format in body.formats.iter().flatten() {
        find_artifact(run, *format)?;
    }
    if run.artifacts.is_empty() {
        return Err(AppError::conflict("not_completed", "the report has no files to share yet"));
    }
    if body.message.as_ref().is_some_and(|m| m.chars().count() > 1_000) {
        return Err(Invalid::field("message", "too_long", "a message has at most 1,000 characters").into());
    }
    Ok(recipients)
}

fn new_share(
    services: &Services,
    scope: &TenantScope,
    run: &Run,
    recipient: Email,
    formats: &[Format],
    expires_at: Timestamp,
) -> (Share, String) {
    let mut secret = [0_u8; 32];
    services.ids.fill(&mut secret);
    let token = URL_SAFE_NO_PAD.encode(secret);
    let share = Share {
        id: ShareId::new(services.ids.uuid()),
        run: run.id,
        recipient_hash: services.hash_address(&recipient),
        recipient,
        formats: formats.to_vec(),
        variant: "full".to_owned(),
        token_sha256: sha256_hex(token.as_bytes()),
        expires_at,
        revoked_at: None,
        created_by: scope.actor_name().to_owned(),
        created_at: services.now(),
        delivery: None,
        views: 0,
        downloads: 0,
        last_viewed_at: None,
    };
    let url = format!("{}/s/{token}", services.public_url);
    (share, url)
}

/// Mails a link to its recipient. The caller has the URL too, so a mail that is not accepted fails nothing.
async fn tell(services: &Services, tenant: &Tenant, run: &Run, share: &NewShare, message: Option<&str>) {
    let message = message.unwrap_or_default();
    let until = share.expires_at.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let text = format!(
        "{} shares the report \"{}\" with you.\n\n{message}\n\nOpen it until {until}:\n{}\n",
        tenant.name, run.input.name, share.url
    );
    let mail = Message {
        from_name: tenant.name.clone(),
        recipient: share.recipient.clone(),
        to: vec![share.recipient.clone()],
        cc: Vec::new(),
        subject: format!("[{}] {}", tenant.name, run.input.name),
        html: mail_page(tenant, &run.input.name, &text),
        text,
        attachments: Vec::new(),
        date: services.now(),
        message_id: format!("share-{}", share.id),
        tags: vec![("tenant", tenant.id.to_string()), ("share", share.id.to_string())],
    };
    match services.mailer.send(mail).await {
        SendOutcome::Accepted(_) => tracing::info!(share = %share.id, "a link was mailed"),
        outcome => tracing::warn!(share = %share.id, ?outcome, "a link was not mailed"),
    }
}
