//! One self-contained HTML file: no script, nothing from outside, readable from 390 to 1,600 pixels and on paper.

use sitrep_domain::document::{
    Block, Chart, ColumnKind, Definition, Document, DocumentMeta, Format, KpiCard, Provenance, Status, Table,
    TableColumn,
};
use sitrep_domain::result::Cell;

use super::FormatWriter;
use crate::RenderedFile;
use crate::cells::{CellPrinter, format_period};
use crate::clean::clean_line;
use crate::error::RenderError;
use crate::figures::{
    Direction, describe_change, describe_rows, describe_target, format_count, format_value,
};
use crate::html::Markup;
use crate::html::check::check;
use crate::html::style::{write_policy, write_style};
use crate::html::svg::{write_figure, write_sparkline};
use crate::palette::severity_index;
use crate::text::shape::Shaper;

pub(super) static WRITER: FormatWriter = FormatWriter { format: Format::Html, render, validate };

/// Cells longer than this many characters get a column of a readable width.
const LONG: usize = 40;

fn render(document: &Document) -> Result<RenderedFile, RenderError> {
    let cells = CellPrinter::new(&document.meta);
    let mut page = Page { out: Markup::default(), cells: &cells, shaper: Shaper::new(), figures: 0 };
    page.head(&document.meta);
    page.cover(&document.meta);
    page.out.raw("<main>\n");
    for block in &document.blocks {
        page.block(block);
    }
    page.provenance(&document.provenance);
    page.out.raw("</main>\n");
    page.foot(&document.meta);
    let bytes = page.out.into_string().into_bytes();
    Ok(RenderedFile { bytes, content_type: "text/html; charset=utf-8", extension: "html" })
}

fn validate(file: &RenderedFile) -> Result<(), RenderError> {
    let malformed = |detail: String| RenderError::malformed(Format::Html, detail);
    let html = std::str::from_utf8(&file.bytes).map_err(|e| malformed(e.to_string()))?;
    check(html).map_err(malformed)
}

struct Page<'a> {
    out: Markup,
    cells: &'a CellPrinter,
    shaper: Shaper,
    figures: usize,
}

