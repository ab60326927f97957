//! Requests with an idempotency key: claimed before they do anything, answered once.
//!
//! A claim is a row with a lease. Its seed decides every id that the use case draws (see [`Claim::services`]), so a use
//! case that runs again after a crash makes rows that exist already, and finds what was done instead of doing it twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use sitrep_aws::entity::Stored;
use sitrep_aws::error::StoreError;
use sitrep_domain::idempotency::{IdempotencyKey, KeptAnswer, KeyStanding, KeyedRequest};
use sitrep_domain::scope::TenantScope;

use crate::clock::IdSource;
use crate::error::AppError;
use crate::services::Services;

/// A request that carries a key.
#[derive(Clone, Copy, Debug)]
pub struct KeyedCall<'a> {
    /// What the client calls it.
    pub key: &'a IdempotencyKey,
    /// The operation.
    pub operation: &'static str,
    /// Everything that makes it this request and no other: path, query, body.
    pub content: &'a [u8],
}

/// What is to be done with a request that carries a key.
#[derive(Debug)]
pub enum Claimed {
    /// It is the caller's to do.
    Do(Claim),
    /// It was done; this was the answer.
    Replay(KeptAnswer),
}

/// The right to do a request, until its lease ends.
#[derive(Debug)]
pub struct Claim {
    request: Stored<KeyedRequest>,
    /// Whether nobody was at work on the request before.
    is_first: bool,
}

/// How a request ended.
#[derive(Debug)]
pub enum Outcome {
    /// With an answer that is given again from now on.
    Answered(KeptAnswer),
    /// It was refused and did nothing; the key is free again, unless an earlier attempt may have done something.
    Refused,
    /// Nobody knows what it did; the next one with the key finds out.
    Unknown,
}

/// How often a claim is tried for while others write the same row.
const ATTEMPTS: usize = 5;

