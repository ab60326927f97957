//! What a report's mail says: subject, summary figures, attachments or a link, in text and HTML.
//!
//! Everything that records or people wrote is escaped in HTML and kept on one line in headers. Small files of reports
//! with low sensitivity are attached; otherwise the mail carries a link that expires. The link is made with the
//! delivery, and its token follows from the delivery's id: an attempt that is repeated carries the same one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sitrep_aws::channels::email::{Attachment, Message};
use sitrep_aws::error::StoreError;
use sitrep_aws::objects::Bucket;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::delivery::Delivery;
use sitrep_domain::document::Unit;
use sitrep_domain::email::Email;
use sitrep_domain::ids::ShareId;
use sitrep_domain::metrics::find_metric;
use sitrep_domain::report_data::{MetricFigure, ReportData};
use sitrep_domain::result::Cell;
use sitrep_domain::run::{Artifact, RecipientKind, Run, Sensitivity};
use sitrep_domain::scope::TenantScope;
use sitrep_domain::share::{Share, expiry};
use sitrep_domain::templates::find_template;
use sitrep_domain::tenant::Tenant;
use sitrep_domain::words;

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
    let content = Content::new(run, &data, &attachments, &link);
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
        text: content.to_text(),
        html: content.to_html(&tenant),
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

/// What both bodies say.
struct Content<'a> {
    name: &'a str,
    period: String,
    timezone: &'a str,
    figures: Vec<(&'static str, String)>,
    files: Vec<String>,
    link: &'a str,
}

impl<'a> Content<'a> {
    fn new(run: &'a Run, data: &ReportData, files: &[Attachment], link: &'a str) -> Self {
        let last = run.input.period_end.yesterday().unwrap_or(run.input.period_start);
        Self {
            name: &run.input.name,
            period: words::days(run.input.period_start, last),
            timezone: &run.input.timezone,
            figures: summary(run, data),
            files: files.iter().map(|f| format!("{} ({})", f.file_name, size(f.bytes.len()))).collect(),
            link,
        }
    }

    fn to_text(&self) -> String {
        let mut text = format!("{}\n{} ({})\n\n", self.name, self.period, self.timezone);
        for (title, value) in &self.figures {
            text.push_str(&format!("{title}: {value}\n"));
        }
        if !self.files.is_empty() {
            text.push_str("\nAttached:\n");
            for file in &self.files {
                text.push_str(&format!("- {file}\n"));
            }
        }
        text.push_str(&format!("\nView the report (the link works for seven days):\n{}\n", self.link));
        text.push_str("\nThis is an automated report. Please do not reply.\n");
        text
    }

    fn to_html(&self, tenant: &Tenant) -> String {
        let rows: String = self
            .figures
            .iter()
            .map(|(title, value)| {
                format!(
                    "<tr><td style=\"padding:6px 16px 6px 0;color:#52606d\">{}</td>\
                     <td style=\"padding:6px 0;text-align:right;font-weight:600\">{}</td></tr>",
                    escape(title),
                    escape(value)
                )
            })
            .collect();
        let files: String = self.files.iter().map(|f| format!("<li>{}</li>", escape(f))).collect();
        let attached = if files.is_empty() {
            String::new()
        } else {
            format!("<p style=\"margin:16px 0 4px\">Attached:</p><ul style=\"margin:0\">{files}</ul>")
        };
        let accent = tenant.settings.accent;
        let body = format!(
            "<p style=\"margin:0 0 16px;color:#52606d\">{} ({})</p><table role=\"presentation\" style=\"border-collapse:collapse\">{rows}</table>{attached}\
             <p style=\"margin:24px 0\"><a href=\"{}\" style=\"background:#{:02x}{:02x}{:02x};color:#ffffff;padding:10px 18px;\
             border-radius:4px;text-decoration:none;font-weight:600\">View the report</a></p>\
             <p style=\"color:#52606d\">The link works for seven days.</p>",
            escape(&self.period),
            escape(self.timezone),
            escape(self.link),
            accent.0,
            accent.1,
            accent.2
        );
        page(tenant, self.name, &body)
    }
}

/// The frame of every HTML mail of a tenant; `body` is HTML already.
pub(super) fn page(tenant: &Tenant, title: &str, body: &str) -> String {
    let accent = tenant.settings.accent;
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
         <body style=\"margin:0;padding:24px;background:#f5f7fa;color:#1f2933;font:15px/1.5 -apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif\">\
         <div style=\"max-width:600px;margin:0 auto;background:#ffffff;border-top:4px solid #{:02x}{:02x}{:02x};padding:24px 28px\">\
         <p style=\"margin:0;color:#52606d\">{}</p><h1 style=\"margin:4px 0 8px;font-size:22px\">{title}</h1>{body}\
         <p style=\"margin:24px 0 0;border-top:1px solid #e4e7eb;padding-top:12px;color:#52606d;font-size:13px\">\
         This is an automated report. Please do not reply.</p></div></body></html>",
        accent.0,
        accent.1,
        accent.2,
        escape(&tenant.name),
        title = escape(title),
    )
}

/// A plain text as the HTML mail of a tenant: paragraphs at empty lines, its link clickable.
pub(crate) fn mail_page(tenant: &Tenant, title: &str, text: &str) -> String {
    let line = |line: &str| match line.starts_with("https://") || line.starts_with("http://") {
        true => format!("<a href=\"{0}\">{0}</a>", escape(line)),
        false => escape(line),
    };
    let paragraph = |p: &str| format!("<p>{}</p>", p.lines().map(line).collect::<Vec<_>>().join("<br>"));
    let body: String = text.split("\n\n").filter(|p| !p.trim().is_empty()).map(paragraph).collect();
    page(tenant, title, &body)
}

/// The figures of the report's cards, in their order.
fn summary(run: &Run, data: &ReportData) -> Vec<(&'static str, String)> {
    let mut figures: Vec<(&'static str, String)> = Vec::new();
    let templates = run.input.templates.iter().filter_map(|t| find_template(&t.id));
    for metric in templates.flat_map(|t| t.metrics).filter_map(|m| find_metric(m.id)) {
        let Some(figure) = data.metrics.get(metric.id) else { continue };
        if !figures.iter().any(|(title, _)| *title == metric.title) {
            figures.push((metric.title, print(figure)));
        }
    }
    figures
}

fn print(figure: &MetricFigure) -> String {
    match (&figure.value, figure.unit) {
        (Cell::Null, _) => "no data".to_owned(),
        (Cell::Integer(n), Unit::Count) => words::count(u64::try_from(*n).unwrap_or(0)),
        (value, Unit::Minutes) => value.as_f64().map_or_else(String::new, words::duration),
        (value, Unit::Percent) => value.as_f64().map_or_else(String::new, words::percentage),
        (value, _) => value.as_f64().map_or_else(String::new, |x| x.to_string()),
    }
}

fn size(bytes: usize) -> String {
    format!("{} KB", bytes.div_ceil(1_024))
}

/// Text as HTML: what could be markup is written out.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
