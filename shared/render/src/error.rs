//! Why a document could not be rendered, or a file is not what it claims to be.

use sitrep_domain::document::Format;

/// Why rendering or validation failed. The text is for people; it never quotes the report's content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// The format's writer gave up.
    #[error("the {} file could not be written: {detail}", format.as_str())]
    Write {
        /// The format.
        format: Format,
        /// What went wrong.
        detail: String,
    },
    /// The bytes break a rule of their format.
    #[error("the {} file is not well formed: {detail}", format.as_str())]
    Malformed {
        /// The format.
        format: Format,
        /// Which rule is broken.
        detail: String,
    },
}

impl RenderError {
    pub(crate) fn write(format: Format, cause: impl std::fmt::Display) -> Self {
        Self::Write { format, detail: cause.to_string() }
    }

    pub(crate) fn malformed(format: Format, detail: impl std::fmt::Display) -> Self {
        Self::Malformed { format, detail: detail.to_string() }
    }
}
