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
    /// Most bytes of an error's detail that are kept.
    const MAX_DETAIL_BYTES: usize = 400;

    /// The same with the errors of one more chunk.
    pub fn add_errors(&mut self, errors: impl IntoIterator<Item = RowError>) {
        let room = Self::MAX_ERRORS.saturating_sub(self.errors.len());
        self.errors.extend(errors.into_iter().take(room).map(|mut error| {
            if error.detail.len() > Self::MAX_DETAIL_BYTES {
                let end = error.detail.floor_char_boundary(Self::MAX_DETAIL_BYTES);
                error.detail.truncate(end);
                error.detail.push('…');
            }
            error
        }));
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
        let error =
            |line| RowError { line, field: "id".into(), code: "missing".into(), detail: "é".repeat(1_000) };
        progress.add_errors((1..=60).map(error));
        progress.add_errors((61..=200).map(error));
        assert_eq!(progress.errors.len(), UploadProgress::MAX_ERRORS);
        assert_eq!(progress.errors[99].line, 100);
        assert!(progress.errors.iter().all(|e| e.detail.len() < 410));
    }
}
