//! SES v2: accepts raw messages into a mailbox and tells the deliver function what became of them.
//!
//! The events are on their way as soon as a message is accepted, whatever happens to the answer.

mod events;
mod mailbox;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Method, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use sitrep_app::clock::{Clock, IdSource};

pub use self::mailbox::{AttachmentSummary, Mail, MailSummary};
use crate::clock::VirtualClock;
use crate::emulators::json::{Refusal, answer, parse};
use crate::functions::FunctionName;
use crate::invocations::Invocations;
use crate::shelf::Shelf;

/// The largest message, in bytes.
const MAX_MESSAGE_BYTES: usize = 40 * 1_024 * 1_024;
const MAX_RECIPIENTS: usize = 50;
const KIND: &str = "mail";

/// The emulated service.
pub(crate) struct Ses {
    mailbox: Mutex<Vec<Mail>>,
    clock: Arc<VirtualClock>,
    ids: Arc<dyn IdSource>,
    shelf: Shelf,
    invocations: Arc<Invocations>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    from_email_address: Option<String>,
    #[serde(default)]
    destination: Destination,
    content: Content,
    #[serde(default)]
    email_tags: Vec<Tag>,
    configuration_set_name: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Destination {
    to_addresses: Vec<String>,
    cc_addresses: Vec<String>,
    bcc_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    raw: Option<Raw>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    name: String,
    value: String,
}

impl Ses {
    /// Opens the mailbox with what the shelf has of it.
    pub(crate) fn open(
        clock: Arc<VirtualClock>,
        ids: Arc<dyn IdSource>,
        shelf: Shelf,
        invocations: Arc<Invocations>,
    ) -> Self {
        let mailbox = shelf.load::<Mail>(KIND).into_iter().map(|(_, mail)| mail).collect();
        Self { mailbox: Mutex::new(mailbox), clock, ids, shelf, invocations }
    }

    /// Answers one request.
    pub(crate) fn call(&self, method: &Method, path: &str, body: &[u8]) -> Response<Bytes> {
        let result = match (method, path) {
            (&Method::POST, "/v2/email/outbound-emails") => {
                parse(body).and_then(|request| self.send_email(request))
            }
            _ => Err(Refusal::unknown_operation(path)),
        };
        result.map_or_else(Refusal::into_response, |value| answer(&value))
    }

    /// Every accepted message, newest last.
    pub(crate) fn mailbox(&self) -> Vec<Mail> {
        self.lock().clone()
    }

    /// The message with an id.
    pub(crate) fn find_mail(&self, id: &str) -> Option<Mail> {
        self.lock().iter().find(|mail| mail.id == id).cloned()
    }

    fn send_email(&self, request: SendEmail) -> Result<Value, Refusal> {
        let mail = self.accept(request)?;
        let mut mailbox = self.lock();
        self.shelf.put(KIND, &format!("{:012}", mailbox.len()), &mail);
        mailbox.push(mail.clone());
        drop(mailbox);
        if mail.configuration_set.is_some() {
            for event in events::events_of(&mail, mail.accepted_at, || self.ids.uuid().to_string()) {
                self.invocations.add(FunctionName::Deliver, event, mail.accepted_at);
            }
        }
        Ok(json!({"MessageId": mail.id}))
    }

    fn accept(&self, request: SendEmail) -> Result<Mail, Refusal> {
        let raw = request.content.raw.ok_or_else(|| bad_request("the local stack takes Raw content only"))?;
        let raw = STANDARD.decode(raw.data).map_err(|_| bad_request("Raw.Data is not Base64"))?;
        if raw.len() > MAX_MESSAGE_BYTES {
            return Err(bad_request(&format!("Message length is more than {MAX_MESSAGE_BYTES} bytes long")));
        }
        let from =
            request.from_email_address.ok_or_else(|| bad_request("Missing required header 'From'."))?;
        let Destination { to_addresses, cc_addresses, bcc_addresses } = request.destination;
        let to: Vec<String> = to_addresses.into_iter().chain(cc_addresses).chain(bcc_addresses).collect();
        if to.is_empty() || to.len() > MAX_RECIPIENTS {
            return Err(bad_request(&format!("a message has 1 to {MAX_RECIPIENTS} recipients")));
        }
        if let Some(tag) = request.email_tags.iter().find(|tag| !is_tag(&tag.name) || !is_tag(&tag.value)) {
            return Err(bad_request(&format!(
                "Invalid tag <{}>: letters, digits, '_', '-', '.', '@' only",
                tag.name
            )));
        }
        let id = format!("{}-000000", self.ids.uuid());
        let mut mail = Mail::new(id, from, to, self.clock.now(), &raw);
        mail.tags = request.email_tags.into_iter().map(|tag| (tag.name, tag.value)).collect();
        mail.configuration_set = request.configuration_set_name;
        Ok(mail)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Mail>> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_tag(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.@".contains(&byte);
    (1..=256).contains(&text.len()) && text.bytes().all(plain)
}

fn bad_request(message: &str) -> Refusal {
    Refusal::new(400, "BadRequestException", message)
}
