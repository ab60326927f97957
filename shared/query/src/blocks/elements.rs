//! Blocks of a JSON array: cut between elements, which are found by their brackets and quotes alone.

use std::io::Read;
use std::ops::Range;

use sitrep_domain::upload::FilePosition;

use super::{BLOCK_BYTES, Block, BlockRows, count_lines, stand_in};
use crate::error::IngestError;
use crate::rows::MAX_ROW_BYTES;
use crate::source::Source;

/// Where in the array the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before the array.
    Outside,
    /// Before its first element, or its end.
    First,
    /// Before an element.
    Element,
    /// Behind an element: `,` or the end of the array follows.
    Behind,
    /// Behind the array.
    Done,
}

/// The blocks of a file that is one JSON array.
pub(crate) struct Elements<R> {
    pub(crate) source: Source<R>,
    /// What was read and is not in a block yet.
    text: Vec<u8>,
    ended: bool,
    place: Place,
    /// Where `text` begins.
    start: FilePosition,
}

impl<R: Read> Elements<R> {
    pub(super) fn new(mut source: Source<R>, from: FilePosition) -> Result<Self, IngestError> {
        source.skip(from.offset)?;
        let place = if from.rows > 0 { Place::Behind } else { Place::Outside };
        Ok(Self { source, text: Vec::new(), ended: false, place, start: from })
    }

    pub(super) fn next(&mut self) -> Result<Option<Block>, IngestError> {
        let (mut at, mut ranges) = (0, Vec::new());
        loop {
            let room = BLOCK_BYTES.max(self.text.len());
            if !self.ended {
                self.ended = self.source.fill(&mut self.text, room)?;
            }
            let whole = self.walk(&mut at, &mut ranges)?;
            if !ranges.is_empty() {
                return Ok(Some(self.cut(at, ranges)));
            }
            // Blank space is passed over; what stays is one element that the buffer does not hold.
            self.forget(at);
            at = 0;
            if self.ended && whole {
                return Ok(None);
            }
            if !self.text.is_empty() {
                return self.long_element().map(Some);
            }
        }
    }

    /// Walks over what is there whole; false when it stops before an element whose end is not there.
    fn walk(&mut self, at: &mut usize, ranges: &mut Vec<Range<usize>>) -> Result<bool, IngestError> {
        loop {
            *at = skip_blank(&self.text, *at);
            let Some(byte) = self.text.get(*at).copied() else { break };
            match (self.place, byte) {
                (Place::Outside, b'[') => self.place = Place::First,
                (Place::Outside, _) => return Err(self.broken(*at, "a JSON array of objects, '[',")),
                (Place::First | Place::Behind, b']') => self.place = Place::Done,
                (Place::Behind, b',') => self.place = Place::Element,
                (Place::Behind, _) => return Err(self.broken(*at, "',' or ']'")),
                (Place::Done, _) => return Err(self.broken(*at, "the end")),
                (Place::First | Place::Element, _) => {
                    let mut walk = ElementWalk::default();
                    let end = match walk.end_in(&self.text[*at..]) {
                        Some(length) => *at + length,
                        None if self.ended => self.text.len(),
                        None => return Ok(false),
                    };
                    ranges.push(*at..end);
                    self.place = Place::Behind;
                    *at = end;
                    continue;
                }
            }
            *at += 1;
        }
        if self.ended && self.place != Place::Done && ranges.is_empty() {
            let wanted =
                if self.place == Place::Outside { "a JSON array of objects, '['," } else { "',' or ']'" };
            return Err(self.broken(self.text.len(), wanted));
        }
        Ok(true)
    }

    /// An element that is longer than a block: it is passed over, and a stand-in takes its place.
    fn long_element(&mut self) -> Result<Block, IngestError> {
        let start = self.start;
        let mut walk = ElementWalk::default();
        let mut text = std::mem::take(&mut self.text);
        let (mut lines, mut bytes) = (0, 0);
        let mut kept = Vec::new();
        loop {
            let end = walk.end_in(&text).or_else(|| self.ended.then_some(text.len()));
            let here = end.unwrap_or(text.len());
            lines += count_lines(&text[..here]);
            bytes += here as u64;
            if kept.len() <= MAX_ROW_BYTES {
                kept.extend_from_slice(&text[..here]);
            }
            if end.is_some() {
                self.text = text.split_off(here);
                break;
            }
            text.clear();
            self.ended = self.source.fill(&mut text, BLOCK_BYTES)?;
        }
        if kept.len() > MAX_ROW_BYTES {
            kept = stand_in();
        }
        self.place = Place::Behind;
        self.start.offset += bytes;
        self.start.lines += lines;
        self.start.rows += 1;
        let ranges = std::iter::once(0..kept.len()).collect();
        let rows = BlockRows::Elements { text: kept, ranges, first: start.rows + 1, start };
        Ok(Block { rows, bytes, end: self.start })
    }

    fn cut(&mut self, at: usize, ranges: Vec<Range<usize>>) -> Block {
        // Up to the last element: what follows it belongs to the place behind it.
        let end = ranges.last().map_or(at, |last| last.end);
        self.place = Place::Behind;
        let rest = self.text.split_off(end);
        let text = std::mem::replace(&mut self.text, rest);
        let start = self.start;
        self.start.offset += end as u64;
        self.start.lines += count_lines(&text);
        self.start.rows += ranges.len() as u64;
        let rows = BlockRows::Elements { text, ranges, first: start.rows + 1, start };
        Block { rows, bytes: end as u64, end: self.start }
    }

    fn forget(&mut self, bytes: usize) {
        self.start.offset += bytes as u64;
        self.start.lines += count_lines(&self.text[..bytes]);
        self.text.drain(..bytes);
    }

    fn broken(&self, at: usize, wanted: &str) -> IngestError {
        let line = self.start.lines + count_lines(&self.text[..at.min(self.text.len())]) + 1;
        let byte = self.start.offset + at as u64 + 1;
        IngestError::Malformed { line, detail: format!("{wanted} expected at byte {byte}") }
    }
}

fn skip_blank(text: &[u8], from: usize) -> usize {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    text[from.min(text.len())..].iter().position(|b| !blank(b)).map_or(text.len(), |n| from + n)
}

/// A walk over one element, in as many pieces as it comes in.
#[derive(Default)]
struct ElementWalk {
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl ElementWalk {
    /// Where the element ends in this piece: behind its own last bracket, or else before the ',' or ']' of its array.
    fn end_in(&mut self, piece: &[u8]) -> Option<usize> {
        for (i, byte) in piece.iter().enumerate() {
            if self.in_text {
                self.in_text = *byte != b'"' || self.escaped;
                self.escaped = *byte == b'\\' && !self.escaped;
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                b',' | b']' if self.depth == 0 => return Some(i),
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(i + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}
