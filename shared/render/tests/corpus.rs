//! The whole adversarial corpus, every text of it wherever a text goes: shown literally in every format, never more.

mod support;

use std::collections::BTreeSet;
use std::io::{Cursor, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use lopdf::{Dictionary, Document as PdfFile, Object};
use sitrep_domain::csv::is_formula;
use sitrep_domain::document::{Block, Document, Format, Png, Table};
use sitrep_domain::result::Cell;
use sitrep_render::{render, validate};
use support::document;

/// Texts that share a document: each has a turn as a name of everything, all of them are cells.
const TOGETHER: usize = 40;

/// Every text of the corpus that a field of a record can hold.
fn texts() -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data/adversarial/adversarial.ndjson.gz");
    let mut lines = String::new();
    let file = std::fs::File::open(path).expect("the corpus is there");
    GzDecoder::new(file).read_to_string(&mut lines).expect("it is text");
    let rows: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(rows.len(), 4_009);
    // Two are too long to be written out; they are no texts that a record may hold.
    let bytes =
        |row: &serde_json::Value| row["input_b64"].as_str().and_then(|text| STANDARD.decode(text).ok());
    let texts: Vec<String> =
        rows.iter().filter_map(bytes).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect();
    assert!(texts.len() > 3_900, "{} texts", texts.len());
    texts
}

/// One document per handful of texts, the first of them in every field that names something.
fn documents() -> Vec<(Vec<String>, Document)> {
    let texts = texts();
    texts.chunks(TOGETHER).map(|texts| (texts.to_vec(), document_of(texts))).collect()
}

fn document_of(texts: &[String]) -> Document {
    let mut document = document(&texts[0], 1);
    for block in &mut document.blocks {
        if let Block::Table(table) = block {
            let plain = table.rows[0].clone();
            table.rows = texts
                .iter()
                .map(|text| [&plain[..2], &[Cell::Text(text.clone())], &plain[3..]].concat())
                .collect();
            "cells".clone_into(&mut table.id);
        }
    }
    let headings = texts.iter().map(|text| Block::Heading { level: 2, text: text.clone() });
    document.blocks.extend(headings);
    document.data.sections.clear();
    document
}

fn check(format: Format, look: impl Fn(&[String], Vec<u8>)) {
    for (texts, document) in documents() {
        let file = render(&document, format).unwrap_or_else(|e| panic!("{format:?} of {texts:?}: {e}"));
        assert_eq!(validate(&file, format), Ok(()), "{texts:?}");
        look(&texts, file.bytes);
    }
}

#[test]
fn html_has_the_elements_of_a_harmless_report_and_no_others() {
    let names = |html: &str| -> BTreeSet<String> {
        let tags = html.split('<').skip(1).map(|rest| rest.split([' ', '>', '/']).next().unwrap_or_default());
        tags.map(str::to_owned).collect()
    };
    let harmless = render(&document("harmless", 2), Format::Html).unwrap().bytes;
    let harmless = names(&String::from_utf8(harmless).unwrap());
    check(Format::Html, |texts, bytes| {
        let html = String::from_utf8(bytes).unwrap();
        let more: Vec<_> = names(&html).difference(&harmless).cloned().collect();
        assert!(more.iter().all(|name| name == "br"), "{more:?} of {texts:?}");
        for text in texts {
            let shown = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let shown = shown.replace('"', "&quot;").replace('\'', "&#39;");
            let plain = text.chars().all(|c| !c.is_control() && !c.is_whitespace() && (c as u32) < 0x2000);
            assert!(!plain || html.contains(&shown), "{text:?} is not there as it is");
        }
    });
}

/// A document of nothing but names, all of them the text.
fn named(text: &str) -> Document {
    let mut document = document(text, 1);
    document.meta.logo = None;
    document.blocks.retain(|block| matches!(block, Block::Heading { .. } | Block::Table(_)));
    document
}

#[test]
fn every_text_has_its_turn_as_the_name_of_everything() {
    let elements = |html: &str| {
        let tags = html.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
        let names = |tag: &str| tag.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
        tags.filter(|tag| !tag.starts_with("br")).map(names).collect::<Vec<_>>()
    };
    let html_of = |text: &str| String::from_utf8(render(&named(text), Format::Html).unwrap().bytes).unwrap();
    let harmless = elements(&html_of("harmless"));
    let is_name = |text: &String| !text.trim().is_empty() && text.chars().count() <= 120;
    let names: BTreeSet<String> = texts().into_iter().filter(is_name).collect();
    assert!(names.len() > 3_500, "{} names", names.len());
    for (i, text) in names.iter().enumerate() {
        assert_eq!(elements(&html_of(text)), harmless, "{text:?}");
        let format = Format::ALL[i % Format::ALL.len()];
        let file = render(&named(text), format).unwrap_or_else(|e| panic!("{format:?} of {text:?}: {e}"));
        assert_eq!(validate(&file, format), Ok(()), "{format:?} of {text:?}");
    }
}

