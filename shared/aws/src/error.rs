//! Why a store did not do as asked.

use std::error::Error;

/// Why a store did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else changed the item, or it exists already; nothing was written.
    #[error("{what} was changed by somebody else")]
    Conflict {
        /// What the item is.
        what: &'static str,
    },
    /// The service did not do it, and may do it later.
    #[error("{service} is unavailable")]
    Unavailable {
        /// Which service.
        service: &'static str,
        /// What it said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// What is stored cannot be read, or belongs to somebody else.
    #[error("{what} is stored in a form that cannot be read")]
    Corrupt {
        /// What the item is.
        what: &'static str,
        /// What is wrong, for the operator.
        detail: String,
    },
    /// A cursor that this list did not hand out.
    #[error("the cursor is not one of this list")]
    BadCursor,
    /// An object that should be there is not.
    #[error("an object is missing")]
    MissingObject {
        /// Its key.
        key: String,
    },
}

impl StoreError {
    /// An error of a service that may pass.
    pub fn unavailable(service: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable { service, source: source.into() }
    }
}
