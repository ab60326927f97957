//! Everyday PDF: laid out in `page`, painted in `pdf`.

use lopdf::Object;
use sitrep_domain::document::{Document, Format};

use super::FormatWriter;
use crate::RenderedFile;
use crate::error::RenderError;
use crate::page::lay_out;
use crate::pdf::file::write_pdf;
use crate::text::shape::Shaper;

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::Pdf, render, validate };

/// Names that make a viewer act; none may appear in a file of ours.
const FORBIDDEN: [&[u8]; 6] = [b"JS", b"JavaScript", b"OpenAction", b"Launch", b"AA", b"EmbeddedFiles"];

fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let mut shaper = Shaper::new();
    let layout = lay_out(document, &mut shaper);
    let bytes = write_pdf(document, &layout, &shaper)?;
    Ok(RenderedFile { bytes, content_type: "application/pdf", extension: "pdf" })
}

fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    load(&file.bytes, Format::Pdf).map(|_| ())
}

/// Opens a PDF file that has pages and does nothing of its own.
///
/// # Errors
///
/// [`RenderError::Malformed`] of that format.
pub(super) fn load(bytes: &[u8], format: Format) -> Result<lopdf::Document, RenderError> {
    let malformed = |detail: &str| Err(RenderError::malformed(format, detail));
    if !bytes.starts_with(b"%PDF-1.") || !bytes.trim_ascii_end().ends_with(b"%%EOF") {
        return malformed("it lacks the header or the end mark");
    }
    let pdf = lopdf::Document::load_mem(bytes).map_err(|e| RenderError::malformed(format, e))?;
    if pdf.page_iter().next().is_none() {
        return malformed("it has no page");
    }
    for object in pdf.objects.values() {
        let dictionary = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        if FORBIDDEN.iter().any(|name| dictionary.has(name)) {
            return malformed("it holds an action");
        }
    }
    Ok(pdf)
}
