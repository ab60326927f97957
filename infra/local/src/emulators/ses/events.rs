//! What SES tells of a message afterwards, as the EventBridge events that the deliver function receives.
//!
//! The mailbox simulator's rule decides: an address whose local part begins with `bounce` bounces, with `complaint`
//! is delivered and then complained about, any other is delivered.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::mailbox::Mail;
use crate::resources::{ACCOUNT, REGION};

/// The events of a message, in the order in which they happen, each with an id of `new_id`.
pub(super) fn events_of(mail: &Mail, at: Timestamp, mut new_id: impl FnMut() -> String) -> Vec<Value> {
    let mut events = vec![event(mail, at, &new_id(), "Email Sent", "Send", json!({}))];
    let (bounced, reached): (Vec<&String>, Vec<&String>) =
        mail.to.iter().partition(|to| local_part(to).starts_with("bounce"));
    if !reached.is_empty() {
        let detail =
            json!({"timestamp": at, "recipients": reached, "smtpResponse": "250 2.6.0 Message received"});
        events.push(event(mail, at, &new_id(), "Email Delivered", "Delivery", detail));
    }
    if !bounced.is_empty() {
        let recipients: Vec<Value> =
            bounced.iter().map(|to| json!({"emailAddress": to, "status": "5.1.1"})).collect();
        let detail = json!({
            "timestamp": at, "bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": recipients,
        });
        events.push(event(mail, at, &new_id(), "Email Bounced", "Bounce", detail));
    }
    let complaining: Vec<Value> = reached
        .iter()
        .filter(|to| local_part(to).starts_with("complaint"))
        .map(|to| json!({"emailAddress": to}))
        .collect();
    if !complaining.is_empty() {
        let detail = json!({
            "timestamp": at, "complaintFeedbackType": "abuse", "complainedRecipients": complaining,
        });
        events.push(event(mail, at, &new_id(), "Email Complaint Received", "Complaint", detail));
    }
    events
}

fn event(mail: &Mail, at: Timestamp, id: &str, detail_type: &str, event_type: &str, what: Value) -> Value {
    let mut detail = Map::new();
    detail.insert("eventType".to_owned(), json!(event_type));
    detail.insert("mail".to_owned(), mail_object(mail));
    detail.insert(event_type.to_ascii_lowercase(), what);
    json!({
        "version": "0",
        "id": id,
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": ACCOUNT,
        "time": at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "region": REGION,
        "resources": [],
        "detail": detail,
    })
}

fn mail_object(mail: &Mail) -> Value {
    let mut tags: Map<String, Value> =
        mail.tags.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    if let Some(set) = &mail.configuration_set {
        tags.insert("ses:configuration-set".to_owned(), json!([set]));
    }
    json!({
        "timestamp": mail.accepted_at,
        "source": mail.from,
        "sendingAccountId": ACCOUNT,
        "messageId": mail.id,
        "destination": mail.to,
        "headersTruncated": false,
        "tags": tags,
    })
}

fn local_part(address: &str) -> &str {
    let address = address.rsplit_once('<').map_or(address, |(_, bare)| bare);
    address.split('@').next().unwrap_or(address)
}