/// Claims a key for a request, or finds what became of the first one.
///
/// # Errors
///
/// [`AppError::IdempotencyMismatch`] when the key was used for another request; [`AppError::Conflict`] `still_running`
/// while the first one is at work; [`AppError::Unavailable`].
pub async fn claim_key(
    services: &Services,
    scope: &TenantScope,
    call: KeyedCall<'_>,
) -> Result<Claimed, AppError> {
    let new = new_request(services, scope, call)?;
    let id = (new.hash.clone(), new.operation.clone());
    for _ in 0..ATTEMPTS {
        let now = services.now();
        let found = services.store.find::<KeyedRequest>(scope, &id).await?;
        let (next, rev) = match found {
            None => (new.clone(), None),
            // Our own write, whose answer was lost.
            Some(found) if found.value.claim == new.claim => return Ok(Claimed::Do(Claim::new(found, &new))),
            Some(found) => (stand(found.value.clone(), &new, now)?, Some(found.rev())),
        };
        if let Some(answer) = next.answer {
            return Ok(Claimed::Replay(answer));
        }
        match services.store.write_unaudited(scope, next, rev).await {
            Ok(stored) => return Ok(Claimed::Do(Claim::new(stored, &new))),
            Err(StoreError::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(still_running())
}

/// The row to go on from: a new one, the first one's taken over, or the first one's with its answer.
fn stand(found: KeyedRequest, new: &KeyedRequest, now: Timestamp) -> Result<KeyedRequest, AppError> {
    match found.standing(&new.fingerprint, now) {
        KeyStanding::Forgotten => Ok(new.clone()),
        KeyStanding::Abandoned => Ok(found.taken_over(new.claim, now)),
        KeyStanding::Answered => Ok(found),
        KeyStanding::Mismatch => Err(AppError::IdempotencyMismatch),
        KeyStanding::Running => Err(still_running()),
    }
}

fn still_running() -> AppError {
    let detail = "the first request with this idempotency key is still at work; repeat it in a moment";
    AppError::conflict("still_running", detail)
}

fn new_request(
    services: &Services,
    scope: &TenantScope,
    call: KeyedCall<'_>,
) -> Result<KeyedRequest, AppError> {
    let user = scope.user_id().ok_or(AppError::Unauthorized)?;
    let mut seed = [0; 32];
    services.ids.fill(&mut seed);
    let owner = format!("{user}\0{}", call.key.as_str());
    let now = services.now();
    Ok(KeyedRequest {
        hash: services.keyed_hash("idempotency key", owner.as_bytes()),
        operation: call.operation.to_owned(),
        // Keyed, because a body may hold a password.
        fingerprint: services.keyed_hash("idempotent request", call.content),
        seed: seed.iter().map(|b| format!("{b:02x}")).collect(),
        claim: services.ids.uuid(),
        lease_until: now + KeyedRequest::LEASE,
        answer: None,
        expires_at: now + KeyedRequest::REMEMBERED,
    })
}

impl Claim {
    fn new(request: Stored<KeyedRequest>, new: &KeyedRequest) -> Self {
        // Who takes over has the seed of the first.
        Self { is_first: request.value.seed == new.seed, request }
    }

    /// The services with which the request is to be done: every id follows from the claim's seed and the deployment's
    /// key, in the order in which they are drawn. Their store tells whether the request has changed anything.
    #[must_use]
    pub fn services(&self, services: &Services) -> Services {
        let key = services.keyed_bytes("idempotent effect", self.request.value.seed.as_bytes());
        let ids = Arc::new(SeededIds { key, drawn: AtomicU64::new(0) });
        Services { ids, store: services.store.for_request(), ..services.clone() }
    }

    /// Writes down how the request ended.
    ///
    /// # Errors
    ///
    /// [`AppError::Unavailable`]; [`AppError::Conflict`] when another claim has taken over.
    pub async fn end(
        self,
        services: &Services,
        scope: &TenantScope,
        outcome: Outcome,
    ) -> Result<(), AppError> {
        let (rev, request, now) = (self.request.rev(), self.request.value, services.now());
        let ended = match outcome {
            Outcome::Answered(answer) => request.answered(answer),
            Outcome::Refused if self.is_first => request.forgotten(now),
            Outcome::Refused | Outcome::Unknown => request.abandoned(now),
        };
        services.store.write_unaudited(scope, ended, Some(rev)).await?;
        Ok(())
    }
}

/// Ids and secrets that follow from a key: unpredictable to whoever lacks it, and the same for whoever has it.
#[derive(Debug)]
struct SeededIds {
    key: [u8; 32],
    drawn: AtomicU64,
}

impl IdSource for SeededIds {
    fn is_repeatable(&self) -> bool {
        true
    }

    fn fill(&self, bytes: &mut [u8]) {
        for block in bytes.chunks_mut(32) {
            let n = self.drawn.fetch_add(1, Ordering::Relaxed);
            let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
            mac.update(&n.to_be_bytes());
            block.copy_from_slice(&mac.finalize().into_bytes()[..block.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn ids(key: u8) -> SeededIds {
        SeededIds { key: [key; 32], drawn: AtomicU64::new(0) }
    }

    #[test]
    fn the_same_seed_gives_the_same_ids_in_the_same_order() {
        let (first, again, other) = (ids(1), ids(1), ids(2));
        let drawn: Vec<Uuid> = (0..3).map(|_| first.uuid()).collect();
        assert_eq!(drawn, (0..3).map(|_| again.uuid()).collect::<Vec<_>>());
        assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2]);
        assert!((0..3).all(|_| !drawn.contains(&other.uuid())));
    }

    #[test]
    fn a_long_secret_does_not_repeat_itself() {
        let mut bytes = [0; 80];
        ids(1).fill(&mut bytes);
        assert!(bytes[..32] != bytes[32..64] && bytes[64..].iter().any(|b| *b != 0));
    }
}
