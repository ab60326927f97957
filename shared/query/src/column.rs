//! Columns: one decoded column of a segment, in the shape the engine works on.
//!
//! Texts are numbers into the segment's words, so that a filter looks at each distinct text once and groups need no
//! hashing. Missing is [`MISSING`] for texts, `i64::MIN` for times and integers, NaN for numbers.

use sitrep_domain::record::CustomValue;

use crate::bitmap::Bitmap;
use crate::words::{MISSING, Words};

/// A decoded column.
pub(crate) enum Column {
    Text {
        codes: Vec<u32>,
        words: Words,
    },
    /// Times (microseconds since 1970 UTC) or integers.
    Integer {
        cells: Vec<i64>,
        is_time: bool,
    },
    Number(Vec<f64>),
    /// 0 false, 1 true, [`NO_BOOLEAN`] missing.
    Boolean(Vec<u8>),
    /// Elements of row `r` are `codes[ends[r - 1]..ends[r]]`, each once.
    List {
        present: Vec<bool>,
        ends: Vec<u32>,
        codes: Vec<u32>,
        words: Words,
    },
    /// The tenant's own field: codes into its distinct values.
    Custom {
        codes: Vec<u32>,
        values: Vec<CustomValue>,
    },
}

/// "Missing" in columns of booleans.
pub(crate) const NO_BOOLEAN: u8 = 2;

impl Column {
    /// The codes of a list's row.
    pub(crate) fn elements<'c>(ends: &[u32], codes: &'c [u32], row: usize) -> &'c [u32] {
        let start = if row == 0 { 0 } else { ends[row - 1] };
        &codes[start as usize..ends[row] as usize]
    }

    /// The rows that have a value. An empty list is one.
    pub(crate) fn present_rows(&self) -> Bitmap {
        match self {
            Self::Text { codes, .. } | Self::Custom { codes, .. } => {
                Bitmap::of_cells(codes, |code| code != MISSING)
            }
            Self::Integer { cells, .. } => Bitmap::of_cells(cells, |cell| cell != i64::MIN),
            Self::Number(cells) => Bitmap::of_cells(cells, |cell| !cell.is_nan()),
            Self::Boolean(cells) => Bitmap::of_cells(cells, |cell| cell != NO_BOOLEAN),
            Self::List { present, .. } => Bitmap::of_cells(present, |present| present),
        }
    }

    /// Memory it holds, in bytes, about.
    pub(crate) fn memory_bytes(&self) -> usize {
        match self {
            Self::Text { codes, words } => codes.len() * 4 + words.memory_bytes(),
            Self::Integer { cells, .. } => cells.len() * 8,
            Self::Number(cells) => cells.len() * 8,
            Self::Boolean(cells) => cells.len(),
            Self::List { present, ends, codes, words } => {
                present.len() + (ends.len() + codes.len()) * 4 + words.memory_bytes()
            }
            Self::Custom { codes, values } => codes.len() * 4 + values.len() * 64,
        }
    }
}
