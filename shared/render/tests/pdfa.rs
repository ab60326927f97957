//! The archival PDF, opened again: structure, headings, tables, alternative texts, metadata, links.

mod support;

use lopdf::{Dictionary, Document as PdfFile, Object};
use sitrep_domain::document::{Block, Document, Format};
use sitrep_render::{render, validate};
use support::document;

fn open(text: &str, rows: usize) -> PdfFile {
    open_document(&document(text, rows))
}

/// A file whose table has a title that no heading says.
fn open_titled(text: &str, rows: usize) -> PdfFile {
    let mut document = document(text, rows);
    for block in &mut document.blocks {
        if let Block::Table(table) = block {
            table.title = format!("{}, in full", table.title);
        }
    }
    open_document(&document)
}

fn open_document(document: &Document) -> PdfFile {
    let file = render(document, Format::PdfA).expect("every document renders");
    validate(&file, Format::PdfA).expect("what is rendered is well formed");
    PdfFile::load_mem(&file.bytes).expect("the file is a PDF")
}

/// An element of the structure: its tag, its dictionary, and what is below it.
struct Element<'a> {
    tag: String,
    dictionary: &'a Dictionary,
    parts: Vec<Element<'a>>,
    /// How many pieces of marked content or annotations belong to it directly.
    content: usize,
}

impl<'a> Element<'a> {
    fn read(file: &'a PdfFile, dictionary: &'a Dictionary) -> Self {
        let tag = dictionary.get(b"S").and_then(Object::as_name).unwrap_or_default();
        let mut element = Self {
            tag: String::from_utf8_lossy(tag).into_owned(),
            dictionary,
            parts: Vec::new(),
            content: 0,
        };
        let kids =
            dictionary.get(b"K").map(|kids| file.dereference(kids).expect("references lead somewhere").1);
        let kids = match kids {
            Ok(Object::Array(kids)) => kids.iter().collect(),
            Ok(kid) => vec![kid],
            Err(_) => Vec::new(),
        };
        for kid in kids {
            match file.dereference(kid).expect("references lead somewhere").1 {
                Object::Dictionary(kid) if kid.has(b"S") => element.parts.push(Self::read(file, kid)),
                _ => element.content += 1,
            }
        }
        element
    }

    fn all(&self) -> Vec<&Self> {
        let below = self.parts.iter().flat_map(Self::all);
        std::iter::once(self).chain(below).collect()
    }

    fn tagged(&self, tag: &str) -> Vec<&Self> {
        self.all().into_iter().filter(|element| element.tag == tag).collect()
    }

    fn text(&self, key: &[u8]) -> Option<String> {
        self.dictionary.get(key).ok().map(|text| lopdf::decode_text_string(text).expect("texts are Unicode"))
    }

    fn attribute(&self, file: &'a PdfFile, key: &[u8]) -> Option<&'a Object> {
        let attributes = file.dereference(self.dictionary.get(b"A").ok()?).ok()?.1;
        let owners = attributes.as_array().ok()?;
        owners.iter().find_map(|owner| owner.as_dict().ok()?.get(key).ok())
    }
}

fn structure(file: &PdfFile) -> Element<'_> {
    let root = file.catalog().and_then(|catalog| catalog.get(b"StructTreeRoot"));
    let root = root.and_then(|root| file.dereference(root)?.1.as_dict()).expect("the file is tagged");
    let mut root = Element::read(file, root);
    root.parts.remove(0)
}

/// The texts of a page as its content has them, with nothing put between them.
fn read_page(file: &PdfFile, number: u32) -> String {
    let page = file.get_pages()[&number];
    let fonts = file.get_page_fonts(page).expect("a page has fonts");
    let mut text = String::new();
    let mut encoding = None;
    for operation in file.get_and_decode_page_content(page).expect("a page has content").operations {
        let strings: Vec<&Object> = match operation.operator.as_str() {
            "Tf" => {
                let font = fonts[operation.operands[0].as_name().expect("a font has a name")];
                encoding = Some(font.get_font_encoding(file).expect("a font reads as text"));
                continue;
            }
            "Tj" => operation.operands.iter().collect(),
            "TJ" => operation.operands[0].as_array().expect("strings and gaps").iter().collect(),
            _ => continue,
        };
        for codes in strings.into_iter().filter_map(|string| string.as_str().ok()) {
            text += &PdfFile::decode_text(encoding.as_ref().expect("a font is set"), codes)
                .expect("codes have texts");
        }
    }
    text
}

#[test]
fn blocks_stand_in_the_tree_in_their_order() {
    let file = open("Report", 3);
    let root = structure(&file);
    assert_eq!(root.tag, "Document");
    let order: Vec<&str> = root
        .all()
        .into_iter()
        .map(|element| element.tag.as_str())
        .filter(|tag| ["Title", "H1", "H2", "H3", "L", "Figure", "Table"].contains(tag))
        .collect();
    let charts = ["Figure"; 8];
    let before = ["Figure", "Title", "L", "H1", "H2", "L"];
    let after = ["Table", "Figure", "H3", "L", "Figure", "H1", "Table", "Table"];
    assert_eq!(order, [&before[..], &charts, &after].concat(), "a chart of each kind");
}

