//! Comma-separated values (RFC 4180): one file for one table, else a zip with a file per table.
//!
//! Numbers stay plain numbers and times RFC 3339. A text that a spreadsheet would run as a formula gets a leading
//! apostrophe, which spreadsheets take as "this is text".

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};

use ::csv::{ReaderBuilder, Terminator, WriterBuilder};
use sitrep_domain::csv::is_formula;
use sitrep_domain::document::{Block, Document, Format, Table, Unit};
use sitrep_domain::report_data::DataTable;
use sitrep_domain::result::Cell;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::FormatWriter;
use crate::RenderedFile;
use crate::clean::{clean_line, clean_text};
use crate::error::RenderError;

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::Csv, render, validate };

const METRICS: &str = "metrics";

fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let mut files = list_files(document)?;
    if files.len() == 1
        && let Some((_, bytes)) = files.pop_first()
    {
        return Ok(RenderedFile { bytes, content_type: "text/csv; charset=utf-8", extension: "csv" });
    }
    let bytes = pack(&files).map_err(|e| RenderError::write(Format::Csv, e))?;
    Ok(RenderedFile { bytes, content_type: "application/zip", extension: "zip" })
}

/// The tables of the data, then those that only the blocks have, charts without a table included, then totals: these
/// stand apart, so that whoever adds a column up counts nothing twice.
fn tables(document: &Document) -> Vec<DataTable> {
    let mut tables: Vec<DataTable> =
        document.data.sections.iter().flat_map(|s| s.tables.iter().cloned()).collect();
    let drawn = document.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    for table in DataTable::of_blocks(&document.blocks) {
        if !tables.iter().any(|known| known.id == table.id) {
            tables.push(table);
        }
    }
    tables.extend(drawn.filter_map(totals));
    tables
}

/// The totals of a table as one of its own.
fn totals(table: &Table) -> Option<DataTable> {
    let rows = vec![table.totals.clone()?];
    let id = format!("{}_totals", table.id);
    Some(DataTable { id, rows, total_rows: 1, truncated: false, ..DataTable::from(table) })
}

fn list_files(document: &Document) -> Result<BTreeMap<String, Vec<u8>>, RenderError> {
    let mut files = BTreeMap::new();
    files.insert(METRICS.to_owned(), write_metrics(document)?);
    for table in tables(document) {
        let name = unused_name(&files, &file_name(&table.id));
        let rows = table.rows.iter().map(|row| row.iter().map(write_cell).collect());
        let header: Vec<String> = table.columns.iter().map(|name| guard(&clean_line(name))).collect();
        files.insert(name, write_csv(&header, rows)?);
    }
    Ok(files)
}

fn write_metrics(document: &Document) -> Result<Vec<u8>, RenderError> {
    let header = ["id", "version", "value", "unit", "population", "excluded", "previous"];
    let rows = document.data.metrics.iter().map(|(id, figure)| {
        vec![
            guard(&clean_line(id)),
            figure.version.to_string(),
            write_cell(&figure.value),
            unit_word(figure.unit).to_owned(),
            figure.population.to_string(),
            figure.excluded.to_string(),
            write_cell(&figure.previous),
        ]
    });
    write_csv(&header.map(str::to_owned), rows)
}

const fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "count",
        Unit::Minutes => "minutes",
        Unit::Percent => "percent",
        Unit::Number => "number",
        Unit::Milliseconds => "milliseconds",
        Unit::PerDay => "per_day",
    }
}

fn write_csv(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, RenderError> {
    let width = header.len();
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let failed = |e: ::csv::Error| RenderError::write(Format::Csv, e);
    writer.write_record(header).map_err(failed)?;
    for mut row in rows {
        // Every record has the width of the header, whatever came in.
        row.resize(width, String::new());
        writer.write_record(&row).map_err(failed)?;
    }
    writer.into_inner().map_err(|e| RenderError::write(Format::Csv, e))
}

fn write_cell(cell: &Cell) -> String {
    match cell {
        Cell::Boolean(yes) => yes.to_string(),
        Cell::Integer(n) => n.to_string(),
        Cell::Number(x) if x.is_finite() => x.to_string(),
        Cell::Time(at) => at.to_string(),
        Cell::Text(text) => guard(text),
        Cell::Null | Cell::Number(_) => String::new(),
    }
}

/// The text, cleaned, behind an apostrophe if a spreadsheet would take it for a formula.
fn guard(text: &str) -> String {
    let clean = clean_text(text);
    if is_formula(text) || is_formula(&clean) { format!("'{clean}") } else { clean.into_owned() }
}

/// The table's id with nothing in it that an archive or a file system reads as more than a name.
fn file_name(id: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c.to_ascii_lowercase() } else { '_' }
    };
    let name: String = id.chars().take(80).map(safe).collect();
    if name.is_empty() { "table".to_owned() } else { name }
}

