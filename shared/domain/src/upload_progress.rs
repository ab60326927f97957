//! How far an upload has come: a place in its file, and what was counted before it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A place between two rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePosition {
    /// Bytes of the unpacked file before it.
    pub offset: u64,
    /// Lines of the unpacked file before it.
    pub lines: u64,
    /// Rows before it, blank lines and a header not counted.
    pub rows: u64,
}

/// One rejected field of one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Line of the text, 1 and up; of a JSON array the number of the element.
    pub line: u64,
    /// The field; empty when the whole row is at fault.
    pub field: String,
    /// The broken rule.
    pub code: Cow<'static, str>,
    /// What is wrong and what would be right.
    pub detail: String,
}

impl RowError {
    /// Most bytes of the field's path that are told: the names of custom fields are the sender's.
    const MAX_FIELD_BYTES: usize = 200;
    /// Most bytes of the detail that are told: it may list the words of a mapping.
    const MAX_DETAIL_BYTES: usize = 400;

    /// An error, cut to what is told: a hundred of them fit where an answer is kept.
    #[must_use]
    pub fn new(line: u64, field: &str, code: impl Into<Cow<'static, str>>, detail: &str) -> Self {
        let field = cut(field, Self::MAX_FIELD_BYTES);
        Self { line, field, code: code.into(), detail: cut(detail, Self::MAX_DETAIL_BYTES) }
    }
}

/// The first bytes of a text, with spaces for control characters, each of which would be six bytes of JSON.
fn cut(text: &str, max_bytes: usize) -> String {
    let kept = &text[..text.floor_char_boundary(max_bytes)];
    let mut kept = kept.replace(char::is_control, " ");
    if text.len() > max_bytes {
        kept.push('…');
    }
    kept
}

/// How far an upload has come: what the committed chunks say together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadProgress {
    /// Behind the last row that a committed chunk has read.
    pub position: FilePosition,
    /// Bytes of the file as it was sent that were read.
    pub bytes_read: u64,
    /// Rows that were taken.
    pub accepted: u64,
    /// Rows that were not.
    pub rejected: u64,
    /// The first errors, by line.
    pub errors: Vec<RowError>,
    /// The first and the last generation of the dataset that a chunk made.
    pub generations: Option<(u64, u64)>,
}

impl UploadProgress {
    /// Most errors that are kept.
    pub const MAX_ERRORS: usize = 100;

    /// The same with the errors of one more chunk.
    pub fn add_errors(&mut self, errors: impl IntoIterator<Item = RowError>) {
        let room = Self::MAX_ERRORS.saturating_sub(self.errors.len());
        self.errors.extend(errors.into_iter().take(room));
    }

    /// The same with one more generation.
    pub fn add_generation(&mut self, generation: u64) {
        let first = self.generations.map_or(generation, |(first, _)| first);
        self.generations = Some((first, generation));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_errors_are_kept_and_none_is_long() {
        let mut progress = UploadProgress::default();
        let error = |line| RowError::new(line, &"x".repeat(1_000), "missing", &"é".repeat(1_000));
        progress.add_errors((1..=60).map(error));
        progress.add_errors((61..=200).map(error));
        assert_eq!(progress.errors.len(), UploadProgress::MAX_ERRORS);
        assert_eq!(progress.errors[99].line, 100);
        assert!(progress.errors.iter().all(|e| e.detail.len() < 410 && e.field.len() < 210));
    }

    #[test]
    fn an_error_is_told_as_it_is_unless_it_is_long_or_has_control_characters() {
        for (detail, told) in [("id is required", "id is required"), ("a\u{1}b\n", "a b "), ("", "")] {
            let error = RowError::new(1, detail, "missing", detail);
            assert_eq!((error.field.as_str(), error.detail.as_str()), (told, told));
        }
    }
}
