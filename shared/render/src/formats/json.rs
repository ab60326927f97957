//! Versioned JSON: the report's metadata, its numbers and where they come from, in a fixed order of keys.
//!
//! Data stay whole: a character that must not act on a reader's screen is escaped, not replaced.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use sitrep_domain::document::{Document, DocumentMeta, Format, Provenance};
use sitrep_domain::report_data::ReportData;

use super::FormatWriter;
use crate::RenderedFile;
use crate::clean::is_unsafe;
use crate::error::RenderError;

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::Json, render, validate };

/// Name and version of the file's form.
const SCHEMA: &str = "sitrep.report/1";

#[derive(Serialize)]
struct ReportFile<'a> {
    schema: &'static str,
    report: &'a DocumentMeta,
    data: &'a ReportData,
    provenance: &'a Provenance,
}

fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let file = ReportFile {
        schema: SCHEMA,
        report: &document.meta,
        data: &document.data,
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

/// What every file of this schema has; the rest is only parsed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileShape {
    schema: String,
    #[serde(rename = "report")]
    _report: ReportShape,
    #[serde(rename = "data")]
    _data: DataShape,
    #[serde(rename = "provenance")]
    _provenance: IgnoredAny,
}

#[derive(Deserialize)]
struct ReportShape {
    #[serde(rename = "report_id")]
    _report_id: String,
    #[serde(rename = "title")]
    _title: String,
}

#[derive(Deserialize)]
struct DataShape {
    #[serde(rename = "schema")]
    _schema: String,
    #[serde(rename = "metrics")]
    _metrics: IgnoredAny,
    #[serde(rename = "sections")]
    _sections: IgnoredAny,
}

fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    let shape: FileShape =
        serde_json::from_slice(&file.bytes).map_err(|e| RenderError::malformed(Format::Json, e))?;
    if shape.schema != SCHEMA {
        return Err(RenderError::malformed(Format::Json, format!("its schema is not {SCHEMA}")));
    }
    Ok(())
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
