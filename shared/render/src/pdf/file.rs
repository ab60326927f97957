//! The file around the pages: fonts, metadata, outline, trailer; all of it derived from the document.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use jiff::Timestamp;
use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat, dictionary};
use printpdf::{PdfDocument, PdfPage, PdfSaveOptions, Pt, Rect};
use sha2::{Digest, Sha256};
use sitrep_domain::document::{Document, DocumentMeta, Format};

use super::embed::add_font;
use super::outline::{add_links, add_outline};
use super::paint::{FontPlan, font_resource, paint};
use super::pictures::add_pictures;
use crate::clean::clean_line;
use crate::error::RenderError;
use crate::page::{Layout, PAGE_HEIGHT, PAGE_WIDTH};
use crate::text::shape::Shaper;

/// Writes the pages as a PDF file.
///
/// # Errors
///
/// [`RenderError::Write`] when a font cannot be subset or the file cannot be assembled.
pub(crate) fn write_pdf(
    document: &Document,
    layout: &Layout,
    shaper: &Shaper,
) -> Result<Vec<u8>, RenderError> {
    let plan = FontPlan::new(shaper.glyphs());
    let mut pdf = PdfDocument::new("");
    pdf.pages = layout.pages.iter().map(|items| page(paint(items, &plan))).collect();
    let mut file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    file.version = "1.7".to_owned();
    file.objects.values_mut().for_each(join_strings);

    let mut fonts = Dictionary::new();
    for (face, glyphs) in plan.used_faces() {
        let font = add_font(&mut file, face, glyphs).map_err(|e| RenderError::write(Format::Pdf, e))?;
        fonts.set(font_resource(face), Object::Reference(font));
    }
    let pictures = add_pictures(&mut file, &layout.pictures);
    set_resources(&mut file, fonts, pictures)
        .and_then(|()| set_catalog(&mut file, &document.meta, layout))
        .map_err(|e| RenderError::write(Format::Pdf, e))?;
    set_trailer(&mut file, document);
    file.objects.values_mut().for_each(compress);

    let mut bytes = Vec::new();
    file.save_to(&mut bytes).map_err(|e| RenderError::write(Format::Pdf, e))?;
    Ok(bytes)
}

fn page(ops: Vec<printpdf::Op>) -> PdfPage {
    let edge = Rect::from_wh(Pt(PAGE_WIDTH), Pt(PAGE_HEIGHT));
    PdfPage { media_box: edge.clone(), trim_box: edge.clone(), crop_box: edge, ops }
}

/// Fills the fonts and pictures that all pages share.
fn set_resources(file: &mut lopdf::Document, fonts: Dictionary, pictures: Dictionary) -> lopdf::Result<()> {
    let Some(first) = file.page_iter().next() else { return Ok(()) };
    let resources = file.get_dictionary(first)?.get(b"Resources")?.as_reference()?;
    for (name, content) in [("Font", fonts), ("XObject", pictures)] {
        let shared = file.get_dictionary(resources)?.get(name.as_bytes())?.as_reference()?;
        file.set_object(shared, content);
    }
    Ok(())
}

/// Language, title bar, outline and links.
fn set_catalog(file: &mut lopdf::Document, meta: &DocumentMeta, layout: &Layout) -> lopdf::Result<()> {
    let pages: Vec<ObjectId> = file.page_iter().collect();
    let root = add_outline(file, &layout.outline, &pages);
    add_links(file, layout, &pages)?;
    let catalog = file.catalog_mut()?;
    let language = clean_line(&meta.language).into_owned().into_bytes();
    catalog.set("Lang", Object::String(language, StringFormat::Literal));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    if let Some(root) = root {
        catalog.set("Outlines", Object::Reference(root));
    }
    Ok(())
}

/// Metadata and file id. The id is a hash of the document, so two reports differ and one report never does.
fn set_trailer(file: &mut lopdf::Document, document: &Document) {
    let meta = &document.meta;
    let made = Object::String(pdf_date(meta.generated_at).into_bytes(), StringFormat::Literal);
    let info = file.add_object(dictionary! {
        "Title" => text_string(&meta.title),
        "Author" => text_string(&meta.tenant_name),
        "Subject" => text_string(&meta.subtitle),
        "Creator" => text_string("Sitrep"),
        "Producer" => text_string(crate::RENDERER_VERSION),
        "CreationDate" => made.clone(),
        "ModDate" => made,
    });
    if let Ok(Object::Reference(unused)) = file.trailer.get(b"Info") {
        let unused = *unused;
        file.objects.remove(&unused);
    }
    let json = serde_json::to_vec(document).expect("documents are JSON");
    let id = Object::String(Sha256::digest(&json)[..16].to_vec(), StringFormat::Hexadecimal);
    file.trailer.set("Info", Object::Reference(info));
    file.trailer.set("ID", vec![id.clone(), id]);
}

/// A text of the file: UTF-16 with a byte order mark, in hexadecimal, so that nothing in it can end the string.
pub(super) fn text_string(text: &str) -> Object {
    let units = clean_line(text).encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    Object::String([&[0xFE, 0xFF], units.as_slice()].concat(), StringFormat::Hexadecimal)
}

fn pdf_date(at: Timestamp) -> String {
    at.strftime("D:%Y%m%d%H%M%SZ").to_string()
}

/// Joins strings that touch, `<0001><0002>`, into one: a third less to deflate. Content streams of ours hold no `><`
/// but between strings of glyph codes.
fn join_strings(object: &mut Object) {
    let Object::Stream(stream) = object else { return };
    let mut joined = Vec::with_capacity(stream.content.len());
    let mut rest = stream.content.as_slice();
    while let Some(at) = rest.windows(2).position(|pair| pair == b"><") {
        joined.extend_from_slice(&rest[..at]);
        rest = &rest[at + 2..];
    }
    joined.extend_from_slice(rest);
    *stream = Stream::new(std::mem::take(&mut stream.dict), joined);
}

/// Deflates a stream that is not yet.
fn compress(object: &mut Object) {
    let Object::Stream(stream) = object else { return };
    if stream.dict.has(b"Filter") {
        return;
    }
    let deflated = deflate(&stream.content);
    if deflated.len() < stream.content.len() {
        let mut dict = std::mem::take(&mut stream.dict);
        dict.set("Filter", "FlateDecode");
        *stream = Stream::new(dict, deflated);
    }
}

/// Level 4 takes a tenth to a sixth off the time of a whole document, for 2 to 3 % more bytes than level 6.
fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(4));
    encoder.write_all(content).expect("a vector takes every byte");
    encoder.finish().expect("a vector takes every byte")
}
