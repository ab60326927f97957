//! The cover lines: what the report is, of whom, about when. Part of page 1, not a page of its own.

use sitrep_domain::document::DocumentMeta;

use super::compose::{Composer, TextStyle, owned_by};
use super::flow::Fragment;
use super::pictures::Logo;
use super::structure::Role;
use super::{Item, LEFT, WIDTH};
use crate::cells::format_period;
use crate::clean::clean_line;
use crate::palette;

/// Most lines of the title.
const TITLE_LINES: usize = 4;
/// Most lines of the tenant's name.
const TENANT_LINES: usize = 3;
/// Box that the logo fits into.
const LOGO: (f32, f32) = (132.0, 40.0);

impl Composer<'_> {
    pub(super) fn cover(&mut self, meta: &DocumentMeta, logo: Option<Logo>) {
        let mut items = vec![Item::Rect { x: LEFT, y: 0.0, width: 46.0, height: 4.0, color: self.accent }];
        let mut y = 22.0;
        let tenant = TextStyle::bold(10.5).in_color(self.accent);
        let name: String = clean_line(&meta.tenant_name).chars().take(300).collect();
        let lines = self.wrap(&name, tenant, WIDTH - LOGO.0 - 20.0);
        items.push(owned_by(self.node(Role::Paragraph)));
        for (i, line) in lines.into_iter().take(TENANT_LINES).enumerate() {
            y += if i == 0 { 0.0 } else { 13.0 };
            items.push(tenant.at(LEFT, y, line));
        }
        if let Some(logo) = logo {
            let size = logo.fit(LOGO.0, LOGO.1);
            let alt = format!("Logo of {}", clean_line(&meta.tenant_name));
            items.push(owned_by(self.node(Role::Figure { alt })));
            items.push(logo.at(LEFT + WIDTH - size.0, 0.0, size));
            // The title stays clear of a high logo.
            y = y.max(size.1 - 4.0);
        }
        y += 8.0;

        let title = TextStyle::bold(23.0);
        let text: String = clean_line(&meta.title).chars().take(400).collect();
        items.push(owned_by(self.node(Role::Title)));
        for line in self.wrap(&text, title, WIDTH).into_iter().take(TITLE_LINES) {
            y += 28.0;
            items.push(title.at(LEFT, y - 6.0, line));
        }
        if let Some(subtitle) = meta.subtitle_line() {
            let style = TextStyle::muted(11.0);
            let line = self.fit(&clean_line(subtitle), style, WIDTH);
            y += 13.0;
            items.extend([owned_by(self.node(Role::Paragraph)), style.at(LEFT, y, line)]);
        }
        y = self.cover_facts(meta, y + 16.0, &mut items);
        self.push(Fragment { height: y, items, ..Fragment::default() });
    }

    /// Period, time of making, template and classification in columns between two rules.
    fn cover_facts(&mut self, meta: &DocumentMeta, top: f32, items: &mut Vec<Item>) -> f32 {
        let mut facts = vec![
            ("Period", format_period(meta), 0.26),
            ("Generated", self.cells.format_with_zone(meta.generated_at), 0.44),
            ("Template", meta.template.clone(), 0.22),
        ];
        if let Some(label) = &meta.classification {
            facts.push(("Classification", label.clone(), 0.18));
        }
        let share: f32 = facts.iter().map(|(_, _, share)| share).sum();
        let (label_style, value_style) = (TextStyle::muted(7.5), TextStyle::bold(8.5));
        let (mut x, mut bottom) = (LEFT, top);
        let list = self.node(Role::List);
        for (label, value, part) in facts {
            let width = WIDTH * part / share;
            let fact = self.part(list, Role::Item);
            let line = self.fit(label, label_style, width);
            items.extend([owned_by(self.part(fact, Role::Label)), label_style.at(x, top + 14.0, line)]);
            items.push(owned_by(self.part(fact, Role::Body)));
            let value: String = clean_line(&value).chars().take(200).collect();
            let lines = self.wrap(&value, value_style, width - 12.0);
            let mut y = top + 15.0;
            for line in lines.into_iter().take(3) {
                y += 11.5;
                items.push(value_style.at(x, y, line));
            }
            bottom = bottom.max(y);
            x += width;
        }
        bottom += 10.0;
        for y in [top, bottom] {
            let points = vec![(LEFT, y), (LEFT + WIDTH, y)];
            items.push(Item::Stroke { points, width: 0.7, color: palette::RULE, dashed: false });
        }
        bottom
    }
}
