//! Headings, paragraphs and callouts.

use sitrep_domain::document::Status;

use super::compose::{Composer, TextStyle, owned_by, status_shape};
use super::flow::Fragment;
use super::structure::{NodeId, Owner, Role};
use super::{Item, LEFT, WIDTH};
use crate::clean::{clean_line, clean_text};
use crate::palette;
use crate::text::wrap::Line;

pub(super) const BODY: TextStyle = TextStyle::regular(9.5);
pub(super) const LEADING: f32 = 14.0;
/// Most lines of a text that introduces what follows.
const INTRODUCTION: usize = 3;

impl Composer<'_> {
    /// The heading that comes next, its further lines below the first letter of its text.
    pub(super) fn heading(&mut self) {
        let Some(heading) = self.next_heading() else { return };
        let (style, space) = match heading.level {
            1 => (TextStyle::bold(15.0).in_color(self.accent), 24.0),
            2 => (TextStyle::bold(11.5), 17.0),
            _ => (TextStyle::bold(9.5), 14.0),
        };
        let text: String = clean_line(&heading.text).chars().take(600).collect();
        let title = format!("{} {text}", heading.number);
        let node = self.structure.open_section(heading.level, &title);
        let number = self.shaper.line(&heading.number, style.weight);
        let indent = number.width * style.size + style.size * 0.7;
        let lines = self.wrap(&text, style, WIDTH - indent);
        let mut items = vec![style.at(LEFT, style.size, number)];
        let mut y = 0.0;
        for line in lines {
            items.push(style.at(LEFT + indent, y + style.size, line));
            y += style.size * 1.25;
        }
        if heading.level == 1 {
            y += 5.0;
            let points = vec![(LEFT, y), (LEFT + WIDTH, y)];
            items.push(Item::Stroke { points, width: 0.7, color: palette::RULE, dashed: false });
        }
        self.close_section();
        self.push(Fragment {
            height: y + 4.0,
            items,
            owner: Owner::Node(node),
            space_before: space,
            keep_with_next: true,
            outline: Some((heading.level, title)),
            ..Fragment::default()
        });
    }

    pub(super) fn text(&mut self, text: &str) {
        let lines = self.wrap(&clean_text(text), BODY, WIDTH);
        let node = self.node(Role::Paragraph);
        self.push_lines(lines, node, BODY, LEFT, 6.0);
    }

    /// Lines that may break over pages, though never one line alone from the rest. A short text below a heading
    /// introduces what follows and stays with it.
    pub(super) fn push_lines(
        &mut self,
        lines: Vec<Line>,
        node: NodeId,
        style: TextStyle,
        x: f32,
        space_before: f32,
    ) {
        let count = lines.len();
        let introduces = count <= INTRODUCTION && self.follows_heading();
        for (i, line) in lines.into_iter().enumerate() {
            self.push(Fragment {
                height: LEADING,
                items: vec![style.at(x, style.size, line)],
                owner: Owner::Node(node),
                space_before: if i == 0 { space_before } else { 0.0 },
                keep_with_next: introduces || (count > 1 && (i == 0 || i + 2 == count)),
                ..Fragment::default()
            });
        }
    }

    pub(super) fn callout(&mut self, tone: Status, title: &str, text: &str) {
        let indent = 24.0;
        let strong = palette::status_swatch(tone).light;
        let title_style = TextStyle::bold(9.5).in_color(strong);
        let title_lines = self.wrap(&clean_line(title), title_style, WIDTH - indent - 12.0);
        let body_lines = if text.is_empty() {
            Vec::new()
        } else {
            self.wrap(&clean_text(text), BODY, WIDTH - indent - 12.0)
        };
        let group = self.node(Role::Group);
        let mark =
            (tone != Status::Neutral).then(|| self.part(group, Role::Figure { alt: tone.word().to_owned() }));
        let (heading, body) = (self.part(group, Role::Paragraph), self.part(group, Role::Paragraph));
        let titles = title_lines.len();
        let count = titles + body_lines.len();
        for (i, line) in title_lines.into_iter().chain(body_lines).enumerate() {
            let (first, last) = (i == 0, i + 1 == count);
            let above = if first { 9.0 } else { 0.0 };
            let height = above + LEADING + if last { 8.0 } else { 0.0 };
            let background = |x, width, color| Item::Rect { x, y: 0.0, width, height, color };
            let mut items =
                vec![background(LEFT, WIDTH, palette::status_tint(tone)), background(LEFT, 3.0, strong)];
            if first {
                items.extend(mark.map(owned_by));
                items.push(status_shape(tone, LEFT + 13.5, above + 6.2, 3.4));
            }
            let (style, node) = if i < titles { (title_style, heading) } else { (BODY, body) };
            items.push(owned_by(node));
            items.push(style.at(LEFT + indent, above + style.size, line));
            self.push(Fragment {
                height,
                items,
                space_before: if first { 11.0 } else { 0.0 },
                keep_with_next: !last && (i < titles || i + 2 == count),
                ..Fragment::default()
            });
        }
    }
}
