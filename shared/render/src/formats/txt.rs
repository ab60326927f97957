//! Plain text in 80 columns, for mail readers and terminals.

use sitrep_domain::document::{Document, Format};

use super::FormatWriter;
use crate::RenderedFile;
use crate::clean::is_unsafe;
use crate::error::RenderError;
use crate::txt::lines::{WIDTH, width};
use crate::txt::page::write_text;

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::Txt, render, validate };

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let bytes = write_text(document).into_bytes();
    Ok(RenderedFile { bytes, content_type: "text/plain; charset=utf-8", extension: "txt" })
}

fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    let malformed = |detail: String| RenderError::malformed(Format::Txt, detail);
    let text = std::str::from_utf8(&file.bytes).map_err(|e| malformed(e.to_string()))?;
    if text.chars().any(|c| is_unsafe(c) || c == '\t') {
        return Err(malformed("it holds control characters".to_owned()));
    }
    let too_wide = |line: &str| width(line) > WIDTH && line.trim().contains(' ');
    match text.lines().position(too_wide) {
        Some(i) => Err(malformed(format!("line {} is wider than {WIDTH} columns", i + 1))),
        None => Ok(()),
    }
}
