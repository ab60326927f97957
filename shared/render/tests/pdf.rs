//! The PDF, opened again: pages, fonts, metadata, text, and nothing that acts.

mod support;

use lopdf::{Document as PdfFile, Object};
use sitrep_domain::document::Format;
use sitrep_render::render;
use support::document;

fn open(text: &str, rows: usize) -> PdfFile {
    let file = render(&document(text, rows), Format::Pdf).expect("every document renders");
    PdfFile::load_mem(&file.bytes).expect("the file is a PDF")
}

fn dictionaries(file: &PdfFile) -> impl Iterator<Item = &lopdf::Dictionary> {
    file.objects.values().filter_map(|object| match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    })
}

fn is(dictionary: &lopdf::Dictionary, key: &[u8], name: &[u8]) -> bool {
    dictionary.get(key).and_then(Object::as_name).is_ok_and(|value| value == name)
}

#[test]
fn long_tables_go_over_pages_and_every_page_is_counted() {
    let few = open("Report", 3).get_pages().len();
    let many = open("Report", 400).get_pages().len();
    assert!(many > few + 5, "{few} and {many} pages");
}

#[test]
fn every_font_is_an_embedded_subset_that_reads_back() {
    let file = open("Αθήνα Москва Łódź", 3);
    let fonts: Vec<_> = dictionaries(&file).filter(|d| is(d, b"Type", b"Font")).collect();
    assert!(fonts.len() >= 4);
    for font in fonts {
        let base = String::from_utf8(font.get(b"BaseFont").unwrap().as_name().unwrap().to_vec()).unwrap();
        let (tag, name) = base.split_once('+').unwrap();
        assert!(tag.len() == 6 && tag.bytes().all(|b| b.is_ascii_uppercase()) && !name.is_empty(), "{base}");
        assert!(font.has(b"ToUnicode") || font.has(b"FontDescriptor"), "{base}");
    }
    for descriptor in dictionaries(&file).filter(|d| is(d, b"Type", b"FontDescriptor")) {
        assert!(descriptor.has(b"FontFile2"));
    }
}

#[test]
fn nothing_in_the_file_acts() {
    let file = open("(x) /JS /OpenAction /Launch", 3);
    for dictionary in dictionaries(&file) {
        for key in ["JS", "JavaScript", "OpenAction", "Launch", "AA", "A", "URI", "EmbeddedFiles", "AcroForm"]
        {
            assert!(!dictionary.has(key.as_bytes()), "{key}");
        }
    }
}

#[test]
fn metadata_come_from_the_document() {
    let file = open("Quarterly Ω", 1);
    let info = file.get_dictionary(file.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
    assert_eq!(info.get(b"CreationDate").unwrap().as_str().unwrap(), b"D:20260401060000Z");
    let title = info.get(b"Title").unwrap().as_str().unwrap();
    let units: Vec<u16> = title[2..].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    assert_eq!(String::from_utf16(&units).unwrap(), "Quarterly Ω");
    assert_eq!(file.catalog().unwrap().get(b"Lang").unwrap().as_str().unwrap(), b"en");
}

#[test]
fn streams_are_compressed_and_the_file_is_small() {
    let bytes = render(&document("Report", 40), Format::Pdf).unwrap().bytes;
    assert!(bytes.len() < 60_000, "{} bytes", bytes.len());
    let file = PdfFile::load_mem(&bytes).unwrap();
    let plain = file.objects.values().filter_map(|o| o.as_stream().ok()).filter(|s| s.content.len() > 500);
    for stream in plain {
        assert!(stream.dict.has(b"Filter"));
    }
}

#[test]
fn contents_link_to_every_heading_of_the_outline() {
    let file = open("Report", 200);
    let pages: Vec<_> = file.page_iter().collect();
    let links: Vec<&lopdf::Dictionary> = dictionaries(&file)
        .filter(|d| is(d, b"Type", b"Page"))
        .flat_map(|page| links_of(&file, page))
        .collect();
    let entries: Vec<&lopdf::Dictionary> =
        dictionaries(&file).filter(|d| d.has(b"Parent") && d.has(b"Dest")).collect();
    assert_eq!((links.len(), entries.len()), (4, 4), "three headings and the appendix");
    for link in links {
        let target = link.get(b"Dest").unwrap().as_array().unwrap()[0].as_reference().unwrap();
        assert!(pages.contains(&target));
        assert!(entries.iter().any(|entry| entry.get(b"Dest").unwrap() == link.get(b"Dest").unwrap()));
    }
}

/// The links of a page, whether they stand in it or are objects of their own.
fn links_of<'f>(file: &'f PdfFile, page: &'f lopdf::Dictionary) -> Vec<&'f lopdf::Dictionary> {
    let annotations = page.get(b"Annots").and_then(Object::as_array).map_or(&[][..], Vec::as_slice);
    let dictionary = |object: &'f Object| {
        file.dereference(object).expect("it is in the file").1.as_dict().expect("it is a dictionary")
    };
    annotations.iter().map(dictionary).filter(|link| is(link, b"Subtype", b"Link")).collect()
}

#[test]
fn the_logo_is_drawn_with_its_transparency_and_the_file_id_depends_on_it() {
    let with = document("Report", 3);
    let mut without = with.clone();
    without.meta.logo = None;
    let [with, without] =
        [with, without].map(|d| PdfFile::load_mem(&render(&d, Format::Pdf).unwrap().bytes).unwrap());
    let pictures = |file: &PdfFile| dictionaries(file).filter(|d| is(d, b"Subtype", b"Image")).count();
    // The document has a picture of its own; each has a mask.
    assert_eq!((pictures(&with), pictures(&without)), (4, 2));
    assert!(dictionaries(&with).filter(|d| d.has(b"SMask")).count() == 2);
    assert_ne!(with.trailer.get(b"ID").unwrap(), without.trailer.get(b"ID").unwrap());
}
