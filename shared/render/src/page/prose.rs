//! Headings, paragraphs and callouts.

use sitrep_domain::document::{Definition, Status};

use super::compose::{Composer, TextStyle, owned_by, status_shape};
use super::flow::Fragment;
use super::structure::{NodeId, Owner, Role};
use super::{Item, LEFT, WIDTH};
use crate::clean::{clean_line, clean_text};
use crate::palette;
use crate::text::wrap::Line;

const BODY: TextStyle = TextStyle::regular(9.5);
const TERM: TextStyle = TextStyle::bold(9.5);
/// How far what a term means is set in.
const TERM_INDENT: f32 = 14.0;
const LEADING: f32 = 14.0;
/// Most lines of a text that introduces what follows.
const INTRODUCTION: usize = 3;

impl Composer<'_> {
    pub(super) fn heading(&mut self, level: u8, text: &str) {
        let (style, space) = match level {
            0 | 1 => (TextStyle::bold(15.0), 22.0),
            2 => (TextStyle::bold(11.5), 16.0),
            _ => (TextStyle::bold(9.5), 14.0),
        };
        let style = if level <= 1 { style.in_color(self.accent) } else { style };
        let text: String = clean_line(text).chars().take(600).collect();
        let node = self.structure.open_section(level, &text);
        let leading = style.size * 1.25;
        let lines = self.wrap(&text, style, WIDTH);
        let mut y = 0.0;
        let mut items = Vec::new();
        for line in lines {
            items.push(style.at(LEFT, y + style.size, line));
            y += leading;
        }
        if level <= 1 {
            y += 5.0;
            let points = vec![(LEFT, y), (LEFT + WIDTH, y)];
            items.push(Item::Stroke { points, width: 0.7, color: palette::RULE, dashed: false });
        }
        self.push(Fragment {
            height: y + 4.0,
            items,
            owner: Owner::Node(node),
            space_before: space,
            keep_with_next: true,
            outline: Some((level.clamp(1, 3), text)),
            ..Fragment::default()
        });
    }

    pub(super) fn text(&mut self, text: &str) {
        let lines = self.wrap(&clean_text(text), BODY, WIDTH);
        let node = self.node(Role::Paragraph);
        self.push_lines(lines, node, BODY, LEFT, 6.0);
    }

    pub(super) fn definitions(&mut self, items: &[Definition]) {
        let list = self.node(Role::List);
        for item in items {
            let node = self.part(list, Role::Item);
            let (label, body) = (self.part(node, Role::Label), self.part(node, Role::Body));
            let term = self.wrap(&clean_line(&item.term), TERM, WIDTH);
            self.push_lines(term, label, TERM, LEFT, 6.0);
            let text = self.wrap(&clean_text(&item.text), BODY, WIDTH - TERM_INDENT);
            self.push_lines(text, body, BODY, LEFT + TERM_INDENT, 0.0);
        }
    }

    /// Lines that may break over pages, though never one line alone from the rest. A short text below a heading
    /// introduces what follows and stays with it.
    fn push_lines(&mut self, lines: Vec<Line>, node: NodeId, style: TextStyle, x: f32, space_before: f32) {
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
