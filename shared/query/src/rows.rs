//! Rows: the rows of a block read one by one, each with its place.
//!
//! A row that cannot be read is an error of that row where the format lets the next one be found (NDJSON, CSV), and of
//! the whole file where it does not (a JSON array that is broken).

use serde_json::Value as Json;
use sitrep_domain::mapping::SourceRow;
use sitrep_domain::upload::FilePosition;

use crate::blocks::{Block, BlockRows};
use crate::error::IngestError;
use crate::ingest::LineError;

/// Most bytes of one row.
pub const MAX_ROW_BYTES: usize = 256 * 1024;

/// A row with its line (of a JSON array: the number of the element), or why it cannot be read.
pub(crate) type Row = Result<SourceRow, LineError>;

/// Calls `visit` for every row, in order.
pub(crate) fn for_each_row(block: &Block, visit: &mut impl FnMut(u64, Row)) -> Result<(), IngestError> {
    match &block.rows {
        BlockRows::Lines { text, first_line } => {
            for_each_line(text, *first_line, visit);
            Ok(())
        }
        BlockRows::Elements { text, ranges, first, start } => {
            for (number, range) in (*first..).zip(ranges) {
                let element = parse_element(number, &text[range.clone()]);
                visit(number, element.map_err(|detail| broken(text, range.start, *start, &detail))?);
            }
            Ok(())
        }
        BlockRows::Records { names, records } => {
            for (line, record) in records {
                visit(*line, read_record(*line, names, record));
            }
            Ok(())
        }
    }
}

fn for_each_line(text: &[u8], first_line: u64, visit: &mut impl FnMut(u64, Row)) {
    for (number, line) in (first_line..).zip(text.split(|b| *b == b'\n')) {
        let line = line.trim_ascii();
        if !line.is_empty() {
            visit(number, parse_object(number, line));
        }
    }
}

fn row_error(line: u64, code: &'static str, detail: impl Into<String>) -> LineError {
    LineError { line, field: String::new(), code, detail: detail.into() }
}

fn check_size(line: u64, bytes: usize) -> Result<(), LineError> {
    if bytes > MAX_ROW_BYTES {
        return Err(row_error(line, "too_large", format!("a row has at most {MAX_ROW_BYTES} bytes")));
    }
    Ok(())
}

fn parse_object(line: u64, bytes: &[u8]) -> Row {
    check_size(line, bytes.len())?;
    let text = std::str::from_utf8(bytes).map_err(|e| not_utf8(line, e))?;
    match serde_json::from_str(text) {
        Ok(Json::Object(row)) => Ok(row),
        Ok(_) => Err(not_an_object(line)),
        Err(e) => Err(row_error(line, "bad_json", format!("not valid JSON at byte {}", e.column()))),
    }
}

fn not_an_object(line: u64) -> LineError {
    row_error(line, "not_an_object", "a row is a JSON object, such as {\"id\": \"a-1\"}")
}

