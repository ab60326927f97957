//! The mail of a delivery: whom it goes to, its subject, the files it carries and the link it holds.
//!
//! Small files of reports with low sensitivity are attached; otherwise the mail carries a link that expires. The link
//! is made with the delivery, and its token follows from the delivery's id: an attempt that is repeated carries the same
//! one. What the bodies say is made in `report_mail`; headers keep what people wrote on one line.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sitrep_aws::channels::email::{Attachment, Message};
use sitrep_aws::error::StoreError;
use sitrep_aws::objects::Bucket;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::delivery::Delivery;
use sitrep_domain::email::Email;
use sitrep_domain::ids::ShareId;
use sitrep_domain::report_data::ReportData;
use sitrep_domain::run::{Artifact, RecipientKind, Run, Sensitivity};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::share::{Share, expiry};
use sitrep_domain::tenant::Tenant;

use super::report_mail::ReportMail;
use crate::reports::file_name;
use crate::services::Services;

/// Most bytes of attachments, as they travel (base64).
const MAX_ATTACHED: usize = 7 << 20;

/// Writes the mail of a delivery, and puts down on the delivery which file it carries.
pub(crate) async fn write_message(
    services: &Services,
    scope: &TenantScope,
    run: &Run,
    delivery: &mut Delivery,
) -> Result<Message, StoreError> {
    let missing = || StoreError::Corrupt { what: "report", detail: format!("{} has no data", run.id) };
    let tenant = services.store.find::<Tenant>(scope, &()).await?.ok_or_else(missing)?.value;
    let data_key = run.data_key.as_ref().ok_or_else(missing)?;
    let data = services.objects.get(scope, Bucket::Artifacts, data_key).await?;
    let data: ReportData = serde_json::from_slice(&data)
        .map_err(|e| StoreError::Corrupt { what: "report data", detail: e.to_string() })?;
    let link = make_link(services, scope, run, delivery).await?;
    let attached = attached(run);
    let mut attachments = Vec::with_capacity(attached.len());
    for artifact in &attached {
        let bytes = services.objects.get(scope, Bucket::Artifacts, &artifact.key).await?;
        let (file_name, content_type) = (file_name(run, artifact), artifact.content_type.clone());
        attachments.push(Attachment { file_name, content_type, bytes });
    }
    delivery.artifact_sha256 = run.artifacts.first().map(|a| a.sha256.clone());
    let mail = ReportMail::new(run, &tenant, &data, &attachments, &link);
    let addresses = |kind| -> Vec<Email> {
        run.mail.recipients.iter().filter(|r| r.kind == kind).map(|r| r.email.clone()).collect()
    };
    let to = addresses(RecipientKind::To);
    Ok(Message {
        from_name: tenant.name.clone(),
        recipient: delivery.recipient.email.clone(),
        to: if to.is_empty() { vec![delivery.recipient.email.clone()] } else { to },
        cc: addresses(RecipientKind::Cc),
        subject: subject(run, &tenant),
        text: mail.to_text(),
        html: mail.to_html(),
        attachments,
        date: services.now(),
        message_id: format!("{}.{}", delivery.id, delivery.attempts),
        tags: vec![
            ("tenant", tenant.id.to_string()),
            ("run", run.id.to_string()),
            ("delivery", delivery.id.to_string()),
        ],
    })
}

/// The files that are attached: all of them when the report may travel and they are small enough, else none.
fn attached(run: &Run) -> Vec<&Artifact> {
    let encoded: u64 = run.artifacts.iter().map(|a| a.size_bytes.div_ceil(3) * 4).sum();
    if run.input.sensitivity == Sensitivity::Low && encoded <= MAX_ATTACHED as u64 {
        run.artifacts.iter().collect()
    } else {
        Vec::new()
    }
}

/// The link of a delivery: made once, found again by every further attempt.
async fn make_link(
    services: &Services,
    scope: &TenantScope,
    run: &Run,
    delivery: &Delivery,
) -> Result<String, StoreError> {
    let token = URL_SAFE_NO_PAD.encode(services.keyed_bytes("delivery-link", delivery.id.uuid().as_bytes()));
    let url = format!("{}/s/{token}", services.public_url);
    let id = ShareId::new(delivery.id.uuid());
    if services.store.find::<Share>(scope, &id).await?.is_some() {
        return Ok(url);
    }
    let now = services.now();
    let share = Share {
        id,
        run: run.id,
        recipient: delivery.recipient.email.clone(),
        recipient_hash: services.hash_address(&delivery.recipient.email),
        formats: run.input.formats.clone(),
        variant: "full".to_owned(),
        token_sha256: sha256_hex(token.as_bytes()),
        expires_at: expiry(None, now).expect("the default life of a link is allowed"),
        revoked_at: None,
        created_by: run.input.requested_by.clone(),
        created_at: now,
        delivery: Some(delivery.id),
        views: 0,
        downloads: 0,
        last_viewed_at: None,
    };
    let audit = services
        .audit(scope, "share.created", format!("share/{id}"))
        .with("delivery", delivery.id.to_string());
    let change = services.store.change(scope, audit).create(&share);
    match change.register_token(&share.token_sha256, scope.tenant(), id).commit().await {
        // Another worker made it in the same moment.
        Ok(()) | Err(StoreError::Conflict { .. }) => Ok(url),
        Err(error) => Err(error),
    }
}

/// The subject: the schedule's template or `[{tenant}] {name} — {date}`, on one line.
fn subject(run: &Run, tenant: &Tenant) -> String {
    let template = run.mail.subject_template.as_deref().unwrap_or("[{tenant}] {name} — {date}");
    let last = run.input.period_end.yesterday().unwrap_or(run.input.period_start);
    // One pass, so that a name which looks like a placeholder stays a name.
    let mut subject = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (word, tail) = after.split_once('}').unwrap_or((after, ""));
        subject.push_str(before);
        match word {
            "tenant" => subject.push_str(&tenant.name),
            "name" => subject.push_str(&run.input.name),
            _ => subject.push_str(&last.to_string()),
        }
        rest = tail;
    }
    subject.push_str(rest);
    subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