fn unused_name(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    std::iter::once(name.to_owned())
        .chain((2..).map(|n| format!("{name}_{n}")))
        .find(|candidate| !files.contains_key(candidate))
        .expect("the numbers do not end")
}

/// A zip whose bytes depend on the files alone: sorted names, no times.
fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(format!("{name}.csv"), options)?;
        archive.write_all(bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}

fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    if file.extension == "csv" {
        return check_csv(&file.bytes);
    }
    let malformed = |e: &dyn std::fmt::Display| RenderError::malformed(Format::Csv, e);
    let mut archive = ZipArchive::new(Cursor::new(file.bytes.as_slice())).map_err(|e| malformed(&e))?;
    if archive.is_empty() {
        return Err(malformed(&"the archive is empty"));
    }
    for i in 0..archive.len() {
        let mut bytes = Vec::new();
        let mut entry = archive.by_index(i).map_err(|e| malformed(&e))?;
        entry.read_to_end(&mut bytes).map_err(|e| malformed(&e))?;
        check_csv(&bytes)?;
    }
    Ok(())
}

/// Every record as wide as the header, in UTF-8. A file of a table without columns is one empty line.
fn check_csv(bytes: &[u8]) -> Result<(), RenderError> {
    let malformed = |e: &dyn std::fmt::Display| RenderError::malformed(Format::Csv, e);
    std::str::from_utf8(bytes).map_err(|e| malformed(&e))?;
    if !bytes.ends_with(b"\r\n") {
        return Err(malformed(&"the last line does not end"));
    }
    let mut reader = ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut record = ::csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(|e| malformed(&e))? {}
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_look_like_formulas_are_disarmed_and_numbers_stay_numbers() {
        for (cell, expected) in [
            (Cell::Text("=cmd|' /C calc'!A0".into()), "'=cmd|' /C calc'!A0"),
            (Cell::Text("+1".into()), "'+1"),
            (Cell::Text("-1".into()), "'-1"),
            (Cell::Text("@SUM(A1)".into()), "'@SUM(A1)"),
            (Cell::Text("  =1".into()), "'  =1"),
            (Cell::Text("\t=1".into()), "' =1"),
            (Cell::Text("\rx".into()), "'\nx"),
            (Cell::Text("\u{200B}=1".into()), "'\u{200B}=1"),
            (Cell::Text("＝1".into()), "'＝1"),
            (Cell::Text("a=1".into()), "a=1"),
            (Cell::Text("O'Hara".into()), "O'Hara"),
            (Cell::Text("a\u{202E}b".into()), "a\u{FFFD}b"),
            (Cell::Integer(-5), "-5"),
            (Cell::Number(-0.5), "-0.5"),
            (Cell::Number(1e21), "1000000000000000000000"),
            (Cell::Number(f64::NAN), ""),
            (Cell::Null, ""),
            (Cell::Time("2026-03-01T00:00:00Z".parse().unwrap()), "2026-03-01T00:00:00Z"),
        ] {
            assert_eq!(write_cell(&cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn file_names_are_plain_and_unique() {
        for (id, expected) in
            [("by_day", "by_day"), ("../../etc/passwd", "______etc_passwd"), ("", "table"), ("A B", "a_b")]
        {
            assert_eq!(file_name(id), expected);
        }
        let files = BTreeMap::from([("metrics".to_owned(), Vec::new())]);
        assert_eq!(unused_name(&files, "metrics"), "metrics_2");
    }

    #[test]
    fn records_end_with_crlf_and_are_as_wide_as_their_header() {
        let rows = vec![vec!["a,\"b\"".to_owned()], vec!["1".to_owned(), "2".to_owned(), "3".to_owned()]];
        let bytes = write_csv(&["x".into(), "y".into()], rows.into_iter()).unwrap();
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), "x,y\r\n\"a,\"\"b\"\"\",\r\n1,2\r\n");
        assert_eq!(check_csv(&bytes), Ok(()));
        assert!(check_csv(b"a,b\r\n1\r\n").is_err());
    }
}