impl Page<'_> {
    fn head(&mut self, meta: &DocumentMeta) {
        let style = write_style(meta.accent);
        self.out
            .raw("<!doctype html>\n<html lang=\"")
            .text(&meta.language)
            .raw("\">\n<head>\n<meta charset=\"utf-8\">\n");
        self.out
            .raw("<meta http-equiv=\"Content-Security-Policy\" content=\"")
            .raw(&write_policy(&style))
            .raw("\">\n");
        self.out.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        self.out.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
        self.out.raw("<meta name=\"author\" content=\"").text(&meta.tenant_name).raw("\">\n");
        self.out.element("title", &meta.title);
        self.out.raw("\n<style>").raw(&style).raw("</style>\n</head>\n<body>\n<div class=\"report\">\n");
    }

    fn cover(&mut self, meta: &DocumentMeta) {
        self.out.raw("<header>\n<div class=\"strip\">").element("span", &meta.tenant_name);
        if let Some(label) = &meta.classification {
            self.out.element("b", label);
        }
        self.out.raw("</div>\n<div class=\"cover\">").element("p class=\"tenant\"", &meta.tenant_name);
        self.out.element("h1", &meta.title);
        if !meta.subtitle.is_empty() {
            self.out.element("p class=\"subtitle\"", &meta.subtitle);
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

    fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, text } => {
                let tag = ["h2", "h2", "h3", "h4"][usize::from(*level).min(3)];
                self.out.element(tag, text).raw("\n");
            }
            Block::Text { text } => {
                self.out.raw("<p>").lines(text).raw("</p>\n");
            }
            Block::KpiCards { cards } => self.cards(cards),
            Block::Table(table) => self.table(table),
            Block::Chart(chart) => self.chart(chart),
            Block::Callout { tone, title, text } => self.callout(*tone, title, text),
            Block::Definitions { items } => self.definitions(items),
            Block::Image(_) | Block::TableOfContents { .. } => {}
            Block::PageBreak => {}
        }
    }

    /// The figure, and below it the numbers for whoever opens them.
    fn chart(&mut self, chart: &Chart) {
        self.figures += 1;
        write_figure(chart, self.figures, &mut self.shaper, &mut self.out);
        self.out.raw("<details class=\"numbers\"><summary>Show the numbers</summary>");
        self.table(&Table { title: format!("{}: the numbers", chart.title), ..chart.table() });
        self.out.raw("</details>\n");
    }

    fn cards(&mut self, cards: &[KpiCard]) {
        self.out.raw("<ul class=\"cards\">\n");
        for card in cards {
            self.card(card);
        }
        self.out.raw("</ul>\n");
    }

    fn card(&mut self, card: &KpiCard) {
        let rated = if card.status == Status::Neutral { "" } else { " rated" };
        self.out.put(format_args!("<li class=\"card {}{rated}\">", status_class(card.status)));
        self.out
            .element("p", &card.title)
            .raw("<p class=\"value\">")
            .text(&format_value(&card.value, card.unit));
        if card.value == Cell::Null {
            self.out.raw(" <small>no data</small>");
        }
        self.out.raw("</p>");
        if let Some(change) = describe_change(card) {
            let tone = match change.better {
                Some(true) => "good",
                Some(false) => "bad",
                None => "neutral",
            };
            self.out
                .put(format_args!("<p class=\"{tone}\">"))
                .raw(arrow(change.direction))
                .text(&change.words)
                .raw("</p>");
        }
        if let Some(target) = describe_target(card) {
            self.out.element("p", &target);
        }
        if card.status != Status::Neutral {
            let class = status_class(card.status);
            self.out.put(format_args!("<p class=\"status {class}\">")).raw(status_icon(card.status));
            self.out.text(card.status.word()).raw("</p>");
        }
        write_sparkline(card, &mut self.out);
        self.out.raw("</li>\n");
    }

    fn definitions(&mut self, items: &[Definition]) {
        self.out.raw("<dl>");
        for item in items {
            self.out.element("dt", &item.term).raw("<dd>").lines(&item.text).raw("</dd>");
        }
        self.out.raw("</dl>\n");
    }

    fn callout(&mut self, tone: Status, title: &str, text: &str) {
        self.out.put(format_args!("<div class=\"callout {}\">", status_class(tone)));
        self.out
            .raw("<p class=\"title\">")
            .raw(status_icon(tone))
            .text(title)
            .raw("</p><p>")
            .lines(text)
            .raw("</p></div>\n");
    }

    fn table(&mut self, table: &Table) {
        let rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| {
                row.iter().zip(&table.columns).map(|(cell, c)| self.cells.format(cell, c.kind)).collect()
            })
            .collect();
        self.write_table(&table.title, &table.columns, &rows);
        let notes: Vec<String> = [describe_rows(table.rows.len(), table.total_rows), table.note.clone()]
            .into_iter()
            .flatten()
            .collect();
        if !notes.is_empty() {
            self.out.element("p class=\"note\"", &notes.join(". "));
        }
        self.out.raw("\n");
    }

    fn write_table(&mut self, title: &str, columns: &[TableColumn], rows: &[Vec<String>]) {
        self.out
            .raw("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"")
            .text(title)
            .raw("\"><table>");
        self.out.element("caption", title).raw("<thead><tr>");
        let classes: Vec<&str> =
            columns.iter().enumerate().map(|(c, column)| class_of(c, column, rows)).collect();
        for (column, class) in columns.iter().zip(&classes) {
            self.out.element(&format!("th scope=\"col\" class=\"{class}\""), &column.title);
        }
        self.out.raw("</tr></thead>\n<tbody>\n");
        for row in rows {
            self.out.raw("<tr>");
            for ((text, column), class) in row.iter().zip(columns).zip(&classes) {
                self.cell(text, column, class);
            }
            self.out.raw("</tr>\n");
        }
        if rows.is_empty() {
            let span = columns.len().max(1);
            self.out.put(format_args!("<tr><td colspan=\"{span}\">No rows in this period</td></tr>\n"));
        }
        self.out.raw("</tbody></table></div>");
    }

    fn cell(&mut self, text: &str, column: &TableColumn, class: &str) {
        self.out.put(format_args!("<td class=\"{class}\">"));
        if column.kind == ColumnKind::Severity {
            self.out.element(&format!("span class=\"chip v{}\"", severity_index(text)), text);
        } else {
            self.out.lines(text);
        }
        self.out.raw("</td>");
    }

    fn provenance(&mut self, provenance: &Provenance) {
        let text =
            |name: &str| TableColumn { name: String::new(), title: name.to_owned(), kind: ColumnKind::Text };
        let number = |name: &str| TableColumn {
            kind: ColumnKind::Number(sitrep_domain::document::Unit::Count),
            ..text(name)
        };
        self.out.raw("<section>").element("h2", "Provenance").raw("\n");
        if !provenance.facts.is_empty() {
            let rows: Vec<Vec<String>> =
                provenance.facts.iter().map(|(label, value)| vec![label.clone(), value.clone()]).collect();
            self.write_table("How this report was made", &[text("Fact"), text("Value")], &rows);
        }
        if !provenance.metrics.is_empty() {
            let count = |n: u64| i64::try_from(n).map_or_else(|_| n.to_string(), format_count);
            let rows: Vec<Vec<String>> = provenance
                .metrics
                .iter()
                .map(|m| {
                    vec![
                        format!("{}\n{}", m.title, m.id),
                        m.description.clone(),
                        count(m.population),
                        count(m.excluded),
                    ]
                })
                .collect();
            let columns = [text("Metric"), text("Definition"), number("Records"), number("Left out")];
            self.write_table("Metric definitions", &columns, &rows);
        }
        self.out.raw("</section>\n");
    }

    fn foot(&mut self, meta: &DocumentMeta) {
        let mut parts = vec![meta.tenant_name.as_str(), meta.title.as_str()];
        parts.extend(meta.classification.as_deref());
        let line = parts.iter().map(|part| clean_line(part)).collect::<Vec<_>>().join("  ·  ");
        self.out.element("footer", &line).raw("\n</div>\n</body>\n</html>\n");
    }
}

