//! Formats: what a document can be drawn as.

use serde::{Deserialize, Serialize};

/// A format that a document can be drawn in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Everyday PDF.
    Pdf,
    /// Archival PDF: PDF/A-2b for keeping, PDF/UA-1 for reading aloud.
    #[serde(rename = "pdfa")]
    PdfA,
    /// One self-contained HTML file.
    Html,
    /// One CSV file, or a zip of several.
    Csv,
    /// Versioned JSON.
    Json,
    /// Plain text, 80 columns.
    Txt,
}

impl Format {
    /// Every format, in the order of the documentation.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::PdfA, Self::Html, Self::Csv, Self::Json, Self::Txt];

    /// Its word in paths, keys and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::PdfA => "pdfa",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Txt => "txt",
        }
    }
}
