//! Every message that SES accepted, as raw MIME, in the order of acceptance.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use mail_parser::{MessageParser, MimeHeaders as _};
use serde::{Deserialize, Serialize};

/// A message as it was accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// SES's message id.
    pub id: String,
    /// The envelope's sender, as the caller wrote it.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// The caller's tags.
    pub tags: Vec<(String, String)>,
    /// The configuration set, without which no events are told.
    pub configuration_set: Option<String>,
    /// The message with its headers, in Base64.
    raw: String,
}

/// A message as a list shows it: what its own headers and parts say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailSummary {
    /// SES's message id.
    pub id: String,
    /// The sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// The decoded subject.
    pub subject: String,
    /// The header `Date` as an instant, or when the message was accepted.
    pub date: Timestamp,
    /// Every attachment, in the order of the message.
    pub attachments: Vec<AttachmentSummary>,
}

/// An attachment as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttachmentSummary {
    /// Its decoded file name; empty when the part has none.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// Its decoded length in bytes.
    pub size: usize,
}

impl Mail {
    pub(super) fn new(id: String, from: String, to: Vec<String>, accepted_at: Timestamp, raw: &[u8]) -> Self {
        let raw = STANDARD.encode(raw);
        Self { id, from, to, accepted_at, tags: Vec::new(), configuration_set: None, raw }
    }

    /// The message with its headers, byte for byte.
    #[must_use]
    pub fn raw(&self) -> Vec<u8> {
        STANDARD.decode(&self.raw).unwrap_or_default()
    }

    /// What a list shows.
    #[must_use]
    pub fn summary(&self) -> MailSummary {
        let raw = self.raw();
        let parsed = MessageParser::default().parse(&raw);
        let message = parsed.as_ref();
        let date = message.and_then(|message| message.date()).map(mail_parser::DateTime::to_timestamp);
        MailSummary {
            id: self.id.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            subject: message.and_then(|message| message.subject()).unwrap_or_default().to_owned(),
            date: date.and_then(|second| Timestamp::from_second(second).ok()).unwrap_or(self.accepted_at),
            attachments: message
                .map(|message| message.attachments().map(describe).collect())
                .unwrap_or_default(),
        }
    }
}

fn describe(part: &mail_parser::MessagePart<'_>) -> AttachmentSummary {
    let content_type = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |kind| {
            kind.subtype()
                .map_or_else(|| kind.ctype().to_owned(), |subtype| format!("{}/{subtype}", kind.ctype()))
        },
    );
    AttachmentSummary {
        filename: part.attachment_name().unwrap_or_default().to_owned(),
        content_type,
        size: part.contents().len(),
    }
}
