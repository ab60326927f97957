//! The header of a table: titles of its columns, and above them those of groups of columns.

use sitrep_domain::document::Table;

use super::columns::Column;
use super::{HEAD, LEADING, PAD_X, PAD_Y, line_tops, to_span};
use crate::clean::clean_line;
use crate::page::compose::{Composer, owned_by};
use crate::page::flow::Fragment;
use crate::page::structure::{NodeId, Role};
use crate::page::{Item, LEFT, WIDTH};
use crate::palette;
use crate::text::wrap::Line;

/// Most lines of a column's title.
const MOST_LINES: usize = 6;
const RULE: f32 = 0.9;

impl Composer<'_> {
    /// The header above those columns; its rows are part of `head`.
    pub(super) fn header(&mut self, table: &Table, columns: &[Column], head: NodeId) -> Fragment {
        let top = if table.groups.is_empty() { 0.0 } else { LEADING + PAD_Y };
        let titles: Vec<Vec<Line>> = columns.iter().map(|column| self.column_title(table, column)).collect();
        let most = titles.iter().map(Vec::len).max().unwrap_or(1);
        let height = top + line_tops(most) + 2.0 * PAD_Y;
        let mut items = vec![Item::Rect { x: LEFT, y: 0.0, width: WIDTH, height, color: palette::HEAD }];
        if !table.groups.is_empty() {
            self.group_titles(table, columns, head, &mut items);
        }
        let row = self.part(head, Role::Row);
        for (lines, column) in titles.into_iter().zip(columns) {
            items.push(owned_by(self.part(row, Role::ColumnTitle { span: 1 })));
            // Titles stand on the same last line, next to their figures.
            let first = most - lines.len();
            for (i, line) in lines.into_iter().enumerate() {
                items.push(column.place(HEAD, top + PAD_Y + line_tops(first + i) + 8.0, line));
            }
        }
        // Inside the header, or the row below would paint over half of it.
        items.push(Item::Rect { x: LEFT, y: height - RULE, width: WIDTH, height: RULE, color: self.accent });
        Fragment { height, items, ..Fragment::default() }
    }

    fn column_title(&mut self, table: &Table, column: &Column) -> Vec<Line> {
        let title = &table.columns[column.index].title;
        let text: String = clean_line(title).chars().take(200).collect();
        let mut lines = self.wrap(&text, HEAD, column.room());
        lines.truncate(MOST_LINES);
        lines
    }

    /// Titles of groups in the middle above their columns, each on a line as wide as they are.
    fn group_titles(&mut self, table: &Table, columns: &[Column], head: NodeId, items: &mut Vec<Item>) {
        let row = self.part(head, Role::Row);
        let same = |a: &Column, b: &Column| group_of(table, a.index) == group_of(table, b.index);
        for span in columns.chunk_by(same) {
            let columns = to_span(span.len());
            let title = group_of(table, span[0].index).map(|group| clean_line(&table.groups[group].title));
            let Some(title) = title.filter(|title| !title.is_empty()) else {
                self.part(row, Role::Cell { span: columns });
                continue;
            };
            items.push(owned_by(self.part(row, Role::ColumnTitle { span: columns })));
            let left = span[0].left + PAD_X;
            let width: f32 = span.iter().map(|column| column.width).sum::<f32>() - 2.0 * PAD_X;
            let line = self.fit(&title, HEAD, width);
            let indent = (width - line.width * HEAD.size) / 2.0;
            items.push(HEAD.at(left + indent, PAD_Y + 8.0, line));
            let y = PAD_Y + LEADING + 1.2;
            items.push(Item::Rect { x: left, y, width, height: 0.6, color: palette::MUTED });
        }
    }
}

/// The group that a column belongs to.
fn group_of(table: &Table, column: usize) -> Option<usize> {
    let mut end = 0;
    table.groups.iter().position(|group| {
        end += group.span;
        column < end
    })
}
