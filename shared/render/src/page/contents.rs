//! The table of contents: headings with dotted leaders to the numbers of their pages, which are known at the end.
//!
//! An entry has its place and its height before the page of its heading is known, so that numbers put in afterwards
//! move nothing.

use sitrep_domain::document::OutlineEntry;

use super::compose::{Composer, TextStyle, decoration, owned_by};
use super::flow::{Flow, Fragment};
use super::structure::{NodeId, Owner, Role};
use super::{Item, LEFT, WIDTH};
use crate::clean::clean_line;
use crate::palette;
use crate::text::shape::Shaper;
use crate::text::wrap::Line;

const RIGHT: f32 = LEFT + WIDTH;
/// Room for a page number.
const NUMBER: f32 = 26.0;
/// Between text, leader and number.
const GAP: f32 = 5.0;
const LEADER: TextStyle = TextStyle::muted(8.0);

impl Composer<'_> {
    pub(super) fn contents(&mut self, levels: u8) {
        let title = TextStyle::bold(11.5);
        let line = self.shaper.line("Contents", title.weight);
        let owner = Owner::Node(self.node(Role::Paragraph));
        self.push(Fragment {
            height: 19.0,
            items: vec![title.at(LEFT, 11.5, line)],
            owner,
            space_before: 20.0,
            keep_with_next: true,
            ..Fragment::default()
        });
        let contents = self.node(Role::Contents);
        for (heading, entry) in self.headings.iter().enumerate() {
            if entry.level <= levels.clamp(1, 3) {
                let node = self.part(contents, Role::Entry);
                self.contents_entry(heading, entry, node);
            }
        }
    }

    /// Number, text and page number are a link; the leader between them is for the eye alone.
    fn contents_entry(&mut self, heading: usize, entry: &OutlineEntry, node: NodeId) {
        let (style, left, tab, space): (_, _, f32, _) = match entry.level {
            1 => (TextStyle::bold(9.5), LEFT, 22.0, 5.0),
            2 => (TextStyle::regular(9.5), LEFT + 22.0, 28.0, 0.0),
            _ => (TextStyle::regular(9.0).in_color(palette::MUTED), LEFT + 50.0, 36.0, 0.0),
        };
        let number = self.shaper.line(&entry.number, style.weight);
        let tab = tab.max(number.width * style.size + 6.0);
        let text: String = clean_line(&entry.text).chars().take(600).collect();
        let lines = self.wrap(&text, style, RIGHT - NUMBER - GAP - left - tab);
        let leading = style.size * 1.5;
        let link = self.part(node, Role::Link);
        let mut items = vec![owned_by(link), style.at(left, style.size, number)];
        let (mut y, mut end) = (style.size, left + tab);
        for line in lines {
            end = left + tab + line.width * style.size;
            items.push(style.at(left + tab, y, line));
            y += leading;
        }
        let baseline = y - leading;
        let height = baseline + leading - style.size;
        let leader = self.leader(RIGHT - NUMBER - GAP - end - GAP);
        items.push(Item::Link { x: left, y: 0.0, width: RIGHT - left, height, heading });
        items.extend([decoration(), LEADER.ending_at(RIGHT - NUMBER, baseline, leader)]);
        items.extend([owned_by(link), style.at(RIGHT, baseline, Line::default())]);
        let space_before = space;
        self.push(Fragment { height, items, space_before, page_of: Some(heading), ..Fragment::default() });
    }

    /// As many dots as fit: counted from the right, so that those of all entries stand below each other.
    fn leader(&mut self, width: f32) -> Line {
        let dots = self.shaper.line(". .", LEADER.weight).width - self.shaper.line(".", LEADER.weight).width;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a line has a few hundred dots"
        )]
        let count = (width / (dots * LEADER.size)).max(0.0) as usize;
        self.shaper.line(&". ".repeat(count), LEADER.weight)
    }
}

/// Puts the page numbers in, to the right of their column.
pub(super) fn number_pages(flow: &mut Flow, shaper: &mut Shaper) {
    for number in &flow.page_numbers {
        let Some(heading) = flow.outline.get(number.heading) else { continue };
        let item = flow.pages.get_mut(number.page).and_then(|page| page.get_mut(number.item));
        if let Some(Item::Text { x, y, size, color, .. }) = item {
            let weight =
                if heading.level == 1 { TextStyle::bold(*size) } else { TextStyle::regular(*size) }.weight;
            let style = TextStyle { size: *size, weight, color: *color };
            let line = shaper.line(&(heading.page + 1).to_string(), weight);
            let (right, y) = (*x, *y);
            *item.expect("it was there a line above") = style.ending_at(right, y, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::flow::paginate;
    use super::*;

    #[test]
    fn an_entry_names_the_page_that_its_heading_came_to_stand_on() {
        let mut shaper = Shaper::new();
        let style = TextStyle::regular(9.5);
        let entry = Fragment {
            height: 14.0,
            items: vec![style.at(RIGHT, 9.5, Line::default())],
            page_of: Some(1),
            ..Fragment::default()
        };
        let heading = |break_before| Fragment {
            height: 20.0,
            break_before,
            outline: Some((1, "Heading".to_owned())),
            ..Fragment::default()
        };
        let mut flow = paginate(vec![entry, heading(false), heading(true)]);
        number_pages(&mut flow, &mut shaper);
        let Some(Item::Text { x, size, glyphs, .. }) =
            flow.pages[0].iter().find(|item| matches!(item, Item::Text { .. }))
        else {
            panic!("the entry has a number");
        };
        let read: String = glyphs.iter().map(|g| shaper.glyphs()[g.def as usize].text.as_str()).collect();
        let width: f32 = glyphs.iter().map(|g| g.advance).sum::<f32>() * size;
        assert_eq!(read, "2");
        assert!((x + width - RIGHT).abs() < 0.01, "it ends at {}", x + width);
    }
}
