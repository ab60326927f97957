//! Failures of uploads: a class, the line where the file breaks, what happened and what to do.

use serde::{Deserialize, Serialize};

/// Why an upload failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadFailureClass {
    /// The file is not what its format says.
    Malformed,
    /// The file is not gzip, or it is cut short.
    NotGzip,
    /// The file is larger than allowed, as sent or unpacked.
    TooLarge,
    /// The mapping is gone, or it cannot be used.
    UnusableMapping,
    /// The file has no row, or none that was accepted.
    NothingAccepted,
    /// The file was replaced or removed while it was read.
    Replaced,
    /// A service that this needs was unavailable for too long.
    Unavailable,
    /// It brought its worker down again and again.
    Poison,
}

impl UploadFailureClass {
    /// Every class.
    pub const ALL: [Self; 8] = [
        Self::Malformed,
        Self::NotGzip,
        Self::TooLarge,
        Self::UnusableMapping,
        Self::NothingAccepted,
        Self::Replaced,
        Self::Unavailable,
        Self::Poison,
    ];

    /// What happened, for the user.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Malformed => "The file could not be read to its end.",
            Self::NotGzip => "The file is not valid gzip, or it is cut short.",
            Self::TooLarge => "The file is larger than an upload may be.",
            Self::UnusableMapping => "The mapping of this upload is gone, or it cannot be used.",
            Self::NothingAccepted => "No row of the file was accepted.",
            Self::Replaced => "The file was replaced or removed while it was read.",
            Self::Unavailable => "A service that this needs was unavailable for too long.",
            Self::Poison => "The upload failed several times without getting on.",
        }
    }

    /// What to do, for the user.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Malformed => {
                "Mend the file at the place named and upload it again; rows that were taken in already are \
                 recognized by their ids and do no harm."
            }
            Self::NotGzip => "Compress the file anew, or ask for the upload without gzip.",
            Self::TooLarge => "Split the file and upload its parts one by one.",
            Self::UnusableMapping => "Store the mapping again, or name another one in a new upload.",
            Self::NothingAccepted => "Look at the errors by line; often it is the wrong mapping or format.",
            Self::Replaced => "Upload the file again, once.",
            Self::Unavailable => "Upload the file again in a few minutes.",
            Self::Poison => "Tell support; the upload will not be tried again by itself.",
        }
    }
}

/// A failure of an upload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadFailure {
    /// Its class.
    pub class: UploadFailureClass,
    /// Line of the unpacked file where it breaks, 1 and up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// What happened.
    pub message: String,
    /// What to do.
    pub advice: String,
}

impl UploadFailure {
    /// A failure with the texts of its class.
    #[must_use]
    pub fn new(class: UploadFailureClass, line: Option<u64>) -> Self {
        Self { class, line, message: class.message().to_owned(), advice: class.advice().to_owned() }
    }

    /// The same failure with a more telling text.
    #[must_use]
    pub fn telling(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}
