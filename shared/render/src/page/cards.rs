//! Key figures as cards in rows of up to four.

use sitrep_domain::document::{KpiCard, Status};
use sitrep_domain::result::Cell;

use super::compose::{Composer, TextStyle, rounded, status_shape};
use super::flow::Fragment;
use super::{Item, LEFT, WIDTH};
use crate::clean::clean_line;
use crate::figures::{Change, Direction, describe_change, describe_target, format_value};
use crate::palette;

const GAP: f32 = 9.0;
const PAD: f32 = 10.0;
const HEIGHT: f32 = 92.0;

impl Composer<'_> {
    pub(super) fn cards(&mut self, cards: &[KpiCard]) {
        let columns = columns_of(cards.len());
        for row in cards.chunks(columns) {
            let mut items = Vec::new();
            let mut x = LEFT;
            let columns = u8::try_from(columns).unwrap_or(4);
            let width = (WIDTH - GAP * f32::from(columns - 1)) / f32::from(columns);
            for card in row {
                self.card(card, x, width, &mut items);
                x += width + GAP;
            }
            self.push(Fragment { height: HEIGHT, items, space_before: GAP, ..Fragment::default() });
        }
    }

    fn card(&mut self, card: &KpiCard, x: f32, width: f32, items: &mut Vec<Item>) {
        let inner = width - 2.0 * PAD;
        let left = x + PAD;
        items.push(rounded(x, 0.0, width, HEIGHT, 4.0, palette::RULE));
        items.push(rounded(x + 0.6, 0.6, width - 1.2, HEIGHT - 1.2, 3.5, palette::WHITE));
        let bar = if card.status == Status::Neutral { palette::RULE } else { palette::status_swatch(card.status).light };
        items.push(Item::Rect { x: x + 5.0, y: 0.0, width: width - 10.0, height: 2.2, color: bar });

        let title = TextStyle::muted(8.0);
        let line = self.fit(&clean_line(&card.title), title, inner);
        items.push(title.at(left, 17.0, line));
        self.card_value(card, left, inner, items);
        if let Some(change) = describe_change(card) {
            self.card_change(&change, left, 56.5, inner, items);
        }
        if let Some(target) = describe_target(card) {
            let style = TextStyle::muted(7.5);
            let line = self.fit(&target, style, inner);
            items.push(style.at(left, 69.0, line));
        }
        if card.status != Status::Neutral {
            let style = TextStyle::bold(7.5).in_color(palette::status_swatch(card.status).light);
            items.push(status_shape(card.status, left + 3.2, 79.6, 3.2));
            let line = self.fit(card.status.word(), style, inner - 11.0);
            items.push(style.at(left + 10.5, 82.3, line));
        }
    }

    /// The figure, shrunk until it fits; a missing one says so in words.
    fn card_value(&mut self, card: &KpiCard, x: f32, width: f32, items: &mut Vec<Item>) {
        let text: String = clean_line(&format_value(&card.value, card.unit)).chars().take(60).collect();
        let natural = self.shaper.width(&text, crate::text::fonts::Weight::Bold);
        let style = TextStyle::bold((width / natural.max(0.1)).clamp(9.0, 20.0));
        let line = self.fit(&text, style, width);
        let end = x + line.width * style.size;
        items.push(style.at(x, 41.0, line));
        if card.value == Cell::Null {
            let note = TextStyle::muted(8.0);
            let line = self.fit("no data", note, width);
            items.push(note.at(end + 5.0, 41.0, line));
        }
    }

    fn card_change(&mut self, change: &Change, x: f32, y: f32, width: f32, items: &mut Vec<Item>) {
        let color = match change.better {
            Some(true) => palette::status_swatch(Status::Good).light,
            Some(false) => palette::status_swatch(Status::Bad).light,
            None => palette::MUTED,
        };
        items.push(Item::Shape { points: arrow(change.direction, x + 3.0, y - 2.7), color });
        let style = TextStyle::regular(7.5).in_color(color);
        let line = self.fit(&change.words, style, width - 10.5);
        items.push(style.at(x + 10.5, y, line));
    }
}

/// Cards per row: as many as fit without leaving one alone in the last row, if that can be had.
fn columns_of(cards: usize) -> usize {
    match cards {
        0..=4 => cards.max(1),
        n if n.is_multiple_of(4) => 4,
        n if n.is_multiple_of(3) => 3,
        n if n % 4 == 1 => 3,
        _ => 4,
    }
}

fn arrow(direction: Direction, x: f32, y: f32) -> Vec<(f32, f32)> {
    match direction {
        Direction::Up => vec![(x, y - 3.0), (x + 3.2, y + 2.4), (x - 3.2, y + 2.4)],
        Direction::Down => vec![(x, y + 3.0), (x + 3.2, y - 2.4), (x - 3.2, y - 2.4)],
        Direction::Level => vec![(x - 3.2, y - 0.9), (x + 3.2, y - 0.9), (x + 3.2, y + 0.9), (x - 3.2, y + 0.9)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_cards_leave_none_alone_where_that_can_be_had() {
        for (cards, columns) in [(0, 1), (1, 1), (3, 3), (4, 4), (5, 3), (6, 3), (7, 4), (8, 4), (9, 3), (10, 4)] {
            assert_eq!(columns_of(cards), columns, "{cards} cards");
        }
    }
}
