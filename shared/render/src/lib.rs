//! Documents to bytes: pdf, pdfa, html, csv, json and txt. Pure and deterministic.
//!
//! The same document gives the same bytes, in any process and any order: dates, ids and names inside a file derive from
//! the document. No network, no file system, no clock; fonts are part of the program. Text is untrusted in every
//! format: it is shown, never run.

#![deny(missing_docs)]

mod cells;
mod chart;
mod clean;
mod error;
mod formats;
mod headings;
mod html;
mod json;
mod page;
mod palette;
mod pdf;
mod pdfa;
mod picture;
mod printed;
mod provenance;
mod text;
mod txt;

pub use error::RenderError;
use formats::get_writer;
use sitrep_domain::document::{Document, Format};
use sitrep_domain::figures;

pub use sitrep_domain::renderer::RENDERER_VERSION;

/// A document in one format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderedFile {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub content_type: &'static str,
    /// Ending of its file name without the first dot: that of the format, `pdfa.pdf` for archival PDF, which may lie
    /// beside the everyday one, or `zip` for several CSV files.
    pub extension: &'static str,
}

/// Renders a document.
///
/// # Errors
///
/// [`RenderError::Write`] when the format's writer gives up; no content of a document makes it do so.
pub fn render(document: &Document, format: Format) -> Result<RenderedFile, RenderError> {
    (get_writer(format).render)(document)
}

/// Checks a file's structure against its format, cheaply: meant for every file before it is committed.
///
/// # Errors
///
/// [`RenderError::Malformed`] naming the rule that is broken.
pub fn validate(file: &RenderedFile, format: Format) -> Result<(), RenderError> {
    (get_writer(format).validate)(file)
}
