//! Deliveries: one run to one recipient, accepted at most once.
//!
//! `pending → sending → accepted → delivered | bounced | complained`, or `suppressed`, `failed`, `uncertain`. Only what
//! was provably not accepted goes back to `pending`. After a lost answer a delivery is `uncertain` until the mail
//! service tells what became of it; after [`Delivery::SETTLE_WITHIN`] it is sent once more, marked as a possible
//! duplicate. Every transition is a pure function here.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{DeliveryId, ReportId, ScheduleId};
use crate::run::{Recipient, add};

/// State of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waits to be sent.
    Pending,
    /// Being sent.
    Sending,
    /// The mail service has it.
    Accepted,
    /// The recipient's server has it.
    Delivered,
    /// The recipient's server refused it.
    Bounced,
    /// The recipient called it unwanted.
    Complained,
    /// The recipient does not want it.
    Suppressed,
    /// Not sent, and will not be.
    Failed,
    /// Perhaps accepted: the answer was lost.
    Uncertain,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Sending,
        Self::Accepted,
        Self::Delivered,
        Self::Bounced,
        Self::Complained,
        Self::Suppressed,
        Self::Failed,
        Self::Uncertain,
    ];

    /// Its word in JSON and keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Suppressed => "suppressed",
            Self::Failed => "failed",
            Self::Uncertain => "uncertain",
        }
    }
}

/// What the mail service reports about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailNews {
    /// It was taken on.
    Accepted,
    /// It arrived.
    Delivered,
    /// It came back.
    Bounced,
    /// The recipient complained.
    Complained,
}

/// One run to one recipient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Its id; travels with the message as a tag.
    pub id: DeliveryId,
    /// The run.
    pub run: ReportId,
    /// The schedule, if one made the run.
    pub schedule_id: Option<ScheduleId>,
    /// Who gets it.
    pub recipient: Recipient,
    /// How it goes: `email`.
    pub channel: String,
    /// Its state.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// Id that the mail service gave.
    pub message_id: Option<String>,
    /// The last error, for people.
    pub error: Option<String>,
    /// SHA-256 of the main artifact it carries.
    pub artifact_sha256: Option<String>,
    /// The delivery it repeats, when a person asked.
    pub retry_of: Option<DeliveryId>,
    /// Whether the recipient may have it twice.
    pub possible_duplicate: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its state changed last.
    pub updated_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// When something must happen next, while it is not at rest.
    pub next_at: Option<Timestamp>,
}

/// What became of an attempt to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// The mail service took it, under this id.
    Accepted(String),
    /// Provably not taken; trying again may help.
    NotAccepted(String),
    /// Refused for good.
    Refused(String),
    /// Nobody knows: the answer was lost.
    Unknown(String),
}

impl Delivery {
    /// Most attempts that were provably not accepted.
    pub const MAX_ATTEMPTS: u32 = 5;
    /// How long an attempt may take before its outcome counts as unknown; the call itself is given less.
    pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
    /// How long the mail service has to tell what became of an uncertain delivery.
    pub const SETTLE_WITHIN: SignedDuration = SignedDuration::from_mins(15);
    /// Time after which the sweep wakes somebody for a pending delivery again.
    pub const WAKE_AFTER: SignedDuration = SignedDuration::from_secs(60);

