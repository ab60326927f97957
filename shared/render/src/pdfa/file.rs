//! The file around the pages: which rules it keeps, metadata, outline, tags; all of it derived from the document.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::configure::{Accessibility, Archival, Configuration, ConfigurationBuilder, PdfVersion};
use krilla::destination::XyzDestination;
use krilla::error::KrillaError;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::{Document as PdfDocument, SerializeSettings};
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::document::{Document, Format};

use super::paint::Painter;
use crate::clean::clean_line;
use crate::error::RenderError;
use crate::page::{Layout, OutlineEntry, PAGE_HEIGHT, PAGE_WIDTH};
use crate::text::shape::Shaper;

/// Most characters of a text in the metadata; strings of PDF/A end at 32,767 bytes.
const LONGEST: usize = 1_000;

/// Writes the pages as an archival PDF file.
///
/// # Errors
///
/// [`RenderError::Write`] naming the rules that the file would break.
pub(crate) fn write_pdfa(
    document: &Document,
    layout: &Layout,
    shaper: &Shaper,
) -> Result<Vec<u8>, RenderError> {
    let settings = SerializeSettings { configuration: configuration(), ..SerializeSettings::default() };
    let mut pdf = PdfDocument::new_with(settings);
    let mut painter = Painter::new(layout, shaper.glyphs());
    for index in 0..layout.pages.len() {
        let size = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).expect("a page has a size");
        let mut page = pdf.start_page_with(size);
        painter.paint(index, &mut page);
        page.finish();
    }
    let language = language(document);
    pdf.set_tag_tree(painter.into_tags().into_tree(&language));
    pdf.set_outline(outline(&layout.outline));
    pdf.set_metadata(metadata(document, language));
    pdf.finish().map_err(|error| RenderError::write(Format::PdfA, describe(&error)))
}

/// PDF/A-2b and PDF/UA-1, both of which are written in PDF 1.7.
fn configuration() -> Configuration {
    ConfigurationBuilder::new()
        .with_version(PdfVersion::Pdf17)
        .with_archival_validator(Archival::A2_B)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .expect("both standards build on PDF 1.7")
}

fn metadata(document: &Document, language: String) -> Metadata {
    let meta = &document.meta;
    let json = serde_json::to_vec(document).expect("documents are JSON");
    let title = clip(&meta.title);
    Metadata::new()
        .title(if title.trim().is_empty() { "Report".to_owned() } else { title })
        .authors(vec![clip(&meta.tenant_name)])
        .description(clip(&meta.subtitle))
        .language(language)
        .creator("Sitrep".to_owned())
        .producer(crate::RENDERER_VERSION.to_owned())
        .creation_date(date(meta.generated_at))
        .document_id(sha256_hex(&json))
}

/// The language of the text; English, which the words around the content are in, where the document names none that
/// looks like a tag of BCP 47.
fn language(document: &Document) -> String {
    let language = document.meta.language.as_str();
    let is_tag = language.len() <= 35 && language.split('-').all(is_subtag);
    if is_tag { language.to_owned() } else { "en".to_owned() }
}

fn is_subtag(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn clip(text: &str) -> String {
    clean_line(text).chars().take(LONGEST).collect()
}

fn date(at: Timestamp) -> DateTime {
    let at = at.to_zoned(TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(part(at.month()))
        .day(part(at.day()))
        .hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// The place of a heading, a little above it.
pub(super) fn destination(entry: &OutlineEntry) -> XyzDestination {
    #[expect(clippy::cast_precision_loss, reason = "a place on a page is below 2^24")]
    let top = (entry.top - 8) as f32;
    XyzDestination::new(entry.page, Point::from_xy(0.0, top))
}

/// The headings, each below the one before it of a lower level.
fn outline(entries: &[OutlineEntry]) -> Outline {
    let mut outline = Outline::new();
    let mut rest = entries;
    while let Some(node) = take_node(&mut rest) {
        outline.push_child(node);
    }
    outline
}

/// Takes the first entry with all that stand below it.
fn take_node(rest: &mut &[OutlineEntry]) -> Option<OutlineNode> {
    let (entry, mut below) = rest.split_first()?;
    let mut node = OutlineNode::new(entry.title.clone(), destination(entry)).with_open(true);
    while below.first().is_some_and(|next| next.level > entry.level) {
        node.push_child(take_node(&mut below)?);
    }
    *rest = below;
    Some(node)
}

/// Names the rules that are broken. Details may quote the content, so they are left out.
fn describe(error: &KrillaError) -> String {
    let KrillaError::Validation(errors) = error else { return error.to_string() };
    let name = |rule: &dyn std::fmt::Debug| {
        let text = format!("{rule:?}");
        text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
    };
    let mut rules: Vec<String> = errors.iter().map(|(rule, _)| name(rule)).collect();
    rules.sort();
    rules.dedup();
    format!("it would break {}", rules.join(", "))
}
