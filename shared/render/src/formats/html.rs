//! One self-contained HTML file: no script, nothing from outside, readable from 390 to 1,600 pixels and on paper.

use sitrep_domain::document::{Document, Format};

use super::FormatWriter;
use crate::RenderedFile;
use crate::error::RenderError;
use crate::html::check::check;
use crate::html::page::write_page;

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::Html, render, validate };

#[expect(clippy::unnecessary_wraps, reason = "every format has this signature")]
fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let bytes = write_page(document).into_bytes();
    Ok(RenderedFile { bytes, content_type: "text/html; charset=utf-8", extension: "html" })
}

fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    let malformed = |detail: String| RenderError::malformed(Format::Html, detail);
    let html = std::str::from_utf8(&file.bytes).map_err(|e| malformed(e.to_string()))?;
    check(html).map_err(malformed)
}
