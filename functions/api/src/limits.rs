//! Limits in headers: where the caller stands after this request, on every answer.
//!
//! Counting happens deep inside a request, and headers are written on its way out. [`Counted`] is what both share: the
//! front hangs it on the request, whoever counts notes it there. Errors carry the headers as well. An answer to somebody
//! unknown, whom nothing is counted against, tells the limit of requests untouched.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::Request;
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use sitrep_app::error::AppError;
use sitrep_app::limits::check_usage;
use sitrep_domain::rate_limit::Usage;

/// Headers that tell the limit that is nearest, in the form that most clients know.
const X_RATELIMIT_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const X_RATELIMIT_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const X_RATELIMIT_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
/// Headers that tell every limit, as structured fields (draft-ietf-httpapi-ratelimit-headers).
const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The headers of limited operations, and what each says.
pub(crate) const HEADERS: [(&str, &str); 5] = [
    ("X-RateLimit-Limit", "How many the nearest limit lets through in a window."),
    ("X-RateLimit-Remaining", "How many more it lets through in this window."),
    ("X-RateLimit-Reset", "When this window ends, in seconds since 1970."),
    ("RateLimit", "Each limit with what remains (r) and the seconds until its window ends (t)."),
    ("RateLimit-Policy", "Each limit with its quota (q) and the length of its window in seconds (w)."),
];

/// What was counted while a request was answered.
#[derive(Clone, Default)]
pub(crate) struct Counted(Arc<Mutex<Option<Count>>>);

/// Where the caller stood, and when.
struct Count {
    usages: Vec<Usage>,
    at: Timestamp,
}

impl Counted {
    /// What the front has hung on the request.
    pub(crate) fn of(request: &Request) -> Self {
        request.extensions().get::<Self>().cloned().unwrap_or_default()
    }

    /// Notes what was counted.
    ///
    /// # Errors
    ///
    /// [`AppError::RateLimited`] when one of them turned the request away.
    pub(crate) fn note(&self, usages: Vec<Usage>, now: Timestamp) -> Result<(), AppError> {
        let checked = usages.iter().try_for_each(|usage| check_usage(usage, now));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Count { usages, at: now });
        checked
    }

    /// Writes the headers: of what was counted, or of `uncounted` where nothing was.
    pub(crate) fn write(&self, headers: &mut HeaderMap, now: Timestamp, uncounted: impl FnOnce() -> Usage) {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Count { usages, at }) if !usages.is_empty() => write_usages(usages, *at, headers),
            _ => write_usages(&[uncounted()], now, headers),
        }
    }
}

fn write_usages(usages: &[Usage], now: Timestamp, headers: &mut HeaderMap) {
    // What turned the request away is nearest, even beside a limit that this request used up.
    let nearest = usages.iter().min_by_key(|usage| (!usage.is_refused, usage.remaining()));
    let Some(nearest) = nearest else { return };
    let resets_at = now.as_second().saturating_add_unsigned(nearest.seconds_left(now));
    headers.insert(X_RATELIMIT_LIMIT, nearest.quota.amount.into());
    headers.insert(X_RATELIMIT_REMAINING, nearest.remaining().into());
    headers.insert(X_RATELIMIT_RESET, resets_at.into());
    let remaining =
        |u: &Usage| format!("\"{}\";r={};t={}", u.name.as_str(), u.remaining(), u.seconds_left(now));
    let policy = |u: &Usage| format!("\"{}\";q={};w={}", u.name.as_str(), u.quota.amount, u.quota.window_s);
    for (name, items) in [
        (RATELIMIT, usages.iter().map(remaining).collect::<Vec<_>>()),
        (RATELIMIT_POLICY, usages.iter().map(policy).collect()),
    ] {
        let value = HeaderValue::try_from(items.join(", ")).expect("names and numbers are plain ASCII");
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::rate_limit::{LimitName, Quota};

    fn usage(name: LimitName, amount: u32, used: u32) -> Usage {
        let resets_at = Timestamp::from_millisecond(100_500).unwrap();
        Usage { name, quota: Quota { amount, window_s: 60 }, used, resets_at, is_refused: used > amount }
    }

    #[test]
    fn the_nearest_limit_has_headers_of_its_own_and_each_is_in_the_list() {
        let mut headers = HeaderMap::new();
        let usages = [usage(LimitName::Requests, 100, 30), usage(LimitName::Exports, 20, 2)];
        write_usages(&usages, Timestamp::from_second(60).unwrap(), &mut headers);
        for (name, expected) in [
            ("x-ratelimit-limit", "20"),
            ("x-ratelimit-remaining", "18"),
            ("x-ratelimit-reset", "101"),
            ("ratelimit", "\"requests\";r=70;t=41, \"exports\";r=18;t=41"),
            ("ratelimit-policy", "\"requests\";q=100;w=60, \"exports\";q=20;w=60"),
        ] {
            assert_eq!(headers[name], expected, "{name}");
        }
        assert_eq!(headers.len(), HEADERS.len());
        assert!(HEADERS.iter().all(|(name, _)| headers.contains_key(*name)));
    }

    #[test]
    fn of_two_limits_without_anything_left_the_one_that_refused_is_told() {
        for (usages, expected) in [
            ([usage(LimitName::Requests, 100, 100), usage(LimitName::Exports, 20, 21)], "20"),
            ([usage(LimitName::Exports, 20, 21), usage(LimitName::Requests, 100, 100)], "20"),
            ([usage(LimitName::Requests, 100, 100), usage(LimitName::Exports, 20, 20)], "100"),
        ] {
            let mut headers = HeaderMap::new();
            write_usages(&usages, Timestamp::from_second(60).unwrap(), &mut headers);
            assert_eq!(headers["x-ratelimit-limit"], expected);
            assert_eq!(headers["x-ratelimit-remaining"], "0");
        }
    }

    #[test]
    fn what_was_turned_away_is_written_all_the_same() {
        let (counted, mut headers) = (Counted::default(), HeaderMap::new());
        let untouched = || usage(LimitName::Requests, 100, 0);
        counted.write(&mut headers, Timestamp::UNIX_EPOCH, untouched);
        assert_eq!(headers["x-ratelimit-remaining"], "100", "nobody counted");
        let refused = counted.note(vec![usage(LimitName::SignIn, 5, 6)], Timestamp::UNIX_EPOCH);
        assert!(matches!(refused, Err(AppError::RateLimited { limit: "sign_in", .. })));
        counted.write(&mut headers, Timestamp::UNIX_EPOCH, untouched);
        assert_eq!(headers["x-ratelimit-remaining"], "0");
    }
}
