//! The table of contents: the numbered headings of the document, each a link to where it stands.

use sitrep_domain::document::OutlineEntry;

use super::compose::{Composer, TextStyle, owned_by};
use super::flow::Fragment;
use super::structure::Role;
use super::{Item, LEFT, WIDTH};
use crate::clean::clean_line;

const LEADING: f32 = 15.0;
/// How far each level is set in.
const INDENT: f32 = 14.0;

impl Composer<'_> {
    /// `headings` are all of the document's, in order: a link leads to one by its index.
    pub(super) fn contents(&mut self, levels: u8, headings: &[OutlineEntry]) {
        let contents = self.node(Role::Contents);
        for (heading, entry) in headings.iter().enumerate().filter(|(_, entry)| entry.level <= levels) {
            let node = self.part(contents, Role::Entry);
            let link = self.part(node, Role::Link);
            let style = if entry.level == 1 { TextStyle::bold(9.5) } else { TextStyle::regular(9.5) };
            let x = LEFT + INDENT * f32::from(entry.level - 1);
            let width = LEFT + WIDTH - x;
            let text = format!("{}  {}", entry.number, clean_line(&entry.text));
            let line = self.fit(&text, style, width);
            let area = Item::Link { x, y: 0.0, width, height: LEADING, heading };
            let items = vec![owned_by(link), style.at(x, style.size, line), area];
            self.push(Fragment { height: LEADING, items, ..Fragment::default() });
        }
    }
}
