//! Blocks of NDJSON: cut behind the last line that is there whole.

use std::io::Read;

use sitrep_domain::upload::FilePosition;

use super::{BLOCK_BYTES, Block, BlockRows, count_lines, stand_in};
use crate::error::IngestError;
use crate::source::Source;

/// The blocks of a file of lines.
pub(crate) struct Lines<R> {
    pub(crate) source: Source<R>,
    /// The beginning of a line whose end was not in the last block.
    rest: Vec<u8>,
    lines: u64,
    ended: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(mut source: Source<R>, from: FilePosition) -> Result<Self, IngestError> {
        source.skip(from.offset)?;
        Ok(Self { source, rest: Vec::new(), lines: from.lines, ended: false })
    }

    pub(super) fn next(&mut self) -> Result<Option<Block>, IngestError> {
        let mut text = std::mem::take(&mut self.rest);
        if !self.ended {
            self.ended = self.source.fill(&mut text, BLOCK_BYTES)?;
        }
        let bytes = text.len() as u64;
        match text.iter().rposition(|byte| *byte == b'\n') {
            Some(last) => self.rest = text.split_off(last + 1),
            None if self.ended => {}
            None => text = self.skip_line()?,
        }
        Ok((!text.is_empty()).then(|| self.block(text, bytes)))
    }

    /// Passes over the rest of a line that fills a block.
    fn skip_line(&mut self) -> Result<Vec<u8>, IngestError> {
        let mut text = stand_in();
        loop {
            let mut more = Vec::new();
            self.ended = self.source.fill(&mut more, BLOCK_BYTES)?;
            if let Some(end) = more.iter().position(|byte| *byte == b'\n') {
                text.push(b'\n');
                self.rest = more.split_off(end + 1);
                return Ok(text);
            }
            if self.ended {
                return Ok(text);
            }
        }
    }

    fn block(&mut self, text: Vec<u8>, bytes: u64) -> Block {
        let first_line = self.lines + 1;
        self.lines += count_lines(&text);
        let offset = self.source.delivered() - self.rest.len() as u64;
        let end = FilePosition { offset, lines: self.lines, rows: 0 };
        Block { rows: BlockRows::Lines { text, first_line }, bytes, end }
    }
}
