//! Blocks in HTML, all but tables.

use sitrep_domain::document::{Block, Chart, Definition, Image, KpiCard, Status, Table};
use sitrep_domain::result::Cell;

use super::page::Page;
use super::picture_source;
use super::svg::{write_figure, write_sparkline};
use crate::figures::{Direction, describe_change, describe_target, format_value};
use crate::printed::{cards_per_row, is_titled_by};

/// CSS pixels of 32 points.
const PIXELS: u32 = 43;

impl Page<'_> {
    /// The block at that place; its neighbours may say what it need not.
    pub(super) fn block(&mut self, blocks: &[Block], place: usize) {
        let before = place.checked_sub(1).and_then(|before| blocks.get(before));
        let next = blocks.get(place + 1);
        match &blocks[place] {
            Block::Heading { .. } => self.heading(),
            Block::Text { text } => {
                self.out.raw("<p>").lines(text).raw("</p>\n");
            }
            Block::KpiCards { cards } => self.cards(cards),
            Block::Table(table) => self.table(table, is_titled_by(table, before)),
            Block::Chart(chart) => {
                self.chart(chart, matches!(next, Some(Block::Table(table)) if chart.is_told_by(table)));
            }
            Block::Callout { tone, title, text } => self.callout(*tone, title, text),
            Block::Definitions { items } => self.definitions(items),
            Block::Image(image) => self.image(image),
            // The contents stand before the text, where links to it are at hand.
            Block::TableOfContents { .. } => {}
            Block::PageBreak => {
                self.out.raw("<div class=\"break\"></div>\n");
            }
        }
    }

    /// The figure, and below it the numbers for whoever opens them, unless the table that follows has them.
    fn chart(&mut self, chart: &Chart, told: bool) {
        self.figures += 1;
        write_figure(chart, self.figures, &mut self.shaper, &mut self.out);
        if told {
            return;
        }
        self.out.raw("<details class=\"numbers\"><summary>Show the numbers</summary>");
        self.table(&Table { title: format!("{}: the numbers", chart.title), ..chart.table() }, false);
        self.out.raw("</details>\n");
    }

    fn cards(&mut self, cards: &[KpiCard]) {
        self.out.put(format_args!("<ul class=\"cards c{}\">\n", cards_per_row(cards.len())));
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
        self.out.raw("<dl class=\"terms\">\n");
        for item in items {
            self.out
                .raw("<div>")
                .element("dt", &item.term)
                .raw("<dd>")
                .lines(&item.text)
                .raw("</dd></div>\n");
        }
        self.out.raw("</dl>\n");
    }

    /// A picture of our own making from its pixels; one that does not decode is told in words.
    fn image(&mut self, image: &Image) {
        let width = u32::from(image.width.max(1)) * PIXELS / 32;
        let Some(source) = picture_source(&image.png, usize::try_from(width * 2).unwrap_or(usize::MAX))
        else {
            self.out.raw("<p class=\"note\">[Picture: ").text(&image.alt).raw("]</p>\n");
            return;
        };
        self.out
            .put(format_args!("<figure><img src=\"{source}\" width=\"{width}\" alt=\""))
            .text(&image.alt)
            .raw("\"></figure>\n");
    }

    fn callout(&mut self, tone: Status, title: &str, text: &str) {
        self.out
            .put(format_args!("<div class=\"callout {}\">", status_class(tone)))
            .raw("<p class=\"title\">")
            .raw(status_icon(tone))
            .text(title)
            .raw("</p>");
        if !text.is_empty() {
            self.out.raw("<p>").lines(text).raw("</p>");
        }
        self.out.raw("</div>\n");
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