/// Class of a column: figures to the right, times on one line, long texts in a column wide enough to read.
fn class_of(index: usize, column: &TableColumn, rows: &[Vec<String>]) -> &'static str {
    match column.kind {
        ColumnKind::Number(_) => "n",
        ColumnKind::Severity | ColumnKind::Bucket(_) | ColumnKind::Time => "t",
        ColumnKind::Text => {
            let is_long =
                |row: &Vec<String>| row.get(index).is_some_and(|text| text.chars().nth(LONG).is_some());
            if rows.iter().any(is_long) { "long" } else { "w" }
        }
    }
}

const fn status_class(status: Status) -> &'static str {
    match status {
        Status::Neutral => "neutral",
        Status::Good => "good",
        Status::Warning => "warning",
        Status::Bad => "bad",
    }
}

/// A shape per status: square, circle, triangle, diamond.
const fn status_icon(status: Status) -> &'static str {
    match status {
        Status::Neutral => {
            r#"<svg class="icon" viewBox="0 0 10 10" aria-hidden="true"><path d="M1 1h8v8H1z"/></svg>"#
        }
        Status::Good => {
            r#"<svg class="icon" viewBox="0 0 10 10" aria-hidden="true"><path d="M5 .5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9z"/></svg>"#
        }
        Status::Warning => {
            r#"<svg class="icon" viewBox="0 0 10 10" aria-hidden="true"><path d="M5 .5L10 9.5H0z"/></svg>"#
        }
        Status::Bad => {
            r#"<svg class="icon" viewBox="0 0 10 10" aria-hidden="true"><path d="M5 0l5 5-5 5-5-5z"/></svg>"#
        }
    }
}

const fn arrow(direction: Direction) -> &'static str {
    match direction {
        Direction::Up => {
            r#"<svg class="icon" viewBox="0 0 10 10" aria-hidden="true"><path d="M5 1l5 8H0z"/></svg>"#
        }
        Direction::Down => {
            r#"<svg class="icon" viewBox="0 0 10 10" aria-hidden="true"><path d="M5 9L0 1h10z"/></svg>"#
        }
        Direction::Level => {
            r#"<svg class="icon" viewBox="0 0 10 10" aria-hidden="true"><path d="M0 4h10v2H0z"/></svg>"#
        }
    }
}
