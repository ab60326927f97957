//! Events of SES, as EventBridge brings them: which delivery, and what became of it.

use aws_lambda_events::eventbridge::EventBridgeEvent;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sitrep_domain::delivery::MailNews;
use sitrep_domain::ids::{DeliveryId, ReportId, TenantId};
use sitrep_runtime::Failure;
use std::collections::HashMap;

/// News about one delivery.
#[derive(Debug)]
pub(crate) struct MailEvent {
    pub(crate) tenant: TenantId,
    pub(crate) run: ReportId,
    pub(crate) delivery: DeliveryId,
    pub(crate) news: MailNews,
    pub(crate) message_id: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    mail: Mail,
    #[serde(default)]
    bounce: Option<Bounce>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Mail {
    message_id: String,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    #[serde(default)]
    bounce_type: String,
}

/// Reads an event; `None` when the mail is no delivery of ours, or the news say nothing final.
///
/// # Errors
///
/// [`Failure`] when it is not an event of SES.
pub(crate) fn read_mail_event(event: Value) -> Result<Option<MailEvent>, Failure> {
    let event: EventBridgeEvent<Detail> = serde_json::from_value(event).map_err(|e| Failure::new(&e))?;
    let detail = event.detail;
    let Some(news) = news_of(&detail) else { return Ok(None) };
    let tag = |name: &str| detail.mail.tags.get(name).and_then(|values| values.first()).map(String::as_str);
    let (Some(tenant), Some(run), Some(delivery)) = (tag("tenant"), tag("run"), tag("delivery")) else {
        return Ok(None);
    };
    let unreadable =
        |what: &str| Failure(format!("the tag {what} of message {} cannot be read", detail.mail.message_id));
    Ok(Some(MailEvent {
        tenant: TenantId::new(tenant).map_err(|_| unreadable("tenant"))?,
        run: run.parse().map_err(|_| unreadable("run"))?,
        delivery: delivery.parse().map_err(|_| unreadable("delivery"))?,
        news,
        message_id: detail.mail.message_id,
    }))
}

/// A bounce that the service calls transient may still arrive: it is no news.
fn news_of(detail: &Detail) -> Option<MailNews> {
    match detail.event_type.as_str() {
        "Send" => Some(MailNews::Accepted),
        "Delivery" => Some(MailNews::Delivered),
        "Bounce" if detail.bounce.as_ref().is_some_and(|b| b.bounce_type == "Transient") => None,
        "Bounce" | "Reject" => Some(MailNews::Bounced),
        "Complaint" => Some(MailNews::Complained),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(case: &str) -> Option<MailEvent> {
        let path = format!("{}/../../events/deliver/{case}.json", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect(&path);
        read_mail_event(serde_json::from_str(&text).unwrap()).unwrap()
    }

    #[test]
    fn events_of_the_mail_service_find_their_delivery() {
        for (case, news) in [
            ("mail_sent", MailNews::Accepted),
            ("mail_delivered", MailNews::Delivered),
            ("mail_bounced", MailNews::Bounced),
            ("mail_complained", MailNews::Complained),
            ("mail_rejected", MailNews::Bounced),
        ] {
            let event = read(case).expect(case);
            assert_eq!(event.news, news, "{case}");
            assert_eq!(event.tenant.as_str(), "demo");
        }
    }

    #[test]
    fn mail_without_our_tags_is_no_news_and_other_json_is_an_error() {
        let mut event: Value = serde_json::json!({"detail-type": "Email Sent", "source": "aws.ses",
            "detail": {"eventType": "Send", "mail": {"messageId": "m", "tags": {}}}});
        assert!(read_mail_event(event.clone()).unwrap().is_none());
        event["detail"] = Value::Null;
        assert!(read_mail_event(event).is_err());
    }
}