#[test]
fn pdf_has_the_objects_of_a_harmless_report_and_nothing_that_acts() {
    check(Format::Pdf, |texts, bytes| {
        let file = PdfFile::load_mem(&bytes).unwrap();
        for object in file.objects.values() {
            look_through(object, &|dictionary| {
                for key in [
                    "JS",
                    "JavaScript",
                    "OpenAction",
                    "Launch",
                    "AA",
                    "A",
                    "URI",
                    "EmbeddedFiles",
                    "AcroForm",
                ] {
                    assert!(!dictionary.has(key.as_bytes()), "{key} of {texts:?}");
                }
                for key in ["S", "Subtype", "Type"] {
                    let name = dictionary.get(key.as_bytes()).and_then(Object::as_name).unwrap_or_default();
                    assert!(!matches!(
                        name,
                        b"JavaScript" | b"Launch" | b"URI" | b"GoToR" | b"SubmitForm" | b"Filespec"
                    ));
                }
            });
        }
        let names = |wanted: &str| {
            let is = |object: &&Object| object.as_dict().is_ok_and(|d| d.has_type(wanted.as_bytes()));
            file.objects.values().filter(is).count()
        };
        assert_eq!((names("Catalog"), names("Pages")), (1, 1));
        assert_eq!(names("Page"), file.get_pages().len());
    });
}

/// Every dictionary of an object, those inside others too.
fn look_through(object: &Object, look: &impl Fn(&Dictionary)) {
    let inside = |dictionary: &Dictionary| {
        look(dictionary);
        dictionary.iter().for_each(|(_, value)| look_through(value, look));
    };
    match object {
        Object::Dictionary(dictionary) => inside(dictionary),
        Object::Stream(stream) => inside(&stream.dict),
        Object::Array(items) => items.iter().for_each(|item| look_through(item, look)),
        _ => {}
    }
}

#[test]
fn csv_has_no_cell_that_a_spreadsheet_would_run() {
    let unguarded = |cell: &str| is_formula(cell) && !cell.starts_with('\'') && cell.parse::<f64>().is_err();
    check(Format::Csv, |texts, bytes| {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut found = BTreeSet::new();
        for i in 0..archive.len() {
            let entry = archive.by_index(i).unwrap();
            let name = entry.name().unwrap().into_owned();
            assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b)), "{name}");
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(entry);
            for record in reader.records() {
                for cell in &record.unwrap() {
                    assert!(!unguarded(cell), "{cell:?} of {texts:?}");
                    found.insert(cell.to_owned());
                }
            }
        }
        for text in texts.iter().filter(|text| text.chars().all(|c| c.is_ascii_graphic() || c == ' ')) {
            let guarded = if is_formula(text) { format!("'{text}") } else { text.clone() };
            assert!(found.contains(&guarded), "{text:?} is not there as it is");
        }
    });
}

#[test]
fn json_gives_every_text_back_whole() {
    check(Format::Json, |texts, bytes| {
        let file: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let tables = file["content"].as_array().unwrap().iter().filter(|block| block["block"] == "table");
        let rows: Vec<_> = tables.flat_map(|table| table["rows"].as_array().unwrap()).collect();
        let told: Vec<&str> = rows.iter().map(|row| row[2].as_str().unwrap()).collect();
        assert_eq!(told, texts);
        assert_eq!(file["report"]["title"].as_str(), Some(texts[0].as_str()));
    });
}

#[test]
fn a_plain_text_tells_every_text_and_holds_no_control_character() {
    check(Format::Txt, |texts, bytes| {
        let file = String::from_utf8(bytes).unwrap();
        assert!(file.chars().all(|c| c == '\n' || !c.is_control()), "{texts:?}");
        let joined: String = file.split_whitespace().collect();
        for text in texts.iter().filter(|text| text.len() < 20 && text.bytes().all(|b| b.is_ascii_graphic()))
        {
            assert!(joined.contains(text.as_str()), "{text:?}");
        }
    });
}

#[test]
fn a_logo_that_only_looks_like_a_picture_changes_nothing_but_its_place() {
    let mut lying = include_bytes!("../examples/logo.png").to_vec();
    lying.truncate(120);
    let mut document = document("Report", 2);
    document.meta.logo = Png::new(lying).ok();
    assert!(document.meta.logo.is_some(), "its header is in order");
    for format in Format::ALL {
        let file = render(&document, format).unwrap();
        assert_eq!(validate(&file, format), Ok(()), "{format:?}");
    }
}

#[test]
fn a_table_of_many_columns_and_one_of_a_single_huge_cell_go_into_every_format() {
    let mut document = document("Report", 1);
    let Some(Block::Table(table)) = document.blocks.iter().find(|b| matches!(b, Block::Table(_))).cloned()
    else {
        panic!("the document has a table");
    };
    let columns = std::iter::repeat_n(table.columns.clone(), 40).flatten().collect();
    let row = std::iter::repeat_n(table.rows[0].clone(), 40).flatten().collect();
    document.blocks.push(Block::Table(Table::new("wide", "Wide", columns, vec![row; 3])));
    let huge = Cell::Text("word ".repeat(20_000));
    document.blocks.push(Block::Table(Table::new(
        "tall",
        "Tall",
        vec![table.columns[2].clone()],
        vec![vec![huge]],
    )));
    for format in Format::ALL {
        let file = render(&document, format).unwrap();
        assert_eq!(validate(&file, format), Ok(()), "{format:?}");
    }
}
