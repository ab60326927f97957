//! The formats that a document can be drawn in: one file and one line each.

mod csv;
mod html;
mod json;
mod pdf;
mod pdfa;
mod txt;

use sitrep_domain::document::{Document, Format};

use crate::RenderedFile;
use crate::error::RenderError;

/// How one format is written and checked.
pub(crate) struct FormatWriter {
    /// The format.
    pub(crate) format: Format,
    /// Writes a document.
    pub(crate) render: fn(&Document) -> Result<RenderedFile, RenderError>,
    /// Checks a file's structure.
    pub(crate) validate: fn(&RenderedFile) -> Result<(), RenderError>,
}

/// Every format.
pub(crate) static FORMATS: &[&FormatWriter] =
    &[&pdf::WRITER, &pdfa::WRITER, &html::WRITER, &csv::WRITER, &json::WRITER, &txt::WRITER];

/// The writer of a format.
pub(crate) fn get_writer(format: Format) -> &'static FormatWriter {
    FORMATS.iter().find(|writer| writer.format == format).expect("a test keeps the registry complete")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_exactly_one_writer() {
        let registered: Vec<Format> = FORMATS.iter().map(|writer| writer.format).collect();
        assert_eq!(registered, Format::ALL);
    }

    #[test]
    fn every_file_of_the_folder_is_registered() {
        let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/formats"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        let mut names: Vec<String> = FORMATS.iter().map(|writer| writer.format.as_str().to_owned()).collect();
        files.sort();
        names.sort();
        assert_eq!(files, names);
    }
}
