//! Idempotency keys: what is remembered of a request, so that its repetition has no second effect.
//!
//! A key belongs to one user and one operation for 24 hours. Whoever claims it first works under a lease; a repetition
//! meanwhile is told to wait, one afterwards gets the answer again. A claim whose lease has run out is taken over with
//! the same seed, from which all ids of the effect follow: what the first one did is then found, not done again.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::invalid::Invalid;

/// What a client calls one request of its own: 1 to 255 visible ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Longest key, in characters.
    pub const MAX: usize = 255;

    /// Reads the header's value.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming `idempotency-key`.
    pub fn new(text: &str) -> Result<Self, Invalid> {
        if (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
            return Ok(Self(text.to_owned()));
        }
        let detail = "an idempotency key has 1 to 255 visible ASCII characters, without spaces";
        Err(Invalid::field("idempotency-key", "bad_key", detail))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An answer that is kept, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// The status.
    pub status: u16,
    /// The headers that belong to the answer, in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body; none when it could not be kept, and then there is nothing to be replayed.
    pub body: Option<String>,
}

impl KeptAnswer {
    /// Longest body that is kept, in bytes as a JSON string: so it lies in the row, and an item of the table has at most
    /// 400 KB.
    pub const MAX_BODY: usize = 384 << 10;

    /// Whether a body can be kept.
    #[must_use]
    pub fn has_room_for(body: &str) -> bool {
        let escaped = serde_json::to_string(body);
        escaped.is_ok_and(|escaped| escaped.len() <= Self::MAX_BODY)
    }
}

/// What is remembered of a request with a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyedRequest {
    /// Keyed hash of user and key.
    pub hash: String,
    /// The operation.
    pub operation: String,
    /// Keyed hash of what was asked: path, query and body.
    pub fingerprint: String,
    /// What the ids of the effect follow from; the same for every claim until the key is forgotten.
    pub seed: String,
    /// Who works on it, or did last.
    pub claim: Uuid,
    /// Until when the claim is taken to be at work.
    pub lease_until: Timestamp,
    /// The answer, once there is one.
    pub answer: Option<KeptAnswer>,
    /// When the key is forgotten.
    pub expires_at: Timestamp,
}

/// How a request stands to what is remembered of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStanding {
    /// The key was forgotten; the request is a new one.
    Forgotten,
    /// The key was used for another request.
    Mismatch,
    /// The first one has been answered.
    Answered,
    /// The first one is still at work.
    Running,
    /// The first one stopped half way, or may have.
    Abandoned,
}

impl KeyedRequest {
    /// How long a key is remembered.
    pub const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);
    /// How long a claim is taken to be at work: longer than the api function may run.
    pub const LEASE: SignedDuration = SignedDuration::from_secs(60);

    /// How a request with that fingerprint stands to this one at `now`.
    #[must_use]
    pub fn standing(&self, fingerprint: &str, now: Timestamp) -> KeyStanding {
        if now >= self.expires_at {
            KeyStanding::Forgotten
        } else if self.fingerprint != fingerprint {
            KeyStanding::Mismatch
        } else if self.answer.is_some() {
            KeyStanding::Answered
        } else if now < self.lease_until {
            KeyStanding::Running
        } else {
            KeyStanding::Abandoned
        }
    }

    /// The same request, worked on by another claim.
    #[must_use]
    pub fn taken_over(self, claim: Uuid, now: Timestamp) -> Self {
        Self { claim, lease_until: now + Self::LEASE, ..self }
    }

    /// The same request, answered.
    #[must_use]
    pub fn answered(self, answer: KeptAnswer) -> Self {
        Self { answer: Some(answer), ..self }
    }

    /// The same request, stopped: the next one may take it over at once.
    #[must_use]
    pub fn abandoned(self, now: Timestamp) -> Self {
        Self { lease_until: now, ..self }
    }

    /// The same request, refused before it did anything: its key is free again.
    #[must_use]
    pub fn forgotten(self, now: Timestamp) -> Self {
        Self { expires_at: now, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn request() -> KeyedRequest {
        KeyedRequest {
            hash: "h".to_owned(),
            operation: "create_schedule".to_owned(),
            fingerprint: "f".to_owned(),
            seed: "s".to_owned(),
            claim: Uuid::nil(),
            lease_until: at(60),
            answer: None,
            expires_at: at(86_400),
        }
    }

    #[test]
    fn a_key_is_1_to_255_visible_characters() {
        let long = "k".repeat(256);
        for (text, good) in [
            ("a", true),
            ("8e03978e-40d5-43dd-bc93-6894a57f9324", true),
            ("\"quoted!~\"", true),
            (&long[1..], true),
            (long.as_str(), false),
            ("", false),
            ("two words", false),
            ("tab\t", false),
            ("schlüssel", false),
        ] {
            assert_eq!(IdempotencyKey::new(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn a_repetition_stands_to_the_first_by_content_answer_lease_and_age() {
        let answer = KeptAnswer { status: 201, headers: BTreeMap::new(), body: None };
        let running = request();
        let answered = request().answered(answer);
        use KeyStanding::{Abandoned, Answered, Forgotten, Mismatch, Running};
        for (kept, fingerprint, now, expected) in [
            (&running, "f", 0, Running),
            (&running, "f", 59, Running),
            (&running, "f", 60, Abandoned),
            (&running, "g", 0, Mismatch),
            (&running, "g", 60, Mismatch),
            (&answered, "f", 0, Answered),
            (&answered, "f", 86_399, Answered),
            (&answered, "g", 86_399, Mismatch),
            (&answered, "f", 86_400, Forgotten),
            (&answered, "g", 86_400, Forgotten),
            (&request().abandoned(at(5)), "f", 5, Abandoned),
            (&request().forgotten(at(5)), "g", 5, Forgotten),
        ] {
            assert_eq!(kept.standing(fingerprint, at(now)), expected, "{fingerprint} at {now}");
        }
    }

    #[test]
    fn a_body_has_room_as_it_lies_in_the_row() {
        for (body, fits) in [
            ("x".repeat(KeptAnswer::MAX_BODY - 2), true),
            ("x".repeat(KeptAnswer::MAX_BODY - 1), false),
            ("\"".repeat(KeptAnswer::MAX_BODY / 2 - 1), true),
            ("\"".repeat(KeptAnswer::MAX_BODY / 2), false),
        ] {
            assert_eq!(KeptAnswer::has_room_for(&body), fits, "{} bytes", body.len());
        }
    }

    #[test]
    fn who_takes_over_keeps_the_seed() {
        let taken = request().abandoned(at(5)).taken_over(Uuid::max(), at(5));
        assert_eq!((taken.seed.as_str(), taken.claim, taken.lease_until), ("s", Uuid::max(), at(65)));
        assert_eq!(taken.standing("f", at(64)), KeyStanding::Running);
    }
}
