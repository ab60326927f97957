//! Blocks: a file's text cut between rows, about a megabyte each, so that several can be read side by side.
//!
//! Where a block ends depends on the text alone. A row that is larger than a row may be is not kept: a stand-in of the
//! same place takes its room, and is refused like any row of that size.

mod elements;
mod lines;
mod records;

use std::io::Read;
use std::sync::Arc;

use sitrep_domain::upload::{BodyFormat, FilePosition};

use crate::blocks::elements::Elements;
use crate::blocks::lines::Lines;
use crate::blocks::records::Records;
use crate::error::IngestError;
use crate::rows::MAX_ROW_BYTES;
use crate::source::Source;

/// About how many bytes a block has.
const BLOCK_BYTES: usize = 1024 * 1024;

/// Some rows in a row.
pub(crate) struct Block {
    /// The rows.
    pub(crate) rows: BlockRows,
    /// Bytes of text.
    pub(crate) bytes: u64,
    /// Behind its last row; its count of rows is of the whole file for JSON and CSV, and 0 for lines.
    pub(crate) end: FilePosition,
}

/// The rows of a block, as they are found before anybody reads them.
pub(crate) enum BlockRows {
    /// Lines of NDJSON.
    Lines {
        /// Whole lines.
        text: Vec<u8>,
        /// The number of the first.
        first_line: u64,
    },
    /// Elements of a JSON array.
    Elements {
        /// What the elements lie in.
        text: Vec<u8>,
        /// Where they do, in order.
        ranges: Vec<std::ops::Range<usize>>,
        /// The number of the first, 1 and up.
        first: u64,
        /// Where the text begins.
        start: FilePosition,
    },
    /// Records of a CSV with their lines.
    Records {
        /// The columns' names.
        names: Arc<Vec<String>>,
        /// The records.
        records: Vec<(u64, csv::ByteRecord)>,
    },
}

impl Block {
    /// About how many rows it has.
    pub(crate) fn rows(&self, before: FilePosition) -> u64 {
        match &self.rows {
            BlockRows::Lines { .. } => self.end.lines.saturating_sub(before.lines),
            BlockRows::Elements { ranges, .. } => ranges.len() as u64,
            BlockRows::Records { records, .. } => records.len() as u64,
        }
    }
}

/// A file's blocks.
pub(crate) enum Blocks<R: Read> {
    Lines(Lines<R>),
    Elements(Elements<R>),
    Records(Records<R>),
}

impl<R: Read> Blocks<R> {
    /// The blocks of a source from a position on, which a block ended at before.
    pub(crate) fn new(
        source: Source<R>,
        format: BodyFormat,
        from: FilePosition,
    ) -> Result<Self, IngestError> {
        Ok(match format {
            BodyFormat::Ndjson => Self::Lines(Lines::new(source, from)?),
            BodyFormat::Json => Self::Elements(Elements::new(source, from)?),
            BodyFormat::Csv => Self::Records(Records::new(source, from)?),
        })
    }

    /// The next block, if there is one.
    pub(crate) fn next(&mut self) -> Result<Option<Block>, IngestError> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Elements(elements) => elements.next(),
            Self::Records(records) => records.next(),
        }
    }

    /// Bytes of the file as it was sent that were read so far.
    pub(crate) fn packed_bytes(&self) -> u64 {
        match self {
            Self::Lines(lines) => lines.source.packed_bytes(),
            Self::Elements(elements) => elements.source.packed_bytes(),
            Self::Records(records) => records.packed_bytes(),
        }
    }
}

/// What stands for a row that is too large to be kept.
fn stand_in() -> Vec<u8> {
    vec![b'x'; MAX_ROW_BYTES + 1]
}

fn count_lines(text: &[u8]) -> u64 {
    #[expect(
        clippy::naive_bytecount,
        reason = "the compiler makes vectors of it; a crate would be for this alone"
    )]
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    lines as u64
}