    /// A new delivery, ready to be sent.
    #[must_use]
    pub fn new(
        id: DeliveryId,
        run: ReportId,
        schedule_id: Option<ScheduleId>,
        recipient: Recipient,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            run,
            schedule_id,
            recipient,
            channel: "email".to_owned(),
            state: DeliveryState::Pending,
            attempts: 0,
            message_id: None,
            error: None,
            artifact_sha256: None,
            retry_of: None,
            possible_duplicate: false,
            created_at: now,
            updated_at: now,
            accepted_at: None,
            next_at: Some(now),
        }
    }

    /// Starts an attempt, if it is time for one. `false`: there is nothing to send now.
    ///
    /// An attempt whose lease ended becomes uncertain, and an uncertain delivery whose time is up is sent once more.
    pub fn start_attempt(&mut self, now: Timestamp) -> bool {
        let is_due = self.next_at.is_some_and(|at| at <= now);
        match self.state {
            DeliveryState::Pending if is_due => {}
            DeliveryState::Sending if is_due => {
                self.become_uncertain("the worker stopped while sending", now);
                return false;
            }
            DeliveryState::Uncertain if is_due && self.possible_duplicate => {
                self.rest(DeliveryState::Failed, now);
                return false;
            }
            DeliveryState::Uncertain if is_due => self.possible_duplicate = true,
            _ => return false,
        }
        self.attempts += 1;
        self.change(DeliveryState::Sending, now);
        self.next_at = Some(add(now, Self::LEASE));
        true
    }

    /// Puts down what became of the attempt; `jitter` is 0 to 1 and spreads retries.
    pub fn end_attempt(&mut self, outcome: SendOutcome, jitter: f64, now: Timestamp) {
        // An answer that comes after the lease has ended still settles the doubt, if it is a yes.
        let settles = self.state == DeliveryState::Uncertain && matches!(outcome, SendOutcome::Accepted(_));
        if self.state != DeliveryState::Sending && !settles {
            return; // The mail service was faster: its news are the truth.
        }
        match outcome {
            SendOutcome::Accepted(message_id) => {
                self.message_id = Some(message_id);
                self.accept(now);
            }
            SendOutcome::NotAccepted(error) if self.attempts < Self::MAX_ATTEMPTS => {
                self.error = Some(error);
                self.change(DeliveryState::Pending, now);
                self.next_at = Some(add(now, backoff(self.attempts, jitter)));
            }
            SendOutcome::NotAccepted(error) | SendOutcome::Refused(error) => {
                self.error = Some(error);
                self.rest(DeliveryState::Failed, now);
            }
            SendOutcome::Unknown(error) => self.become_uncertain(&error, now),
        }
    }

    /// Takes in news of the mail service; `false` when they change nothing. News may come twice, late, or early.
    pub fn take_news(&mut self, news: MailNews, message_id: &str, now: Timestamp) -> bool {
        use DeliveryState as S;
        let next = match (self.state, news) {
            (S::Sending | S::Uncertain | S::Pending, MailNews::Accepted) => S::Accepted,
            (S::Sending | S::Uncertain | S::Pending | S::Accepted, MailNews::Delivered) => S::Delivered,
            (S::Sending | S::Uncertain | S::Pending | S::Accepted | S::Delivered, MailNews::Bounced) => {
                S::Bounced
            }
            (
                S::Sending | S::Uncertain | S::Pending | S::Accepted | S::Delivered | S::Bounced,
                MailNews::Complained,
            ) => S::Complained,
            _ => return false,
        };
        self.message_id.get_or_insert_with(|| message_id.to_owned());
        self.accepted_at.get_or_insert(now);
        if next != S::Accepted && next != S::Delivered {
            self.error = Some(format!("the mail service reports: {}", next.as_str()));
        }
        self.rest(next, now);
        true
    }

    /// When the sweep must look at it, if ever again.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.state {
            DeliveryState::Pending => self.next_at.map(|at| add(at, Self::WAKE_AFTER)),
            DeliveryState::Sending | DeliveryState::Uncertain => self.next_at,
            _ => None,
        }
    }

    fn accept(&mut self, now: Timestamp) {
        self.accepted_at = Some(now);
        self.error = None;
        self.rest(DeliveryState::Accepted, now);
    }

    fn become_uncertain(&mut self, error: &str, now: Timestamp) {
        self.error = Some(error.to_owned());
        self.change(DeliveryState::Uncertain, now);
        self.next_at = Some(add(now, Self::SETTLE_WITHIN));
    }

    fn rest(&mut self, state: DeliveryState, now: Timestamp) {
        self.change(state, now);
        self.next_at = None;
    }

    fn change(&mut self, state: DeliveryState, now: Timestamp) {
        self.state = state;
        self.updated_at = now;
    }
}

