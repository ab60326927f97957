//! The page around the blocks: head, cover, contents, provenance, foot.

use std::collections::BTreeSet;

use sitrep_domain::document::{Block, Document, DocumentMeta, OutlineEntry, Png, Provenance};

use super::Markup;
use super::style::{write_policy, write_style};
use crate::cells::{CellPrinter, format_period};
use crate::clean::clean_line;
use crate::headings::headings;
use crate::provenance::provenance_tables;
use crate::text::shape::Shaper;

/// Headings from which on a wide screen shows contents that nobody asked for.
const MANY: usize = 4;
/// Most pixels that the logo is wide: twice the box that it is shown in.
const LOGO: usize = 360;

/// A page under construction.
pub(super) struct Page<'a> {
    pub(super) out: Markup,
    pub(super) cells: &'a CellPrinter,
    pub(super) shaper: Shaper,
    /// Charts so far: makes their ids unique.
    pub(super) figures: usize,
    /// Tables so far: makes their names unique.
    pub(super) tables: usize,
    headings: std::slice::Iter<'a, OutlineEntry>,
    /// Depth of the last heading, 0 before the first.
    depth: u8,
}

/// The whole file.
pub(crate) fn write_page(document: &Document) -> String {
    let cells = CellPrinter::new(&document.meta);
    let headings = headings(document);
    let mut page = Page {
        out: Markup::default(),
        cells: &cells,
        shaper: Shaper::new(),
        figures: 0,
        tables: 0,
        headings: headings.iter(),
        depth: 0,
    };
    page.head(&document.meta);
    page.cover(&document.meta);
    page.contents(&document.blocks, &headings);
    page.out.raw("<main id=\"content\" tabindex=\"-1\">\n");
    for i in 0..document.blocks.len() {
        page.block(&document.blocks, i);
    }
    page.provenance(&document.provenance);
    page.out.raw("</main>\n");
    page.foot(&document.meta);
    page.out.into_string()
}

impl Page<'_> {
    fn head(&mut self, meta: &DocumentMeta) {
        let style = write_style(meta);
        let direction = if is_right_to_left(&meta.language) { "rtl" } else { "ltr" };
        self.out
            .raw("<!doctype html>\n<html lang=\"")
            .text(&meta.language)
            .put(format_args!("\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n"))
            .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"")
            .raw(&write_policy(&style))
            .raw("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .raw("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"author\" content=\"")
            .text(&meta.tenant_name)
            .raw("\">\n")
            .element("title", &meta.title)
            .raw("\n<style>")
            .raw(&style)
            .raw("</style>\n</head>\n<body>\n")
            .raw("<a class=\"skip\" href=\"#content\">Skip to the content</a>\n<div class=\"report\">\n");
    }

    fn cover(&mut self, meta: &DocumentMeta) {
        self.out.raw("<header>\n<div class=\"strip\">").element("span", &meta.tenant_name);
        if let Some(label) = &meta.classification {
            self.out.element("b", label);
        }
        self.out.raw("</div>\n<div class=\"cover\">");
        if let Some(logo) = &meta.logo {
            self.logo(logo, &meta.tenant_name);
        }
        self.out.element("p class=\"tenant\"", &meta.tenant_name).element("h1", &meta.title);
        if let Some(subtitle) = meta.subtitle_line() {
            self.out.element("p class=\"subtitle\"", subtitle);
        }
        self.out.raw("<dl class=\"facts\">");
        let mut facts = vec![
            ("Period", format_period(meta)),
            ("Generated", self.cells.format_with_zone(meta.generated_at)),
            ("Template", meta.template.clone()),
        ];
        facts.extend(meta.classification.clone().map(|label| ("Classification", label)));
        for (label, value) in facts {
            self.out.raw("<div>").element("dt", label).element("dd", &value).raw("</div>");
        }
        self.out.raw("</dl></div>\n</header>\n");
    }

    fn logo(&mut self, logo: &Png, tenant: &str) {
        if let Some(source) = super::picture_source(logo, LOGO) {
            self.out.put(format_args!("<img class=\"logo\" src=\"{source}\" alt=\"Logo of "));
            self.out.text(tenant).raw("\">");
        }
    }

    /// Links to the headings: in the place of the table of contents, or beside the text of a long report on a wide screen.
    fn contents(&mut self, blocks: &[Block], headings: &[OutlineEntry]) {
        let asked = blocks.iter().find_map(|block| match block {
            Block::TableOfContents { levels } => Some(*levels),
            _ => None,
        });
        let levels = asked.unwrap_or(1).clamp(1, 3);
        let listed: Vec<&OutlineEntry> = headings.iter().filter(|entry| entry.level <= levels).collect();
        if asked.is_none() && listed.len() < MANY {
            return;
        }
        let class = if asked.is_some() { "contents asked" } else { "contents" };
        self.out.put(format_args!("<nav class=\"{class}\" aria-label=\"Contents\">\n"));
        self.out.raw("<p class=\"title\">Contents</p>\n<ul>\n");
        for entry in listed {
            self.out
                .put(format_args!("<li class=\"l{}\"><a href=\"#{}\">", entry.level, anchor(&entry.number)))
                .element("span class=\"no\"", &entry.number)
                .raw(" ")
                .text(&entry.text)
                .raw("</a></li>\n");
        }
        self.out.raw("</ul>\n</nav>\n");
    }

    /// The heading that comes next, never more than one level below the one before.
    pub(super) fn heading(&mut self) {
        let Some(entry) = self.headings.next() else { return };
        self.depth = entry.level.min(self.depth + 1);
        let tag = self.depth + 1;
        self.out
            .put(format_args!("<h{tag} id=\"{}\">", anchor(&entry.number)))
            .element("span class=\"no\"", &entry.number)
            .raw(" ")
            .text(&entry.text)
            .put(format_args!("</h{tag}>\n"));
    }

    fn provenance(&mut self, provenance: &Provenance) {
        if provenance.is_empty() {
            return;
        }
        self.out.raw("<section aria-labelledby=\"sA\">\n");
        self.heading();
        provenance_tables(provenance).iter().for_each(|table| self.table(table, false));
        self.out.raw("</section>\n");
    }

    fn foot(&mut self, meta: &DocumentMeta) {
        let mut parts = vec![meta.tenant_name.as_str(), meta.title.as_str()];
        parts.extend(meta.classification.as_deref());
        let line = parts.iter().map(|part| clean_line(part)).collect::<Vec<_>>().join("  ·  ");
        self.out.element("footer", &line).raw("\n</div>\n</body>\n</html>\n");
    }
}

/// Id of a heading: its number, which no other has.
fn anchor(number: &str) -> String {
    format!("s{}", number.replace('.', "-"))
}

/// Whether a language is written from right to left in its usual script.
fn is_right_to_left(language: &str) -> bool {
    let known = BTreeSet::from(["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"]);
    known.contains(language.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str())
}
