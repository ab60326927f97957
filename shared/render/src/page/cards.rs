//! Key figures as cards in rows of up to five.

use sitrep_domain::document::{KpiCard, Status};
use sitrep_domain::result::Cell;

use super::compose::{Composer, TextStyle, decoration, owned_by, rounded, status_shape};
use super::flow::Fragment;
use super::structure::{NodeId, Role};
use super::{Item, LEFT, WIDTH};
use crate::chart::sparkline;
use crate::clean::clean_line;
use crate::figures::{Change, Direction, describe_change, describe_target, format_value};
use crate::palette;
use crate::printed::cards_per_row;
use crate::text::fonts::Weight;
use crate::text::wrap::Line;

const GAP: f32 = 9.0;
const PAD: f32 = 10.0;
/// From the title's last baseline to the bottom of a card that has no details.
const FIGURE: f32 = 37.5;
/// From one detail to the next, and from one line of a detail to the next.
const DETAIL: f32 = 12.5;
const LINE: f32 = 9.5;
/// Room for the arrow beside a change.
const ARROW: f32 = 10.5;
/// Most lines of a change.
const CHANGE_LINES: usize = 2;
/// Height of a sparkline below the details, with the space above it.
const TREND: f32 = 26.0;
const TITLE: TextStyle = TextStyle::muted(8.0);
const CHANGE: TextStyle = TextStyle::regular(7.5);

