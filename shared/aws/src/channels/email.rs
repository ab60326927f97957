//! Mail by SES: one Raw message per recipient, one call per attempt, never retried by the SDK.
//!
//! What the call's end means is decided here: taken, provably not taken, refused for good, or unknown. Only a failure
//! to connect and an explicit throttle are "provably not taken".

use std::time::Duration;

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use aws_smithy_runtime_api::client::result::ConnectorError;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use sitrep_domain::delivery::SendOutcome;
use sitrep_domain::email::Email;

use crate::clients::Clients;

/// Name of the channel.
pub const NAME: &str = "email";

/// Who sends, and under which configuration set the service reports news.
#[derive(Clone, Debug)]
pub struct MailIdentity {
    /// Address of the sender.
    pub from: Email,
    /// Configuration set of SES.
    pub configuration_set: String,
}

/// One file of a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Its name.
    pub file_name: String,
    /// Its media type.
    pub content_type: String,
    /// Its bytes.
    pub bytes: bytes::Bytes,
}

/// One message to one recipient.
#[derive(Clone, Debug)]
pub struct Message {
    /// Name shown beside the sender's address.
    pub from_name: String,
    /// The recipient: the only address it goes to.
    pub recipient: Email,
    /// Addresses in the To header.
    pub to: Vec<Email>,
    /// Addresses in the Cc header.
    pub cc: Vec<Email>,
    /// The subject, one line.
    pub subject: String,
    /// The text body.
    pub text: String,
    /// The HTML body.
    pub html: String,
    /// The files.
    pub attachments: Vec<Attachment>,
    /// When it was made.
    pub date: jiff::Timestamp,
    /// Local part of its Message-ID: the delivery and the attempt.
    pub message_id: String,
    /// Tags by which the service's news find the delivery.
    pub tags: Vec<(&'static str, String)>,
}

/// Mail by SES.
#[derive(Clone, Debug)]
pub struct Mailer {
    client: aws_sdk_sesv2::Client,
    identity: MailIdentity,
}

impl Mailer {
    /// How long one attempt may take; shorter than the delivery's lease.
    pub const DEADLINE: Duration = Duration::from_secs(20);

    /// The mailer with its identity.
    #[must_use]
    pub fn new(clients: &Clients, identity: MailIdentity) -> Self {
        Self { client: clients.ses.clone(), identity }
    }

    /// Makes one attempt to send and tells what became of it.
    pub async fn send(&self, message: Message) -> SendOutcome {
        let mime = match self.to_mime(&message) {
            Ok(mime) => mime,
            Err(error) => return SendOutcome::Refused(format!("the message cannot be written: {error}")),
        };
        let raw = match RawMessage::builder().data(Blob::new(mime)).build() {
            Ok(raw) => raw,
            Err(error) => return SendOutcome::Refused(error.to_string()),
        };
        let tags =
            message.tags.iter().filter_map(|(k, v)| MessageTag::builder().name(*k).value(v).build().ok());
        let request = self
            .client
            .send_email()
            .from_email_address(self.identity.from.as_str())
            .destination(Destination::builder().to_addresses(message.recipient.as_str()).build())
            .content(EmailContent::builder().raw(raw).build())
            .configuration_set_name(&self.identity.configuration_set)
            .set_email_tags(Some(tags.collect()));
        match tokio::time::timeout(Self::DEADLINE, request.send()).await {
            Ok(Ok(answer)) => SendOutcome::Accepted(answer.message_id.unwrap_or_default()),
            Ok(Err(error)) => classify(&error),
            Err(_) => SendOutcome::Unknown("the mail service did not answer in time".to_owned()),
        }
    }

    fn to_mime(&self, message: &Message) -> std::io::Result<Vec<u8>> {
        let list = |emails: &[Email]| -> Vec<Address<'static>> {
            emails.iter().map(|e| Address::new_address(None::<&str>, e.as_str().to_owned())).collect()
        };
        let from =
            Address::new_address(Some(message.from_name.clone()), self.identity.from.as_str().to_owned());
        let mut builder = MessageBuilder::new()
            .from(from)
            .to(Address::new_list(list(&message.to)))
            .subject(message.subject.as_str())
            .date(Date::new(message.date.as_second()))
            .message_id(format!("{}@{}", message.message_id, self.identity.from.domain()))
            .header("Auto-Submitted", Raw::new("auto-generated"))
            .header("X-Auto-Response-Suppress", Raw::new("All"))
            .text_body(message.text.as_str())
            .html_body(message.html.as_str());
        if !message.cc.is_empty() {
            builder = builder.cc(Address::new_list(list(&message.cc)));
        }
        for file in &message.attachments {
            let (kind, name) = (file.content_type.as_str(), file.file_name.as_str());
            builder = builder.attachment(kind, name, file.bytes.as_ref());
        }
        builder.write_to_vec()
    }
}

fn classify(
    error: &SdkError<SendEmailError, aws_smithy_runtime_api::client::orchestrator::HttpResponse>,
) -> SendOutcome {
    match error {
        SdkError::ConstructionFailure(_) => {
            SendOutcome::NotAccepted("the request could not be made".to_owned())
        }
        SdkError::DispatchFailure(failure) if was_never_connected(failure.as_connector_error()) => {
            SendOutcome::NotAccepted("the mail service could not be reached".to_owned())
        }
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            let code = service.err().code().unwrap_or("unknown").to_owned();
            let text = format!("the mail service answered {status} {code}");
            match status {
                429 => SendOutcome::NotAccepted(text),
                400..=499 if is_throttle(&code) => SendOutcome::NotAccepted(text),
                400..=499 => SendOutcome::Refused(text),
                _ => SendOutcome::Unknown(text),
            }
        }
        _ => SendOutcome::Unknown("the mail service's answer was lost".to_owned()),
    }
}

/// Whether the connection itself was refused, so that nothing can have been sent.
fn was_never_connected(error: Option<&ConnectorError>) -> bool {
    use std::io::ErrorKind as Kind;
    let mut source: Option<&(dyn std::error::Error + 'static)> = error.map(|e| e as _);
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return matches!(
                io.kind(),
                Kind::ConnectionRefused
                    | Kind::HostUnreachable
                    | Kind::NetworkUnreachable
                    | Kind::AddrNotAvailable
            );
        }
        source = error.source();
    }
    false
}

fn is_throttle(code: &str) -> bool {
    matches!(
        code,
        "TooManyRequestsException" | "ThrottlingException" | "Throttling" | "LimitExceededException"
    )
}