/// An element that is not JSON is no row's error: where it ends is a guess, and so is all that follows.
fn parse_element(number: u64, bytes: &[u8]) -> Result<Row, String> {
    if let Err(error) = check_size(number, bytes.len()) {
        return Ok(Err(error));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8; send UTF-8".to_owned())?;
    match serde_json::from_str(text) {
        Ok(Json::Object(row)) => Ok(Ok(row)),
        Ok(_) => Ok(Err(not_an_object(number))),
        Err(e) => Err(format!("not valid JSON near column {} of element {number}", e.column())),
    }
}

fn broken(text: &[u8], at: usize, start: FilePosition, detail: &str) -> IngestError {
    #[expect(clippy::naive_bytecount, reason = "runs once, for an error")]
    let lines = text[..at].iter().filter(|b| **b == b'\n').count() as u64;
    IngestError::Malformed { line: start.lines + lines + 1, detail: detail.to_owned() }
}

fn not_utf8(line: u64, error: std::str::Utf8Error) -> LineError {
    let detail = format!("not UTF-8 at byte {} of the row; send UTF-8", error.valid_up_to() + 1);
    row_error(line, "not_utf8", detail)
}

fn read_record(line: u64, names: &[String], record: &csv::ByteRecord) -> Row {
    check_size(line, record.as_slice().len())?;
    if record.len() != names.len() {
        let detail = format!("the row has {} fields, the header {}", record.len(), names.len());
        return Err(row_error(line, "ragged", detail));
    }
    let mut row = SourceRow::new();
    for (name, field) in names.iter().zip(record) {
        let text = std::str::from_utf8(field).map_err(|e| not_utf8(line, e))?;
        row.insert(name.clone(), Json::String(text.to_owned()));
    }
    Ok(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blocks::Blocks;
    use crate::source::{Source, UnpackLimits};
    use sitrep_domain::upload::BodyFormat;

    fn read(text: &[u8], format: BodyFormat) -> Result<Vec<(u64, String)>, IngestError> {
        let mut rows = Vec::new();
        let source = Source::new(text, false, UnpackLimits { bytes: u64::MAX, ratio: u64::MAX });
        let mut blocks = Blocks::new(source, format, FilePosition::default())?;
        while let Some(block) = blocks.next()? {
            for_each_row(&block, &mut |line, row: Row| {
                rows.push((line, row.map_or_else(|e| e.code.to_owned(), |r| Json::Object(r).to_string())));
            })?;
        }
        Ok(rows)
    }

    fn rows(expected: &[(u64, &str)]) -> Result<Vec<(u64, String)>, IngestError> {
        Ok(expected.iter().map(|(n, t)| (*n, (*t).to_owned())).collect())
    }

    #[test]
    fn a_bad_line_of_ndjson_is_its_own_error_and_blank_lines_are_skipped() {
        let text = b"{\"a\":1}\r\n\n  \n{oops\n[1]\n{\"b\":\"\xFF\"}\n{\"c\":2}";
        let expected =
            [(1, "{\"a\":1}"), (4, "bad_json"), (5, "not_an_object"), (6, "not_utf8"), (7, "{\"c\":2}")];
        assert_eq!(read(text, BodyFormat::Ndjson), rows(&expected));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_ROW_BYTES));
        assert_eq!(read(long.as_bytes(), BodyFormat::Ndjson), rows(&[(1, "too_large")]));
    }

    #[test]
    fn a_json_array_is_read_by_element_or_refused_whole_with_its_place() {
        for (text, expected) in [
            ("[]", rows(&[])),
            (" [ ] \n", rows(&[])),
            (
                "[{\"a\":\"],\\\"}\"}\n, {\"b\":[1,[2]]}]",
                rows(&[(1, "{\"a\":\"],\\\"}\"}"), (2, "{\"b\":[1,[2]]}")]),
            ),
            ("[1, {}]", rows(&[(1, "not_an_object"), (2, "{}")])),
        ] {
            assert_eq!(read(text.as_bytes(), BodyFormat::Json), expected, "{text}");
        }
        for (text, at) in [
            ("", 1),
            ("{}", 1),
            ("[{}", 1),
            ("[{}\n,\n]", 3),
            ("[{}\n{}]", 2),
            ("[\n{\"a\":}]", 2),
            ("[{}]\nx", 2),
            ("[,]", 1),
        ] {
            let error = read(text.as_bytes(), BodyFormat::Json).unwrap_err();
            assert!(matches!(error, IngestError::Malformed { line, .. } if line == at), "{text}: {error:?}");
        }
    }

    #[test]
    fn csv_needs_a_header_and_reports_ragged_rows_by_line() {
        let text = b"id,note\na,\"x\ny\"\nb\nc,\xFF\nd,z\n";
        let expected = [
            (2, "{\"id\":\"a\",\"note\":\"x\\ny\"}"),
            (4, "ragged"),
            (5, "not_utf8"),
            (6, "{\"id\":\"d\",\"note\":\"z\"}"),
        ];
        assert_eq!(read(text, BodyFormat::Csv), rows(&expected));
        for text in ["", "id,,x\n", "id,id\n", "id, id\n"] {
            let error = read(text.as_bytes(), BodyFormat::Csv).unwrap_err();
            assert!(matches!(error, IngestError::Malformed { line: 1, .. }), "{text}: {error:?}");
        }
    }

    #[test]
    fn a_row_that_no_block_holds_is_an_error_of_its_line_and_the_next_one_is_found() {
        let long = "x".repeat(3_000_000);
        for (text, format, expected) in [
            (format!("{{\"a\":\"{long}\"}}\n{{}}"), BodyFormat::Ndjson, [(1, "too_large"), (2, "{}")]),
            (format!("{{}}\n{long}"), BodyFormat::Ndjson, [(1, "{}"), (2, "too_large")]),
            (format!("[{{\"a\":\"],{long}\"}}\n, {{}}]"), BodyFormat::Json, [(1, "too_large"), (2, "{}")]),
            (
                format!("[{{}}{}, [\"{long}\"] ]", " ".repeat(2_000_000)),
                BodyFormat::Json,
                [(1, "{}"), (2, "too_large")],
            ),
            (format!("a\n\"{long}\"\nb\n"), BodyFormat::Csv, [(2, "too_large"), (3, "{\"a\":\"b\"}")]),
        ] {
            assert_eq!(read(text.as_bytes(), format), rows(&expected), "{format:?}");
        }
        let open = format!("a\nb\n\"{}", "y\n".repeat(5_000_000));
        let error = read(open.as_bytes(), BodyFormat::Csv).unwrap_err();
        assert!(matches!(error, IngestError::Malformed { line: 3, .. }), "{error:?}");
    }
}
