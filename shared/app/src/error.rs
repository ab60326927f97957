//! Why a use case did not do as asked. Knows nothing of HTTP or Lambda.

use sitrep_aws::error::StoreError;
use sitrep_domain::invalid::Invalid;
use sitrep_query::{IngestError, QueryError};

/// Why a use case did not do as asked. `Display` is for the caller, `source` for the log.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The input breaks a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The records of a body break rules; nothing was stored.
    #[error("no record was accepted; nothing was stored")]
    Records(Box<crate::data::IngestReport>),
    /// A body is larger than allowed.
    #[error("{detail}")]
    TooLarge {
        /// Which limit, and what to do instead.
        detail: String,
    },
    /// A body is written in a way that is not understood here.
    #[error("{detail}")]
    Unsupported {
        /// The header that says so.
        header: &'static str,
        /// Which ways are.
        detail: String,
    },
    /// Nobody is signed in, or the token is no longer good.
    #[error("sign in first: the access token is missing, expired or not valid")]
    Unauthorized,
    /// The name or the password is wrong; which of them is not said.
    #[error("the user name or the password is wrong")]
    InvalidCredentials,
    /// The caller's role does not allow it.
    #[error("{detail}")]
    Forbidden {
        /// The field that asks for too much, if it is one.
        field: Option<String>,
        /// What would be needed.
        detail: String,
    },
    /// The tenant's plan does not include it.
    #[error("{detail}")]
    UpgradeRequired {
        /// Which plan has it.
        detail: String,
    },
    /// Absent, or another tenant's: the two must look the same.
    #[error("there is no such {what}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// It cannot be done in the state that things are in.
    #[error("{detail}")]
    Conflict {
        /// Stable name of the reason, part of the API.
        reason: &'static str,
        /// What stands in the way.
        detail: String,
    },
    /// It was there and is no more.
    #[error("{detail}")]
    Gone {
        /// What is gone, and since when.
        detail: String,
    },
    /// The caller's version of it is not the newest.
    #[error("it was changed since you read it; read it again and repeat the change")]
    PreconditionFailed,
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request; take a new key for a new request")]
    IdempotencyMismatch,
    /// The caller asks too often.
    #[error("{detail}")]
    RateLimited {
        /// Name of the limit, part of the API.
        limit: &'static str,
        /// Seconds to wait.
        after_s: u64,
        /// Which limit, how long to wait, and what helps.
        detail: String,
    },
    /// A dependency failed and may work later: jobs retry, the API answers 503.
    #[error("a service that this needs is unavailable; try again in a moment")]
    Unavailable(#[source] StoreError),
    /// A defect of ours.
    #[error("an internal error; it was recorded")]
    Internal {
        /// What went wrong, for the log.
        detail: String,
    },
}

impl AppError {
    /// A defect of ours.
    pub fn internal(detail: impl std::fmt::Display) -> Self {
        Self::Internal { detail: detail.to_string() }
    }

    /// A conflict with a stable reason.
    pub fn conflict(reason: &'static str, detail: impl Into<String>) -> Self {
        Self::Conflict { reason, detail: detail.into() }
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { what } => {
                Self::conflict("changed_meanwhile", format!("the {what} was changed meanwhile; try again"))
            }
            StoreError::BadCursor => {
                Invalid::field("cursor", "bad_cursor", StoreError::BadCursor.to_string()).into()
            }
            StoreError::Corrupt { what, detail } => Self::internal(format!("{what}: {detail}")),
            StoreError::MissingObject { key } => Self::internal(format!("the object {key} is missing")),
            unavailable @ StoreError::Unavailable { .. } => Self::Unavailable(unavailable),
        }
    }
}

impl From<QueryError> for AppError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Limit { .. } => Invalid::limit("", error.to_string()).into(),
            other => Self::internal(other),
        }
    }
}

impl From<IngestError> for AppError {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::TooLarge { .. } | IngestError::Bomb { .. } => {
                Self::TooLarge { detail: error.to_string() }
            }
            IngestError::Malformed { .. } => Invalid::field("body", "malformed", error.to_string()).into(),
            IngestError::NotGzip => Invalid::field("body", "not_gzip", error.to_string()).into(),
            IngestError::Mapping(invalid) => invalid.below("mapping").into(),
            IngestError::Internal { detail } => Self::internal(detail),
            IngestError::Endless | IngestError::Interrupted { .. } => Self::internal(error),
        }
    }
}
