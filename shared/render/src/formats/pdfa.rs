//! Archival PDF: laid out in `page`, painted and tagged in `pdfa`.

use lopdf::{Dictionary, Document as PdfFile, Object};
use sitrep_domain::document::{Document, Format};

use super::FormatWriter;
use super::pdf::load;
use crate::RenderedFile;
use crate::error::RenderError;
use crate::page::lay_out;
use crate::pdfa::write_pdfa;
use crate::text::shape::Shaper;

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::PdfA, render, validate };

fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let mut shaper = Shaper::new();
    let layout = lay_out(document, &mut shaper);
    let bytes = write_pdfa(document, &layout, &shaper)?;
    Ok(RenderedFile { bytes, content_type: "application/pdf", extension: "pdfa.pdf" })
}

/// Checks what everyday PDF is checked for, and the marks of both standards.
fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    let malformed = |detail: &str| Err(RenderError::malformed(Format::PdfA, detail));
    let pdf = load(&file.bytes, Format::PdfA)?;
    let catalog = pdf.catalog().map_err(|e| RenderError::malformed(Format::PdfA, e))?;
    if !has(&pdf, catalog, b"StructTreeRoot") || !is_marked(&pdf, catalog) {
        return malformed("it is not tagged");
    }
    if !catalog.has(b"Lang") {
        return malformed("it names no language");
    }
    if !has(&pdf, catalog, b"OutputIntents") {
        return malformed("it has no colour profile");
    }
    let metadata = read_metadata(&pdf, catalog);
    for (mark, standard) in [
        ("<pdfaid:part>2<", "PDF/A-2"),
        ("<pdfaid:conformance>B<", "PDF/A-2b"),
        ("<pdfuaid:part>1<", "PDF/UA-1"),
    ] {
        if !metadata.contains(mark) {
            return malformed(&format!("its metadata do not claim {standard}"));
        }
    }
    Ok(())
}

fn has(pdf: &PdfFile, catalog: &Dictionary, key: &[u8]) -> bool {
    catalog.get(key).and_then(|object| pdf.dereference(object)).is_ok_and(|(_, object)| match object {
        Object::Dictionary(dictionary) => !dictionary.is_empty(),
        Object::Array(items) => !items.is_empty(),
        _ => false,
    })
}

fn is_marked(pdf: &PdfFile, catalog: &Dictionary) -> bool {
    let info = catalog.get(b"MarkInfo").and_then(|object| pdf.dereference(object));
    let marked = info.and_then(|(_, info)| info.as_dict()?.get(b"Marked")?.as_bool());
    marked.is_ok_and(|marked| marked)
}

/// The XMP packet; empty when there is none. PDF/A keeps it uncompressed, so that any program can find it.
fn read_metadata(pdf: &PdfFile, catalog: &Dictionary) -> String {
    let stream = catalog.get(b"Metadata").and_then(|object| pdf.dereference(object));
    let bytes = stream.and_then(|(_, object)| Ok(&object.as_stream()?.content));
    bytes.map_or_else(|_| String::new(), |bytes| String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    fn with(catalog: Dictionary, metadata: &str) -> Result<(), RenderError> {
        let mut pdf = PdfFile::with_version("1.7");
        let pages = pdf.new_object_id();
        let page = pdf.add_object(dictionary! { "Type" => "Page", "Parent" => pages });
        let kids = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        pdf.set_object(pages, kids);
        let metadata = pdf.add_object(lopdf::Stream::new(Dictionary::new(), metadata.as_bytes().to_vec()));
        let mut catalog = catalog;
        catalog.set("Pages", pages);
        catalog.set("Metadata", metadata);
        let catalog = pdf.add_object(catalog);
        pdf.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        pdf.save_to(&mut bytes).unwrap();
        validate(&RenderedFile { bytes, content_type: "application/pdf", extension: "pdfa.pdf" })
    }

    fn whole() -> Dictionary {
        dictionary! {
            "Type" => "Catalog",
            "StructTreeRoot" => dictionary! { "Type" => "StructTreeRoot" },
            "MarkInfo" => dictionary! { "Marked" => true },
            "Lang" => Object::string_literal("en"),
            "OutputIntents" => vec![Object::Dictionary(dictionary! { "Type" => "OutputIntent" })],
        }
    }

    const METADATA: &str = "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance><pdfuaid:part>1</pdfuaid:part>";

    #[test]
    fn a_file_without_a_mark_of_either_standard_is_refused_by_name() {
        assert_eq!(with(whole(), METADATA), Ok(()));
        for (key, says) in [
            ("StructTreeRoot", "tagged"),
            ("MarkInfo", "tagged"),
            ("Lang", "language"),
            ("OutputIntents", "colour profile"),
        ] {
            let mut catalog = whole();
            catalog.remove(key.as_bytes());
            let error = with(catalog, METADATA).unwrap_err().to_string();
            assert!(error.contains(says), "without {key}: {error}");
        }
        for mark in ["pdfaid:part", "pdfaid:conformance", "pdfuaid:part"] {
            let error = with(whole(), &METADATA.replace(mark, "other")).unwrap_err().to_string();
            assert!(error.contains("claim"), "without {mark}: {error}");
        }
        let mut catalog = whole();
        catalog.set("OpenAction", Object::Null);
        assert!(with(catalog, METADATA).unwrap_err().to_string().contains("action"));
    }
}