/// How long to wait after attempt `attempt` (1 and up): one minute, doubled each time, plus up to a tenth.
#[must_use]
pub fn backoff(attempt: u32, jitter: f64) -> SignedDuration {
    let base = 60_i64 << attempt.saturating_sub(1).min(10);
    #[expect(clippy::cast_precision_loss, reason = "a few hours in seconds")]
    let spread = base as f64 * 0.1 * jitter.clamp(0.0, 1.0);
    SignedDuration::from_secs(base) + SignedDuration::from_secs_f64(spread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::RecipientKind;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn delivery() -> Delivery {
        let recipient = Recipient {
            email: crate::email::Email::new("ann@acme.example").unwrap(),
            kind: RecipientKind::To,
        };
        let nil = uuid::Uuid::nil();
        Delivery::new(DeliveryId::new(nil), ReportId::new(nil), None, recipient, at(0))
    }

    #[test]
    fn an_accepted_delivery_is_never_sent_again() {
        let mut d = delivery();
        assert!(d.start_attempt(at(0)));
        assert!(!d.start_attempt(at(1)), "being sent");
        d.end_attempt(SendOutcome::Accepted("m-1".into()), 0.0, at(2));
        assert!(!d.start_attempt(at(9_999_999)));
        assert_eq!(d.due(), None);
        assert!(d.take_news(MailNews::Delivered, "m-1", at(3)));
        assert!(!d.take_news(MailNews::Delivered, "m-1", at(4)), "twice");
        assert!(!d.take_news(MailNews::Accepted, "m-1", at(4)), "late");
        assert!(d.take_news(MailNews::Bounced, "m-1", at(5)));
        assert_eq!(d.state, DeliveryState::Bounced);
    }

    #[test]
    fn a_lost_answer_waits_for_news_and_is_resent_once_marked() {
        let mut d = delivery();
        d.start_attempt(at(0));
        d.end_attempt(SendOutcome::Unknown("the answer was lost".into()), 0.0, at(1));
        assert_eq!((d.state, d.due()), (DeliveryState::Uncertain, Some(at(901))));
        assert!(!d.start_attempt(at(900)));
        let mut settled = d.clone();
        assert!(settled.take_news(MailNews::Delivered, "m-1", at(60)));
        assert!(!settled.start_attempt(at(901)));
        assert!(d.start_attempt(at(901)));
        assert!(d.possible_duplicate);
        d.end_attempt(SendOutcome::Unknown("again".into()), 0.0, at(902));
        assert!(!d.start_attempt(at(5_000)), "never a third time");
        assert_eq!(d.state, DeliveryState::Failed);
    }

    #[test]
    fn an_answer_after_the_lease_settles_the_doubt_only_if_it_is_a_yes() {
        let mut d = delivery();
        d.start_attempt(at(0));
        assert!(!d.start_attempt(at(60)), "the lease has ended");
        d.end_attempt(SendOutcome::NotAccepted("late".into()), 0.0, at(61));
        assert_eq!(d.state, DeliveryState::Uncertain);
        d.end_attempt(SendOutcome::Accepted("m-1".into()), 0.0, at(62));
        assert_eq!(d.state, DeliveryState::Accepted);
        assert!(!d.start_attempt(at(5_000)));
    }

    #[test]
    fn a_worker_that_stopped_while_sending_leaves_it_uncertain() {
        let mut d = delivery();
        d.start_attempt(at(0));
        assert!(!d.start_attempt(at(60)));
        assert_eq!(d.state, DeliveryState::Uncertain);
    }

    #[test]
    fn what_was_not_accepted_is_tried_five_times_with_growing_waits() {
        let mut d = delivery();
        let mut now = at(0);
        for wait in [60, 120, 240, 480] {
            assert!(d.start_attempt(now));
            d.end_attempt(SendOutcome::NotAccepted("throttled".into()), 0.0, now);
            assert_eq!(d.next_at, Some(add(now, SignedDuration::from_secs(wait))));
            now = d.next_at.unwrap();
        }
        assert!(d.start_attempt(now));
        d.end_attempt(SendOutcome::NotAccepted("throttled".into()), 0.0, now);
        assert_eq!((d.state, d.attempts), (DeliveryState::Failed, 5));
        assert_eq!(backoff(1, 1.0).as_secs(), 66);
    }
}
