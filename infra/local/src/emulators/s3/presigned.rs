//! When a presigned URL expires by the virtual clock.
//!
//! `X-Amz-Date` is real time, of whole seconds. Clients of this process also carry the virtual instant of signing in
//! their session token ([`crate::credentials`]), which is exact; it is covered by the signature, so it cannot be made up.
//! For clients of other processes the clock tells what it showed at the end of that second.

use bytes::Bytes;
use http::{Response, StatusCode, Uri};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use sitrep_app::clock::Clock;

use crate::clock::VirtualClock;
use crate::credentials;
use crate::wire::query_value;

/// Whether the URL is a presigned one whose life has ended.
pub(super) fn has_expired(uri: &Uri, clock: &VirtualClock) -> bool {
    end_of_life(uri, clock).is_some_and(|end| clock.now() > end)
}

/// The answer to an expired URL.
pub(super) fn expired() -> Response<Bytes> {
    const BODY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
        <Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    Response::builder()
        .status(StatusCode::FORBIDDEN)
        .header("content-type", "application/xml")
        .body(Bytes::from_static(BODY.as_bytes()))
        .expect("the answer is constant")
}

fn end_of_life(uri: &Uri, clock: &VirtualClock) -> Option<Timestamp> {
    let query = uri.query()?;
    let lives_s: i64 = query_value(query, "X-Amz-Expires")?.parse().ok()?;
    let signed =
        match query_value(query, "X-Amz-Security-Token").and_then(|token| credentials::signed_at(&token)) {
            Some(exact) => exact,
            None => clock.when_real_was(real_signing_time(&query_value(query, "X-Amz-Date")?)?)?,
        };
    Some(signed.saturating_add(SignedDuration::from_secs(lives_s)).unwrap_or(Timestamp::MAX))
}

fn real_signing_time(date: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    let start = civil.to_zoned(TimeZone::UTC).ok()?.timestamp();
    start.checked_add(SignedDuration::from_millis(999)).ok()
}
