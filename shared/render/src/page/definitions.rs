//! Definitions: terms beside what they mean where the terms are short, above it where they are not.

use sitrep_domain::document::Definition;

use super::compose::{Composer, TextStyle, owned_by};
use super::flow::Fragment;
use super::prose::{BODY, LEADING};
use super::structure::{NodeId, Role};
use super::{Item, LEFT, WIDTH};
use crate::clean::{clean_line, clean_text};
use crate::palette;

const TERM: TextStyle = TextStyle::bold(9.5);
/// Widest term that has what it means beside it.
const WIDEST_TERM: f32 = 210.0;
/// Between a term and what it means.
const GAP: f32 = 16.0;
/// How far what a long term means is set in.
const INDENT: f32 = 14.0;
/// Above and below a pair.
const PAD: f32 = 4.0;

/// Most pairs that stay on one page.
const FEW: usize = 8;

/// Where a pair stands.
#[derive(Clone, Copy)]
struct Place {
    /// Where what the term means begins.
    column: f32,
    /// Whether it is the last of its list.
    last: bool,
    /// Whether its list stays on one page.
    few: bool,
}

impl Composer<'_> {
    pub(super) fn definitions(&mut self, items: &[Definition]) {
        let natural = |composer: &mut Self, item: &Definition| {
            composer.shaper.width(&clean_line(&item.term), TERM.weight) * TERM.size
        };
        let widest = items.iter().map(|item| natural(self, item)).fold(0.0, f32::max);
        let (list, few) = (self.node(Role::List), items.len() <= FEW);
        for (i, item) in items.iter().enumerate() {
            let node = self.part(list, Role::Item);
            let nodes = (self.part(node, Role::Label), self.part(node, Role::Body));
            if widest <= WIDEST_TERM {
                let place = Place { column: widest.max(60.0) + GAP, last: i + 1 == items.len(), few };
                self.pair(item, nodes, place);
            } else {
                let term = self.wrap(&clean_line(&item.term), TERM, WIDTH);
                self.push_lines(term, nodes.0, TERM, LEFT, 7.0);
                let text = self.wrap(&clean_text(&item.text), BODY, WIDTH - INDENT);
                self.push_lines(text, nodes.1, BODY, LEFT + INDENT, 0.0);
            }
        }
    }

    /// A term and what it means side by side, a hairline below them unless they are the last.
    fn pair(&mut self, item: &Definition, (label, body): (NodeId, NodeId), place: Place) {
        let Place { column, last, few } = place;
        let term = self.fit(&clean_line(&item.term), TERM, column);
        let lines = self.wrap(&clean_text(&item.text), BODY, WIDTH - column);
        let count = lines.len();
        let mut term = Some(term);
        for (i, line) in lines.into_iter().enumerate() {
            let above = if i == 0 { PAD } else { 0.0 };
            let ends = i + 1 == count;
            let height = above + LEADING + if ends { PAD } else { 0.0 };
            let mut items = Vec::new();
            if let Some(term) = term.take() {
                items.extend([owned_by(label), TERM.at(LEFT, above + TERM.size, term)]);
            }
            items.push(owned_by(body));
            items.push(BODY.at(LEFT + column, above + BODY.size, line));
            if ends && !last {
                items.push(hairline(height));
            }
            let keep_with_next = (few && !last) || (count > 1 && (i == 0 || i + 2 == count));
            self.push(Fragment { height, items, keep_with_next, ..Fragment::default() });
        }
    }
}

fn hairline(y: f32) -> Item {
    let points = vec![(LEFT, y), (LEFT + WIDTH, y)];
    Item::Stroke { points, width: 0.4, color: palette::GRID, dashed: false }
}