#[test]
fn every_figure_says_what_it_shows_and_where_it_is() {
    let file = open("Incidents by month", 3);
    let root = structure(&file);
    let figures = root.tagged("Figure");
    let texts: Vec<String> = figures.iter().filter_map(|figure| figure.text(b"Alt")).collect();
    let chart = "Incidents by month. Incidents by month";
    let (logo, picture) = ("Logo of Incidents by month", "Incidents by month");
    assert_eq!(texts, [&[logo][..], &[chart; 8], &["Off target", picture]].concat());
    for figure in figures {
        let area = figure.attribute(&file, b"BBox").expect("a figure has an area").as_array().unwrap();
        let [left, bottom, right, top] = [0, 1, 2, 3].map(|i| area[i].as_float().unwrap());
        assert!(left < right && bottom < top && left > 30.0 && top < 800.0, "{left} {bottom} {right} {top}");
    }
}

#[test]
fn tables_have_titles_of_columns_and_rows_of_one_length_over_all_pages() {
    let file = open_titled("Report", 200);
    let root = structure(&file);
    let table = root.tagged("Table")[0];
    let tags: Vec<&str> = table.parts.iter().map(|part| part.tag.as_str()).collect();
    assert_eq!(tags, ["Caption", "THead", "TBody"]);
    let titles = table.tagged("TH");
    assert_eq!(titles.len(), 6, "of five columns and a group, once though the header is on every page");
    for title in titles {
        let scope = title.attribute(&file, b"Scope").expect("a title has a scope");
        assert_eq!(scope.as_name().unwrap(), b"Column");
    }
    let rows: Vec<usize> = table.parts[2].parts.iter().map(|row| row.parts.len()).collect();
    assert_eq!(rows, [5; 201], "the totals are the last");
    assert!(file.get_pages().len() > 3);
}

#[test]
fn an_empty_table_is_one_cell_as_wide_as_all_columns() {
    let file = open_titled("Report", 0);
    let root = structure(&file);
    let table = root.tagged("Table")[0];
    let cells = table.parts[2].parts[0].tagged("TD");
    assert_eq!(cells.len(), 1);
    assert_eq!(cells[0].attribute(&file, b"ColSpan").unwrap().as_i64().unwrap(), 5);
}

#[test]
fn only_cells_may_be_empty() {
    let file = open(" ", 3);
    for element in structure(&file).all() {
        let holds = element.content + element.parts.len();
        assert!(holds > 0 || element.tag == "TD" || element.tag == "TH", "an empty {}", element.tag);
    }
}

#[test]
fn lines_of_a_paragraph_join_to_its_words() {
    let words = "Analysts closed forty incidents in Αθήνα and Москва before noon, ".repeat(6);
    let long = "unbroken".repeat(40);
    let mut document = document("Report", 1);
    let text = format!("{words}{long} end.");
    document.blocks = vec![Block::Text { text: text.clone() }];
    let file = render(&document, Format::PdfA).unwrap();
    let file = PdfFile::load_mem(&file.bytes).unwrap();
    let read = read_page(&file, 1);
    assert!(read.contains(&text), "{read}");
}

#[test]
fn the_contents_link_to_every_heading_and_say_where_they_lead() {
    let file = open("Report", 3);
    let root = structure(&file);
    let entries = root.tagged("TOCI");
    assert_eq!(entries.len(), 4, "three headings and the appendix");
    for entry in entries {
        let links = entry.tagged("Link");
        assert_eq!(links.len(), 1);
        assert_eq!(links[0].content, 3, "its words, the number of the page, and its annotation");
    }
    let links: Vec<&Dictionary> = file
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|d| d.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Link"))
        .collect();
    assert_eq!(links.len(), 4);
    for link in links {
        assert!(link.has(b"Contents") && link.has(b"Dest") && link.has(b"StructParent") && !link.has(b"A"));
    }
}

#[test]
fn the_catalog_names_language_title_and_outline() {
    let file = open("Quarterly Ω <b>&amp;", 1);
    let catalog = file.catalog().unwrap();
    let preferences = file.dereference(catalog.get(b"ViewerPreferences").unwrap()).unwrap().1;
    assert!(preferences.as_dict().unwrap().get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    assert_eq!(lopdf::decode_text_string(catalog.get(b"Lang").unwrap()).unwrap(), "en");
    assert!(catalog.has(b"Outlines"));
    let info = file.get_dictionary(file.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
    let text = |key: &[u8]| lopdf::decode_text_string(info.get(key).unwrap()).unwrap();
    assert_eq!(text(b"Title"), "Quarterly Ω <b>&amp;");
    assert_eq!(text(b"CreationDate"), "D:20260401060000Z");
    let metadata = catalog.get(b"Metadata").and_then(|m| file.dereference(m)).unwrap().1.as_stream().unwrap();
    let metadata = String::from_utf8_lossy(&metadata.content);
    assert!(metadata.contains("Quarterly Ω &lt;b&gt;&amp;amp;"), "{metadata}");
}

#[test]
fn a_document_without_a_word_is_still_one_that_both_standards_take() {
    for text in ["", " ", "\u{200B}", "\0"] {
        let file = render(&document(text, 1), Format::PdfA).unwrap_or_else(|e| panic!("{text:?}: {e}"));
        validate(&file, Format::PdfA).unwrap_or_else(|e| panic!("{text:?}: {e}"));
    }
}
