//! Tables: columns sized by what is in them, rows that break over pages with their header repeated.
//!
//! A row taller than [`SLICE`] lines is drawn in slices, so that no cell, however long, is cut or leaves its page.

use std::rc::Rc;

use sitrep_domain::document::{ColumnKind, Table};
use sitrep_domain::result::Cell;

use super::compose::{Composer, TextStyle, rounded};
use super::flow::Fragment;
use super::{Item, LEFT, WIDTH};
use crate::clean::{clean_line, clean_text};
use crate::figures::describe_rows;
use crate::palette::{self, SEVERITIES, severity_index};
use crate::text::fonts::Weight;
use crate::text::wrap::Line;

const CELL: TextStyle = TextStyle::regular(8.0);
const HEAD: TextStyle = TextStyle::bold(7.5);
const LEADING: f32 = 11.0;
const PAD_X: f32 = 5.5;
const PAD_Y: f32 = 4.2;
/// Most lines of a row that stay together.
const SLICE: usize = 30;
/// Widest that a text column asks to be.
const WIDEST: f32 = 250.0;
/// Widest word that a column makes room for before it breaks words.
const WIDEST_WORD: f32 = 110.0;

/// A column as drawn.
struct Column {
    left: f32,
    width: f32,
    kind: ColumnKind,
}

impl Column {
    fn is_numeric(&self) -> bool {
        matches!(self.kind, ColumnKind::Number(_))
    }

    /// A line of the column's cell on that baseline, aligned as the column is.
    fn place(&self, style: TextStyle, y: f32, line: Line) -> Item {
        if self.is_numeric() {
            style.ending_at(self.left + self.width - PAD_X, y, line)
        } else {
            style.at(self.left + PAD_X, y, line)
        }
    }
}