impl Composer<'_> {
    pub(super) fn cards(&mut self, cards: &[KpiCard]) {
        let columns = cards_per_row(cards.len());
        let list = self.node(Role::List);
        let per_row = f32::from(u8::try_from(columns).unwrap_or(4));
        let width = (WIDTH - GAP * (per_row - 1.0)) / per_row;
        for row in cards.chunks(columns) {
            let titles: Vec<Vec<Line>> =
                row.iter().map(|card| self.card_title(card, width - 2.0 * PAD)).collect();
            let two_lines = titles.iter().any(|lines| lines.len() > 1);
            let top = if two_lines { 27.0 } else { 17.0 };
            let trends = row.iter().any(|card| !card.trend.is_empty());
            let details = row.iter().map(|card| self.details_height(card, width - 2.0 * PAD));
            let details = details.fold(0.0, f32::max);
            let height = top + FIGURE + details + if trends { TREND } else { 0.0 };
            let mut items = Vec::new();
            let mut x = LEFT;
            for (card, title) in row.iter().zip(titles) {
                frame(card, x, width, height, &mut items);
                let node = self.part(list, Role::Item);
                self.card(card, node, title, (x + PAD, top), width - 2.0 * PAD, &mut items);
                self.card_trend(card, x + PAD, height - TREND, width - 2.0 * PAD, &mut items);
                x += width + GAP;
            }
            self.push(Fragment { height, items, space_before: GAP, ..Fragment::default() });
        }
    }

    fn details_height(&mut self, card: &KpiCard, width: f32) -> f32 {
        let change = describe_change(card).map_or(0.0, |change| {
            let lines = self.change_lines(&change.words, CHANGE, width).len();
            DETAIL + if lines > 1 { LINE } else { 0.0 }
        });
        let has_status = card.status != Status::Neutral;
        let others = usize::from(describe_target(card).is_some()) + usize::from(has_status);
        change + DETAIL * f32::from(u8::try_from(others).unwrap_or(2))
    }

    fn card_trend(&mut self, card: &KpiCard, x: f32, y: f32, width: f32, items: &mut Vec<Item>) {
        items.push(decoration());
        for mark in sparkline(&card.trend, width, TREND - 7.0) {
            self.paint(mark, x, y, items);
        }
    }

    fn card_title(&mut self, card: &KpiCard, width: f32) -> Vec<Line> {
        let text: String = clean_line(&card.title).chars().take(200).collect();
        let mut lines = self.wrap(&text, TITLE, width);
        if lines.len() > 2 {
            lines = vec![self.fit(&text, TITLE, width)];
        }
        lines
    }

    /// Title as the label, figure and details as the body of its node; `top` is the baseline of the last line that a title of the row has.
    fn card(
        &mut self,
        card: &KpiCard,
        node: NodeId,
        title: Vec<Line>,
        (x, top): (f32, f32),
        width: f32,
        items: &mut Vec<Item>,
    ) {
        items.push(owned_by(self.part(node, Role::Label)));
        let mut y = 17.0;
        for line in title {
            items.push(TITLE.at(x, y, line));
            y += 10.0;
        }
        items.push(owned_by(self.part(node, Role::Body)));
        self.card_value(card, x, top + 24.0, width, items);
        y = top + 39.5;
        if let Some(change) = describe_change(card) {
            y = self.card_change(&change, x, y, width, items) + DETAIL;
        }
        if let Some(target) = describe_target(card) {
            let style = TextStyle::muted(7.5);
            let line = self.fit(&target, style, width);
            items.push(style.at(x, y, line));
            y += DETAIL;
        }
        if card.status != Status::Neutral {
            let style = TextStyle::bold(7.5).in_color(palette::status_swatch(card.status).light);
            items.push(status_shape(card.status, x + 3.2, y - 2.7, 3.2));
            let line = self.fit(card.status.word(), style, width - 11.0);
            items.push(style.at(x + 10.5, y, line));
        }
    }

    /// The figure, shrunk until it fits; a missing one says so in words.
    fn card_value(&mut self, card: &KpiCard, x: f32, y: f32, width: f32, items: &mut Vec<Item>) {
        let text: String = clean_line(&format_value(&card.value, card.unit)).chars().take(60).collect();
        let natural = self.shaper.width(&text, Weight::Bold);
        let style = TextStyle::bold((width / natural.max(0.1)).clamp(9.0, 20.0));
        let line = self.fit(&text, style, width);
        let end = x + line.width * style.size;
        items.push(style.at(x, y, line));
        if card.value == Cell::Null {
            let note = TextStyle::muted(8.0);
            let line = self.fit("no data", note, width);
            items.push(note.at(end + 5.0, y, line));
        }
    }

    /// The change behind its arrow; the baseline of its last line.
    fn card_change(&mut self, change: &Change, x: f32, y: f32, width: f32, items: &mut Vec<Item>) -> f32 {
        let color = match change.better {
            Some(true) => palette::status_swatch(Status::Good).light,
            Some(false) => palette::status_swatch(Status::Bad).light,
            None => palette::MUTED,
        };
        items.push(Item::Shape { points: arrow(change.direction, x + 3.0, y - 2.7), color });
        let style = CHANGE.in_color(color);
        let mut baseline = y - LINE;
        for line in self.change_lines(&change.words, style, width) {
            baseline += LINE;
            items.push(style.at(x + ARROW, baseline, line));
        }
        baseline
    }

    fn change_lines(&mut self, words: &str, style: TextStyle, width: f32) -> Vec<Line> {
        let lines = self.wrap(words, style, width - ARROW);
        if lines.len() <= CHANGE_LINES { lines } else { vec![self.fit(words, style, width - ARROW)] }
    }
}

/// Border and a bar in the colour of the status.
fn frame(card: &KpiCard, x: f32, width: f32, height: f32, items: &mut Vec<Item>) {
    items.push(rounded(x, 0.0, width, height, 4.0, palette::RULE));
    items.push(rounded(x + 0.6, 0.6, width - 1.2, height - 1.2, 3.5, palette::WHITE));
    let bar = if card.status == Status::Neutral {
        palette::RULE
    } else {
        palette::status_swatch(card.status).light
    };
    items.push(Item::Rect { x: x + 4.0, y: 0.0, width: width - 8.0, height: 2.2, color: bar });
}

fn arrow(direction: Direction, x: f32, y: f32) -> Vec<(f32, f32)> {
    match direction {
        Direction::Up => vec![(x, y - 3.0), (x + 3.2, y + 2.4), (x - 3.2, y + 2.4)],
        Direction::Down => vec![(x, y + 3.0), (x + 3.2, y - 2.4), (x - 3.2, y - 2.4)],
        Direction::Level => {
            vec![(x - 3.2, y - 0.9), (x + 3.2, y - 0.9), (x + 3.2, y + 0.9), (x - 3.2, y + 0.9)]
        }
    }
}
