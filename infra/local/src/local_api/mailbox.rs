//! `/_local/mailbox`: every message that SES accepted.

use bytes::Bytes;
use http::Response;

use super::Problem;
use crate::core::Core;
use crate::emulators::ses::{Mail, MailSummary};

/// Every message, newest last.
pub(super) fn list_mails(core: &Core) -> Vec<MailSummary> {
    core.wire().ses.mailbox().iter().map(Mail::summary).collect()
}

/// One message as raw MIME.
pub(super) fn get_mail(core: &Core, id: &str) -> Result<Response<Bytes>, Problem> {
    let mail = core.wire().ses.find_mail(id).ok_or_else(|| Problem::not_found("message"))?;
    let mut response = Response::new(Bytes::from(mail.raw()));
    response.headers_mut().insert("content-type", http::HeaderValue::from_static("message/rfc822"));
    Ok(response)
}
