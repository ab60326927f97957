//! Identifiers as types of their own, so that a share id can never be passed where a report id is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::invalid::Invalid;

/// A tenant's slug: 3 to 32 characters of `a`–`z`, `0`–`9` and `-`.
///
/// It opens nothing by itself: stores take a [`crate::scope::TenantScope`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(String);

impl TenantId {
    /// Makes a tenant id from its slug.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the field `id` unless the slug matches `[a-z0-9-]{3,32}`.
    pub fn new(slug: impl Into<String>) -> Result<Self, Invalid> {
        let slug = slug.into();
        let well_formed = (3..=32).contains(&slug.len())
            && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if well_formed {
            Ok(Self(slug))
        } else {
            Err(Invalid::field("id", "bad_slug", "a tenant id has 3 to 32 characters of a–z, 0–9 and '-'"))
        }
    }

    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for TenantId {
    type Error = Invalid;

    fn try_from(slug: String) -> Result<Self, Invalid> {
        Self::new(slug)
    }
}

impl From<TenantId> for String {
    fn from(id: TenantId) -> Self {
        id.0
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            #[doc = concat!("Makes a ", $what, " id from a UUID.")]
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                // Only the hyphenated form is an id; the others would be second spellings of one key.
                match Uuid::try_parse(text) {
                    Ok(uuid) if text.len() == 36 => Ok(Self(uuid)),
                    _ => Err(Invalid::field("id", "bad_id", concat!("a ", $what, " id is a UUID"))),
                }
            }
        }
    };
}

uuid_id!(
    /// A user of a tenant.
    UserId, "user"
);
uuid_id!(
    /// A run, and the report that it makes.
    ReportId, "report"
);
uuid_id!(
    /// A saved report and its schedule.
    ScheduleId, "schedule"
);
uuid_id!(
    /// A link for an outsider.
    ShareId, "share"
);
uuid_id!(
    /// One run to one recipient.
    DeliveryId, "delivery"
);
uuid_id!(
    /// A file of records that is uploaded and then taken in.
    UploadId, "upload"
);
