//! Versioned JSON: the report's metadata, its numbers, its content and where they come from, in a fixed order of keys.
//! Its form is `schemas/report-1.json`.
//!
//! Data stay whole: a character that must not act on a reader's screen is escaped, not replaced.

use serde::Serialize;
use sitrep_domain::document::{Document, Format, Provenance};
use sitrep_domain::report_data::ReportData;

use super::FormatWriter;
use crate::RenderedFile;
use crate::clean::is_unsafe;
use crate::error::RenderError;
use crate::json::content::{Content, ReportMeta, list_content};
use crate::json::schema::check_report;

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::Json, render, validate };

/// Name and version of the file's form.
const SCHEMA: &str = "sitrep.report/1";

#[derive(Serialize)]
struct ReportFile<'a> {
    schema: &'static str,
    report: ReportMeta<'a>,
    data: &'a ReportData,
    content: Vec<Content<'a>>,
    provenance: &'a Provenance,
}

fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let file = ReportFile {
        schema: SCHEMA,
        report: ReportMeta::from(&document.meta),
        data: &document.data,
        content: list_content(document),
        provenance: &document.provenance,
    };
    let json = serde_json::to_string(&file).map_err(|e| RenderError::write(Format::Json, e))?;
    let mut bytes = escape_unsafe(&json).into_bytes();
    bytes.push(b'\n');
    Ok(RenderedFile { bytes, content_type: "application/json", extension: "json" })
}

/// Unsafe characters as `\uXXXX`. They occur inside strings only: the structure of JSON is ASCII without controls.
fn escape_unsafe(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_unsafe(c) {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    let malformed = |detail: String| RenderError::malformed(Format::Json, detail);
    let value = serde_json::from_slice(&file.bytes).map_err(|e| malformed(e.to_string()))?;
    check_report(&value).map_err(malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_characters_are_escaped_and_read_back_whole() {
        let text = "a\u{202E}b\u{7f}\u{E0041}\u{0}\n\t é";
        let json = escape_unsafe(&serde_json::to_string(text).unwrap());
        assert!(!json.chars().any(is_unsafe), "{json}");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