impl Composer<'_> {
    pub(super) fn table(&mut self, table: &Table) {
        let texts: Vec<Vec<String>> = table.rows.iter().map(|row| self.row_texts(table, row)).collect();
        let columns = self.size_columns(table, &texts);
        let title = TextStyle::bold(9.5);
        let line = self.fit(&clean_line(&table.title), title, WIDTH);
        self.push(Fragment {
            height: 16.0,
            items: vec![title.at(LEFT, 9.5, line)],
            space_before: 14.0,
            keep_with_next: true,
            ..Fragment::default()
        });
        let header = Rc::new(self.header(table, &columns));
        self.push(Fragment { keep_with_next: true, ..Fragment::clone(&header) });
        let notes = self.table_notes(table);
        let last = texts.len().saturating_sub(1);
        for (i, row) in texts.iter().enumerate() {
            // The last row keeps the one before and the notes: neither stands alone on a page.
            let keep = (i + 1 == last && last > 1) || (i == last && !notes.is_empty());
            self.row(row, &columns, i % 2 == 1, keep, &header);
        }
        if texts.is_empty() {
            let whole = [Column { left: LEFT, width: WIDTH, kind: ColumnKind::Text }];
            self.row(&["No rows in this period".to_owned()], &whole, false, !notes.is_empty(), &header);
        }
        for note in notes {
            self.push(note);
        }
    }

    fn row_texts(&self, table: &Table, row: &[Cell]) -> Vec<String> {
        let text = |(cell, column): (&Cell, &sitrep_domain::document::TableColumn)| {
            clean_text(&self.cells.format(cell, column.kind)).into_owned()
        };
        row.iter().zip(&table.columns).map(text).collect()
    }

    /// Widths that sum to the page's: what the content asks for, else what its words need, else a fair share.
    fn size_columns(&mut self, table: &Table, texts: &[Vec<String>]) -> Vec<Column> {
        let mut wanted = Vec::with_capacity(table.columns.len());
        let mut needed = Vec::with_capacity(table.columns.len());
        for (c, column) in table.columns.iter().enumerate() {
            let head = clean_line(&column.title);
            let mut natural = self.shaper.width(&head, HEAD.weight) * HEAD.size;
            let mut word = self.shaper.widest_word(&head, HEAD.weight) * HEAD.size;
            for text in texts.iter().filter_map(|row| row.get(c)) {
                for line in text.split('\n') {
                    natural = natural.max(self.shaper.width(line, CELL.weight) * CELL.size);
                }
                word = word.max(self.shaper.widest_word(text, CELL.weight) * CELL.size);
            }
            let chip = if column.kind == ColumnKind::Severity { 10.0 } else { 0.0 };
            let natural = (natural + chip).min(WIDEST);
            let word = if column.kind == ColumnKind::Text { word.min(WIDEST_WORD) } else { natural };
            wanted.push(natural + 2.0 * PAD_X);
            needed.push(word.min(natural) + 2.0 * PAD_X);
        }
        let widths = share_out(&wanted, &needed, WIDTH);
        let mut left = LEFT;
        let place = |(width, column): (f32, &sitrep_domain::document::TableColumn)| {
            let placed = Column { left, width, kind: column.kind };
            left += width;
            placed
        };
        widths.into_iter().zip(&table.columns).map(place).collect()
    }

    fn header(&mut self, table: &Table, columns: &[Column]) -> Fragment {
        let cells: Vec<Vec<Line>> = table
            .columns
            .iter()
            .zip(columns)
            .map(|(column, placed)| {
                let text: String = clean_line(&column.title).chars().take(200).collect();
                let mut lines = self.wrap(&text, HEAD, placed.width - 2.0 * PAD_X);
                lines.truncate(6);
                lines
            })
            .collect();
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        let height = line_tops(most) + 2.0 * PAD_Y;
        let mut items = vec![Item::Rect { x: LEFT, y: 0.0, width: WIDTH, height, color: palette::HEAD }];
        for (lines, column) in cells.into_iter().zip(columns) {
            // Titles stand on the same last line, next to their figures.
            let first = most - lines.len();
            for (i, line) in lines.into_iter().enumerate() {
                items.push(column.place(HEAD, PAD_Y + line_tops(first + i) + 8.0, line));
            }
        }
        // Inside the header, or the row below would paint over half of it.
        let rule = 0.9;
        items.push(Item::Rect { x: LEFT, y: height - rule, width: WIDTH, height: rule, color: self.accent });
        Fragment { height, items, ..Fragment::default() }
    }

    fn row(&mut self, texts: &[String], columns: &[Column], zebra: bool, keep: bool, header: &Rc<Fragment>) {
        let cells: Vec<Vec<Line>> = texts
            .iter()
            .zip(columns)
            .map(|(text, column)| self.wrap(text, CELL, column.width - 2.0 * PAD_X))
            .collect();
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        let mut cells: Vec<_> = cells.into_iter().map(Vec::into_iter).collect();
        let slices = most.div_ceil(SLICE);
        for slice in 0..slices {
            let lines = (most - slice * SLICE).min(SLICE);
            let (first, last) = (slice == 0, slice + 1 == slices);
            let above = if first { PAD_Y } else { 0.0 };
            let height = above + line_tops(lines) + if last { PAD_Y } else { 0.0 };
            let mut items = Vec::new();
            if zebra {
                items.push(Item::Rect { x: LEFT, y: 0.0, width: WIDTH, height, color: palette::ZEBRA });
            }
            for ((column, cell), text) in columns.iter().zip(&mut cells).zip(texts) {
                for (i, line) in cell.take(lines).enumerate() {
                    let y = above + line_tops(i) + 8.0;
                    if column.kind == ColumnKind::Severity && first && i == 0 {
                        self.chip(text, column, y, &mut items);
                    } else {
                        items.push(column.place(CELL, y, line));
                    }
                }
            }
            if last {
                let points = vec![(LEFT, height), (LEFT + WIDTH, height)];
                items.push(Item::Stroke { points, width: 0.4, color: palette::GRID, dashed: false });
            }
            let repeats = Some(Rc::clone(header));
            self.push(Fragment {
                height,
                items,
                keep_with_next: keep && last,
                repeats,
                ..Fragment::default()
            });
        }
    }

    /// A severity: its word on its colour.
    fn chip(&mut self, text: &str, column: &Column, baseline: f32, items: &mut Vec<Item>) {
        let color = SEVERITIES[severity_index(text)].1.light;
        let style = TextStyle { size: 7.2, weight: Weight::Bold, color: palette::ink_on(color) };
        let word: String = clean_line(text).chars().take(200).collect();
        let line = self.shaper.fit(&word, style.weight, (column.width - 2.0 * PAD_X - 9.0) / style.size);
        let width = line.width * style.size + 9.0;
        let left = column.left + PAD_X;
        items.push(rounded(left, baseline - 8.3, width, 11.0, 3.0, color));
        items.push(style.at(left + 4.5, baseline - 0.3, line));
    }

    /// "n of m rows shown" and the table's own remark.
    fn table_notes(&mut self, table: &Table) -> Vec<Fragment> {
        let style = TextStyle::muted(7.5);
        let rows = describe_rows(table.rows.len(), table.total_rows);
        let note = table.note.as_deref().map(|note| clean_line(note).into_owned());
        let text = [rows, note].into_iter().flatten().collect::<Vec<_>>().join(". ");
        if text.is_empty() {
            return Vec::new();
        }
        let lines = self.wrap(&text, style, WIDTH);
        let count = lines.len();
        let fragment = |(i, line)| Fragment {
            height: LEADING,
            items: vec![style.at(LEFT, style.size, line)],
            space_before: if i == 0 { 4.0 } else { 0.0 },
            keep_with_next: count > 1 && i == 0,
            ..Fragment::default()
        };
        lines.into_iter().enumerate().map(fragment).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a row has far fewer than 2^24 lines")]
fn line_tops(lines: usize) -> f32 {
    lines as f32 * LEADING
}

/// Shares `total` out: every column gets what it wants and a part of the rest; or what it needs and a part of the rest;
/// or, where even that is too much, a part in proportion to what it needs.
fn share_out(wanted: &[f32], needed: &[f32], total: f32) -> Vec<f32> {
    let (want, need): (f32, f32) = (wanted.iter().sum(), needed.iter().sum());
    if want <= total {
        let factor = total / want.max(1.0);
        wanted.iter().map(|w| w * factor).collect()
    } else if need <= total {
        let spare = (total - need) / (want - need).max(0.001);
        wanted.iter().zip(needed).map(|(w, n)| n + (w - n) * spare).collect()
    } else {
        let factor = total / need;
        needed.iter().map(|n| n * factor).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_always_fill_the_page_and_no_more() {
        for (wanted, needed) in [
            (vec![50.0, 100.0], vec![20.0, 60.0]),
            (vec![400.0, 300.0], vec![100.0, 60.0]),
            (vec![900.0, 900.0], vec![400.0, 300.0]),
            (vec![30.0; 40], vec![30.0; 40]),
        ] {
            let widths = share_out(&wanted, &needed, WIDTH);
            assert!((widths.iter().sum::<f32>() - WIDTH).abs() < 0.5, "{widths:?}");
            assert!(widths.iter().all(|w| *w > 0.0));
        }
    }
}
