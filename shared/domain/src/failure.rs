//! Failures of runs: a class, a text for the user, advice, and a diagnostic for the operator.

use serde::{Deserialize, Serialize};

/// Why a run failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureClass {
    /// The numbers could not be computed.
    QueryFailed,
    /// The records could not be read.
    SourceUnavailable,
    /// A format could not be made.
    FormatError,
    /// A policy forbids it.
    PolicyViolation,
    /// What was computed does not pass the checks before publication.
    ValidationFailed,
    /// It took too long.
    Timeout,
    /// It brought its worker down again and again.
    Poison,
}

impl FailureClass {
    /// Every class.
    pub const ALL: [Self; 7] = [
        Self::QueryFailed,
        Self::SourceUnavailable,
        Self::FormatError,
        Self::PolicyViolation,
        Self::ValidationFailed,
        Self::Timeout,
        Self::Poison,
    ];

    /// What happened, for the user.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::QueryFailed => "The figures of this report could not be computed.",
            Self::SourceUnavailable => "The records of this report could not be read.",
            Self::FormatError => "The report could not be turned into one of its formats.",
            Self::PolicyViolation => "A policy of your organization does not allow this report.",
            Self::ValidationFailed => "The report did not pass its checks and was not published.",
            Self::Timeout => "The report took longer than allowed and was stopped.",
            Self::Poison => "The report failed several times without finishing.",
        }
    }

    /// What to do, for the user.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::QueryFailed => "Ask for a shorter period or fewer filters; tell support if it stays.",
            Self::SourceUnavailable => "Run it again in a few minutes; nothing of it was published.",
            Self::FormatError => "Ask for other formats, and tell support which one failed.",
            Self::PolicyViolation => "Ask an administrator to review the policy or the recipients.",
            Self::ValidationFailed => "Check that the records of the period are complete, then run it again.",
            Self::Timeout => "Ask for a shorter period, or run it again when less is going on.",
            Self::Poison => "Tell support; the report will not be tried again by itself.",
        }
    }

    /// Whether running it again may help.
    #[must_use]
    pub const fn retryable(self) -> bool {
        matches!(self, Self::SourceUnavailable | Self::Timeout | Self::QueryFailed)
    }
}

/// A failure of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// Its class.
    pub class: FailureClass,
    /// What happened, for the user.
    pub message: String,
    /// What to do, for the user.
    pub advice: String,
    /// Whether running it again may help.
    pub retryable: bool,
    /// What the operator needs to know; never shown to users.
    pub diagnostic: String,
}

impl Failure {
    /// A failure with the texts of its class.
    pub fn new(class: FailureClass, diagnostic: impl Into<String>) -> Self {
        Self {
            class,
            message: class.message().to_owned(),
            advice: class.advice().to_owned(),
            retryable: class.retryable(),
            diagnostic: diagnostic.into(),
        }
    }

    /// The same failure with a more telling text for the user.
    #[must_use]
    pub fn telling(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }
}
