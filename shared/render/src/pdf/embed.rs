//! Fonts in the file: a subset of each used face, what its codes read as, and how wide they are.
//!
//! A code stands for a glyph *and* a text, so that letters of one outline (Latin A, Cyrillic А) and the box for missing
//! characters read back as what was written. `CIDToGIDMap` leads from codes to the glyphs of the subset.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary};
use sitrep_domain::canonical::sha256_hex;
use subsetter::GlyphRemapper;

use crate::text::fonts::{FontFace, faces};
use crate::text::shape::GlyphDef;

/// Adds a face to the file; `glyphs[i]` has the code `i + 1`.
///
/// # Errors
///
/// What the subsetter says of the face.
pub(super) fn add_font(
    file: &mut Document,
    face: usize,
    glyphs: &[&GlyphDef],
) -> Result<ObjectId, subsetter::Error> {
    let font = &faces()[face];
    let mut remapper = GlyphRemapper::new();
    let codes: Vec<u16> = glyphs.iter().map(|def| remapper.remap(def.glyph.0)).collect();
    let program = subsetter::subset(font.bytes, 0, &remapper)?;
    let name = format!("{}+{}", subset_tag(&program), font.name);

    let length = i64::try_from(program.len()).unwrap_or(i64::MAX);
    let program = file.add_object(Stream::new(dictionary! { "Length1" => length }, program));
    let descriptor = file.add_object(descriptor(font, &name, program));
    let map = file.add_object(Stream::new(Dictionary::new(), glyph_map(&codes)));
    let descendant = file.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => Object::Name(name.clone().into_bytes()),
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::String(b"Adobe".to_vec(), StringFormat::Literal),
            "Ordering" => Object::String(b"Identity".to_vec(), StringFormat::Literal),
            "Supplement" => 0,
        },
        "FontDescriptor" => Object::Reference(descriptor),
        "W" => widths(font, glyphs),
        "CIDToGIDMap" => Object::Reference(map),
    });
    let to_unicode = file.add_object(Stream::new(Dictionary::new(), to_unicode(glyphs).into_bytes()));
    Ok(file.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => Object::Name(name.into_bytes()),
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![Object::Reference(descendant)],
        "ToUnicode" => Object::Reference(to_unicode),
    }))
}

/// Six capitals that follow from the subset itself.
fn subset_tag(program: &[u8]) -> String {
    let digest = sha256_hex(program);
    digest
        .bytes()
        .take(12)
        .collect::<Vec<_>>()
        .chunks(2)
        .map(|pair| char::from(b'A' + (pair[0] ^ (pair[1] << 1)) % 26))
        .collect()
}

fn descriptor(font: &FontFace, name: &str, program: ObjectId) -> Dictionary {
    let thousandths = |units: i16| i64::from((font.em(i32::from(units)) * 1000.0).round() as i32);
    let bounds = font.face().global_bounding_box();
    let weight = i64::from(font.face().weight().to_number());
    dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => Object::Name(name.as_bytes().to_vec()),
        // Non-symbolic: the codes are ours, the glyphs are letters.
        "Flags" => 32,
        "FontBBox" => [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|v| thousandths(v).into()).to_vec(),
        "ItalicAngle" => 0,
        "Ascent" => thousandths(font.face().ascender()),
        "Descent" => thousandths(font.face().descender()),
        "CapHeight" => thousandths(font.face().capital_height().unwrap_or(font.face().ascender())),
        "StemV" => 10 + weight / 5,
        "FontFile2" => Object::Reference(program),
    }
}

/// Two bytes per code: the glyph of the subset.
fn glyph_map(glyphs: &[u16]) -> Vec<u8> {
    [0].iter().chain(glyphs).flat_map(|glyph| glyph.to_be_bytes()).collect()
}

fn widths(font: &FontFace, glyphs: &[&GlyphDef]) -> Object {
    let width = |def: &&GlyphDef| Object::Real(code_width(font, def));
    Object::Array(vec![Object::Integer(1), Object::Array(glyphs.iter().map(width).collect())])
}

/// Width of a glyph in thousandths of an em, as the file states it.
pub(super) fn code_width(font: &FontFace, def: &GlyphDef) -> f32 {
    (font.width(def.glyph) * 10_000.0).round() / 10.0
}

/// The CMap from codes to text.
fn to_unicode(glyphs: &[&GlyphDef]) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let readable: Vec<(usize, &str)> = glyphs
        .iter()
        .enumerate()
        .map(|(i, def)| (i + 1, def.text.as_str()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    // A block holds at most 100 entries.
    for block in readable.chunks(100) {
        let _ = writeln!(map, "{} beginbfchar", block.len());
        for (code, text) in block {
            let hex: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            let _ = writeln!(map, "<{code:04X}> <{hex}>");
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}
