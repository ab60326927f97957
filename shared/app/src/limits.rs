//! Rate limits: counting what a caller asks for, and turning away what is too much.
//!
//! Counters lie in the database, beside the rows that every request needs anyway. When they cannot be reached nothing
//! is let through: neither would be answered, and a guard of passwords that opens under load is none.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use sitrep_domain::access::Plan;
use sitrep_domain::email::Email;
use sitrep_domain::rate_limit::{LimitName, RateLimits, Usage};
use sitrep_domain::scope::TenantScope;

use crate::error::AppError;
use crate::services::Services;

/// The limits of the deployment, and which windows this process knows to be used up.
#[derive(Debug, Default)]
pub struct Limiter {
    limits: RateLimits,
    /// A window that is used up stays so until it ends: turning away costs no write, however many ask.
    used_up: Mutex<HashMap<String, Usage>>,
}

/// Most windows that are remembered as used up; past it all are asked for again.
const MAX_USED_UP: usize = 10_000;

impl Limiter {
    /// A limiter with these limits.
    #[must_use]
    pub fn new(limits: RateLimits) -> Self {
        Self { limits, used_up: Mutex::default() }
    }

    fn find_used_up(&self, key: &str, now: Timestamp) -> Option<Usage> {
        let mut used_up = self.used_up.lock().unwrap_or_else(PoisonError::into_inner);
        let usage = used_up.get(key)?.clone();
        if usage.resets_at > now {
            return Some(usage);
        }
        used_up.remove(key);
        None
    }

    fn note(&self, key: String, usage: &Usage) {
        if !usage.is_refused {
            return;
        }
        let mut used_up = self.used_up.lock().unwrap_or_else(PoisonError::into_inner);
        if used_up.len() >= MAX_USED_UP {
            used_up.clear();
        }
        used_up.insert(key, usage.clone());
    }
}

/// Counts one request of the caller against each of the limits, until one turns it away. A job has none.
///
/// # Errors
///
/// [`AppError::Unavailable`].
pub async fn count_request(
    services: &Services,
    scope: &TenantScope,
    names: &[LimitName],
) -> Result<Vec<Usage>, AppError> {
    let Some(user) = scope.user_id() else { return Ok(Vec::new()) };
    let (limiter, now) = (&services.limiter, services.now());
    let mut counted = Vec::with_capacity(names.len());
    for name in names {
        let quota = limiter.limits.quota(*name, scope.plan());
        let key = format!("{}/{user}/{}", scope.tenant(), name.as_str());
        let usage = match limiter.find_used_up(&key, now) {
            Some(usage) => usage,
            None => services.store.count_use(scope, user, *name, quota, now).await?,
        };
        limiter.note(key, &usage);
        let is_refused = usage.is_refused;
        counted.push(usage);
        if is_refused {
            break;
        }
    }
    Ok(counted)
}

/// Where somebody stands whom nothing was counted against, because nobody knows who it is: at the beginning of a window
/// of requests, by the smallest plan.
#[must_use]
pub fn uncounted(services: &Services) -> Usage {
    let quota = services.limiter.limits.quota(LimitName::Requests, Plan::Starter);
    let resets_at = services.now() + SignedDuration::from_secs(i64::from(quota.window_s));
    Usage { name: LimitName::Requests, quota, used: 0, resets_at, is_refused: false }
}

/// Counts one attempt to sign in under a name. It is the same whether or not there is such an account.
///
/// # Errors
///
/// [`AppError::Unavailable`].
pub async fn count_sign_in(services: &Services, username: &str) -> Result<Usage, AppError> {
    let (limiter, now) = (&services.limiter, services.now());
    // One spelling per account: as the address is kept, or what was written where it is none.
    let name = Email::new(username).map_or_else(|_| username.to_owned(), |email| email.as_str().to_owned());
    let hash = services.keyed_hash("sign-in", name.as_bytes());
    if let Some(usage) = limiter.find_used_up(&hash, now) {
        return Ok(usage);
    }
    let quota = limiter.limits.quota(LimitName::SignIn, Plan::Starter);
    let usage = services.store.count_sign_in(&hash, quota, now).await?;
    limiter.note(hash, &usage);
    Ok(usage)
}

/// The refusal that a use over its limit gets.
///
/// # Errors
///
/// [`AppError::RateLimited`], with the time to wait and what helps.
pub fn check_usage(usage: &Usage, now: Timestamp) -> Result<(), AppError> {
    if !usage.is_refused {
        return Ok(());
    }
    let hint = match usage.name {
        LimitName::Requests => "ask for more at once: lists take limit=200, a query takes several metrics",
        LimitName::Exports | LimitName::CompliancePdf => {
            "a scheduled report brings the same figures regularly, and counts against no limit"
        }
        LimitName::SignIn => "a forgotten password is set anew by an administrator of the organization",
    };
    let after_s = usage.seconds_left(now);
    let detail = format!(
        "more than {} {} within {} s; try again in {after_s} s, or: {hint}",
        usage.quota.amount,
        in_words(usage.name),
        usage.quota.window_s,
    );
    Err(AppError::RateLimited { limit: usage.name.as_str(), after_s, detail })
}

const fn in_words(name: LimitName) -> &'static str {
    match name {
        LimitName::Requests => "requests",
        LimitName::Exports => "exports",
        LimitName::CompliancePdf => "compliance PDFs",
        LimitName::SignIn => "attempts to sign in",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::rate_limit::Quota;

    fn usage(is_refused: bool, resets_at: i64) -> Usage {
        Usage {
            name: LimitName::Exports,
            quota: Quota { amount: 20, window_s: 60 },
            used: 20,
            resets_at: Timestamp::from_second(resets_at).unwrap(),
            is_refused,
        }
    }

    #[test]
    fn a_window_is_known_to_be_used_up_until_it_ends() {
        let limiter = Limiter::default();
        let at = |second| Timestamp::from_second(second).unwrap();
        limiter.note("ann".to_owned(), &usage(false, 60));
        assert_eq!(limiter.find_used_up("ann", at(0)), None, "it was the last that passed");
        limiter.note("ann".to_owned(), &usage(true, 60));
        for (key, now, known) in [("ann", 0, true), ("bob", 0, false), ("ann", 59, true), ("ann", 60, false)]
        {
            assert_eq!(limiter.find_used_up(key, at(now)).is_some(), known, "{key} at {now}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let limiter = Limiter::default();
        for n in 0..=MAX_USED_UP {
            limiter.note(n.to_string(), &usage(true, 60));
        }
        assert_eq!(limiter.used_up.lock().unwrap().len(), 1);
    }

    #[test]
    fn a_refusal_says_how_long_to_wait_and_what_helps() {
        let now = Timestamp::from_second(18).unwrap();
        assert!(check_usage(&usage(false, 60), now).is_ok());
        let Err(AppError::RateLimited { limit, after_s, detail }) = check_usage(&usage(true, 60), now) else {
            panic!("it is refused")
        };
        assert_eq!((limit, after_s), ("exports", 42));
        assert!(detail.contains("more than 20 exports") && detail.contains("scheduled report"), "{detail}");
    }
}
