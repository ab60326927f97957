//! Shares: links for outsiders. No link without an expiry; only a hash of its token is stored.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::document::Format;
use crate::email::Email;
use crate::ids::{DeliveryId, ReportId, ShareId};
use crate::invalid::Invalid;
use crate::run::add;

/// A link for an outsider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Its id.
    pub id: ShareId,
    /// The report it opens.
    pub run: ReportId,
    /// Whom it was made for.
    pub recipient: Email,
    /// Keyed hash of the address, for keys.
    pub recipient_hash: String,
    /// Formats it gives.
    pub formats: Vec<Format>,
    /// Which variant it gives: `full`.
    pub variant: String,
    /// SHA-256 of the token, lower-case hex.
    pub token_sha256: String,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When somebody ended it.
    pub revoked_at: Option<Timestamp>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The delivery whose mail carries it, when no person made it.
    pub delivery: Option<DeliveryId>,
    /// Times it was opened for a file.
    pub views: u64,
    /// Addresses of files given out.
    pub downloads: u64,
    /// When it was opened last.
    pub last_viewed_at: Option<Timestamp>,
}

/// How a share stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareState {
    /// It works.
    Active,
    /// Somebody ended it.
    Revoked,
    /// Its time is over.
    Expired,
}

impl Share {
    /// Longest life, in hours.
    pub const MAX_HOURS: i64 = 720;
    /// Life when none is given, in hours.
    pub const DEFAULT_HOURS: i64 = 168;

    /// How it stands now.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> ShareState {
        if self.revoked_at.is_some() {
            ShareState::Revoked
        } else if self.expires_at <= now {
            ShareState::Expired
        } else {
            ShareState::Active
        }
    }
}

/// When a share of that many hours expires.
///
/// # Errors
///
/// [`Invalid`] naming `expires_in_hours` unless it is 1 to [`Share::MAX_HOURS`].
pub fn expiry(hours: Option<i64>, now: Timestamp) -> Result<Timestamp, Invalid> {
    let hours = hours.unwrap_or(Share::DEFAULT_HOURS);
    if (1..=Share::MAX_HOURS).contains(&hours) {
        return Ok(add(now, SignedDuration::from_hours(hours)));
    }
    let detail = format!("a link lives 1 to {} hours", Share::MAX_HOURS);
    Err(Invalid::field("expires_in_hours", "out_of_range", detail))
}
