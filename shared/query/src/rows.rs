//! Rows: a body's text cut into source rows, each with its place.
//!
//! A row that cannot be read is an error of that row where the format lets the next one be found (NDJSON, CSV), and of
//! the whole body where it does not (a broken JSON array, a CSV without a usable header).

use serde_json::Value as Json;
use sitrep_domain::mapping::SourceRow;

use crate::error::IngestError;
use sitrep_domain::upload::BodyFormat;

use crate::ingest::LineError;

/// Most bytes of one row.
pub const MAX_ROW_BYTES: usize = 256 * 1024;

/// A row with its line (of a JSON array: the number of the element), or why it cannot be read.
pub(crate) type Row = Result<SourceRow, LineError>;

/// Calls `visit` for every row, in order.
pub(crate) fn for_each_row(
    text: &[u8],
    format: BodyFormat,
    visit: &mut impl FnMut(u64, Row),
) -> Result<(), IngestError> {
    match format {
        BodyFormat::Ndjson => {
            for_each_line(text, visit);
            Ok(())
        }
        BodyFormat::Json => for_each_element(text, visit),
        BodyFormat::Csv => for_each_record(text, visit),
    }
}

fn for_each_line(text: &[u8], visit: &mut impl FnMut(u64, Row)) {
    for (number, line) in (1..).zip(text.split(|b| *b == b'\n')) {
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
        Ok(_) => Err(row_error(line, "not_an_object", "a row is a JSON object, such as {\"id\": \"a-1\"}")),
        Err(e) => Err(row_error(line, "bad_json", format!("not valid JSON at byte {}", e.column()))),
    }
}

fn not_utf8(line: u64, error: std::str::Utf8Error) -> LineError {
    let detail = format!("not UTF-8 at byte {} of the row; send UTF-8", error.valid_up_to() + 1);
    row_error(line, "not_utf8", detail)
}

fn malformed(text: &[u8], at: usize, detail: impl Into<String>) -> IngestError {
    let before = &text[..at.min(text.len())];
    #[expect(clippy::naive_bytecount, reason = "runs once, for an error")]
    let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
    IngestError::Malformed { line, detail: detail.into() }
}

/// Walks a JSON array element by element, so that its rows are never all in memory as JSON values.
fn for_each_element(text: &[u8], visit: &mut impl FnMut(u64, Row)) -> Result<(), IngestError> {
    let broken =
        |at: usize, wanted: &str| malformed(text, at, format!("{wanted} expected at byte {}", at + 1));
    if let Err(e) = std::str::from_utf8(text) {
        return Err(malformed(text, e.valid_up_to(), "not UTF-8; send UTF-8"));
    }
    let mut at = skip_blank(text, 0);
    if text.get(at) != Some(&b'[') {
        return Err(broken(at, "a JSON array of objects, '[',"));
    }
    at = skip_blank(text, at + 1);
    let mut number = 0;
    let mut rows = Vec::new();
    while text.get(at) != Some(&b']') || number > 0 {
        let end = element_end(text, at);
        number += 1;
        check_element(text, at, end)?;
        rows.push((number, at..end));
        at = skip_blank(text, end);
        match text.get(at) {
            Some(b',') => at = skip_blank(text, at + 1),
            Some(b']') => break,
            _ => return Err(broken(at, "',' or ']'")),
        }
    }
    let after = skip_blank(text, at + 1);
    if after < text.len() {
        return Err(broken(after, "the end"));
    }
    for (number, range) in rows {
        visit(number, parse_object(number, &text[range]));
    }
    Ok(())
}

/// Refuses the whole body for an element that is not JSON, before any row of it counts.
fn check_element(text: &[u8], at: usize, end: usize) -> Result<(), IngestError> {
    let element = &text[at..end];
    if let Err(e) = serde_json::from_slice::<serde::de::IgnoredAny>(element) {
        return Err(malformed(text, at, format!("not valid JSON near byte {}", at + e.column())));
    }
    Ok(())
}

fn skip_blank(text: &[u8], from: usize) -> usize {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    text[from.min(text.len())..].iter().position(|b| !blank(b)).map_or(text.len(), |n| from + n)
}

/// Where the element that begins at `from` ends: before the ',' or ']' of its array.
fn element_end(text: &[u8], from: usize) -> usize {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for (i, byte) in text.iter().enumerate().skip(from) {
        if in_text {
            (in_text, escaped) = (*byte != b'"' || escaped, *byte == b'\\' && !escaped);
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b',' | b']' if depth == 0 => return i,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    text.len()
}

fn for_each_record(text: &[u8], visit: &mut impl FnMut(u64, Row)) -> Result<(), IngestError> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    let mut record = csv::ByteRecord::new();
    let failed = |e: csv::Error| {
        let line = e.position().map_or(1, csv::Position::line);
        IngestError::Malformed { line, detail: "not readable as CSV".to_owned() }
    };
    if !reader.read_byte_record(&mut record).map_err(failed)? {
        return Err(bad_header("a CSV begins with a header row that names its columns"));
    }
    let names = read_header(&record)?;
    while reader.read_byte_record(&mut record).map_err(failed)? {
        let line = record.position().map_or(0, csv::Position::line);
        visit(line, read_record(line, &names, &record));
    }
    Ok(())
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

    fn read(text: &[u8], format: BodyFormat) -> Result<Vec<(u64, String)>, IngestError> {
        let mut rows = Vec::new();
        for_each_row(text, format, &mut |line, row: Row| {
            rows.push((line, row.map_or_else(|e| e.code.to_owned(), |r| Json::Object(r).to_string())));
        })?;
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
            ("[{}\n{}]", 1),
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
}
