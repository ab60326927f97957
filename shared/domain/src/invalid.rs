//! Broken rules, told so that the caller can mend them: which field, which rule, what would be right.
//!
//! [`Invalid`] is the one error type of every validating constructor in this crate. It never carries a value that
//! came from another tenant, and it always names at least one field.

use serde::Serialize;

/// One broken rule of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Path of the field in the input, such as `metrics[0].measure.of`.
    pub field: String,
    /// Stable, machine-readable name of the rule, such as `unknown_column`.
    pub code: &'static str,
    /// What is wrong and what would be right, for a person.
    pub detail: String,
}

impl FieldError {
    /// Makes an error for `field`.
    pub fn new(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { field: field.into(), code, detail: detail.into() }
    }

    /// The same error seen from one level further out: `of` below `metrics[0]` becomes `metrics[0].of`.
    #[must_use]
    pub fn below(mut self, parent: &str) -> Self {
        self.field = if self.field.is_empty() {
            parent.to_owned()
        } else if self.field.starts_with('[') {
            format!("{parent}{}", self.field)
        } else {
            format!("{parent}.{}", self.field)
        };
        self
    }
}

/// Why an input was refused: its class and every broken rule that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .errors.first().map_or("the input is not valid", |e| e.detail.as_str()))]
pub struct Invalid {
    /// What kind of refusal this is; it decides the code and status of the answer.
    pub kind: InvalidKind,
    /// The broken rules, never empty.
    pub errors: Vec<FieldError>,
}

/// Kinds of refused input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidKind {
    /// A value breaks a rule of its field.
    Validation,
    /// A window is longer than its use allows.
    DateRangeTooLarge,
    /// A limit on cardinality, rows, depth or memory would be passed.
    LimitExceeded,
}

impl Invalid {
    /// One broken rule of one field.
    pub fn field(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self { kind: InvalidKind::Validation, errors: vec![FieldError::new(field, code, detail)] }
    }

    /// A window that is too long, named by its field.
    pub fn date_range(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind: InvalidKind::DateRangeTooLarge,
            errors: vec![FieldError::new(field, "date_range_too_large", detail)],
        }
    }

    /// A limit that would be passed; `detail` names the limit and its figure.
    pub fn limit(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind: InvalidKind::LimitExceeded,
            errors: vec![FieldError::new(field, "limit_exceeded", detail)],
        }
    }

    /// The same refusal seen from one level further out.
    #[must_use]
    pub fn below(mut self, parent: &str) -> Self {
        self.errors = self.errors.into_iter().map(|e| e.below(parent)).collect();
        self
    }

    /// `Ok` when `errors` is empty, otherwise a refusal with all of them.
    ///
    /// # Errors
    ///
    /// The given errors, as one refusal of kind [`InvalidKind::Validation`].
    pub fn unless_empty(errors: Vec<FieldError>) -> Result<(), Self> {
        if errors.is_empty() { Ok(()) } else { Err(Self { kind: InvalidKind::Validation, errors }) }
    }
}

impl From<FieldError> for Invalid {
    fn from(error: FieldError) -> Self {
        Self { kind: InvalidKind::Validation, errors: vec![error] }
    }
}
