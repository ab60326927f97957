//! Blocks of a CSV: records as RFC 4180 has them, under a header row.

use std::io::Read;
use std::sync::Arc;

use sitrep_domain::upload::FilePosition;

use super::{BLOCK_BYTES, Block, BlockRows};
use crate::error::IngestError;
use crate::source::{Source, take_error};

/// Most bytes that one record may take before its quotes are taken for broken.
const MAX_RECORD_BYTES: u64 = 8 * 1024 * 1024;

/// The blocks of a CSV file.
pub(crate) struct Records<R> {
    reader: csv::Reader<Source<R>>,
    names: Arc<Vec<String>>,
    rows: u64,
}

impl<R: Read> Records<R> {
    pub(super) fn new(mut source: Source<R>, from: FilePosition) -> Result<Self, IngestError> {
        source.allow(MAX_RECORD_BYTES);
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(source);
        let mut records = Self { reader, names: Arc::default(), rows: 0 };
        let mut record = csv::ByteRecord::new();
        if !records.read(&mut record)? {
            return Err(bad_header("a CSV begins with a header row that names its columns"));
        }
        records.names = Arc::new(read_header(&record)?);
        while records.reader.position().byte() < from.offset && records.read(&mut record)? {
            records.rows += 1;
        }
        Ok(records)
    }

    pub(super) fn next(&mut self) -> Result<Option<Block>, IngestError> {
        let start = self.reader.position().byte();
        let mut records = Vec::new();
        let mut record = csv::ByteRecord::new();
        while self.reader.position().byte() - start < BLOCK_BYTES as u64 && self.read(&mut record)? {
            let line = record.position().map_or(0, csv::Position::line);
            records.push((line, std::mem::take(&mut record)));
        }
        self.rows += records.len() as u64;
        let position = self.reader.position();
        let end = FilePosition {
            offset: position.byte(),
            lines: position.line().saturating_sub(1),
            rows: self.rows,
        };
        let bytes = end.offset - start;
        let rows = BlockRows::Records { names: Arc::clone(&self.names), records };
        Ok((bytes > 0).then_some(Block { rows, bytes, end }))
    }

    pub(super) fn packed_bytes(&self) -> u64 {
        self.reader.get_ref().packed_bytes()
    }

    fn read(&mut self, record: &mut csv::ByteRecord) -> Result<bool, IngestError> {
        self.reader.get_mut().allow(MAX_RECORD_BYTES);
        let line = self.reader.position().line();
        let detail = |text: &str| IngestError::Malformed { line, detail: text.to_owned() };
        self.reader.read_byte_record(record).map_err(|error| match error.kind() {
            csv::ErrorKind::Io(error) => match take_error(error) {
                IngestError::Endless => detail("a record without an end begins here; a quote is not closed"),
                other => other,
            },
            _ => detail("not readable as CSV"),
        })
    }
}

fn bad_header(detail: impl Into<String>) -> IngestError {
    IngestError::Malformed { line: 1, detail: detail.into() }
}

fn read_header(record: &csv::ByteRecord) -> Result<Vec<String>, IngestError> {
    let mut names: Vec<String> = Vec::with_capacity(record.len());
    for (i, name) in record.iter().enumerate() {
        let name = std::str::from_utf8(name).map_err(|_| bad_header("the header row is not UTF-8"))?.trim();
        if name.is_empty() {
            return Err(bad_header(format!("column {} of the header row has no name", i + 1)));
        }
        if names.iter().any(|n| n == name) {
            let shown: String = name.chars().take(80).collect();
            return Err(bad_header(format!("the header row names the column {shown} twice")));
        }
        names.push(name.to_owned());
    }
    Ok(names)
}
