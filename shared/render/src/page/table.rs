//! Tables: columns sized by what is in them, rows that break over pages with their header repeated.
//!
//! A row taller than [`SLICE`] lines is drawn in slices, so that no cell, however long, is cut or leaves its page. Columns
//! that do not fit side by side follow below, the first one repeated, so that no table is too wide to read.

mod columns;
mod header;

use std::rc::Rc;

use sitrep_domain::document::{ColumnKind, Table};

use super::compose::{Composer, TextStyle, owned_by, rounded};
use super::flow::Fragment;
use super::structure::{NodeId, Owner, Role};
use super::{Item, LEFT, WIDTH};
use crate::clean::clean_line;
use crate::figures::describe_rows;
use crate::palette::{self, SEVERITIES, is_severity, severity_index};
use crate::printed::print_table;
use crate::text::fonts::Weight;
use crate::text::wrap::Line;
use columns::Column;

const CELL: TextStyle = TextStyle::regular(8.0);
const TOTAL: TextStyle = TextStyle::bold(8.0);
const HEAD: TextStyle = TextStyle::bold(7.5);
const LEADING: f32 = 11.0;
const PAD_X: f32 = 5.5;
const PAD_Y: f32 = 4.2;
/// The same as [`LEADING`] and [`PAD_Y`] for the rows of a table of more than [`AIRY`] of them.
const DENSE: (f32, f32) = (10.2, 2.8);
/// Most rows of a table that are set with air.
const AIRY: usize = 12;
/// Between a table and what its title is said by.
const BELOW_TITLE: f32 = 10.0;
/// Most lines of a row that stay together.
const SLICE: usize = 30;
/// Most rows of a table that is not broken.
const UNBROKEN: usize = 8;
/// Rows that a longer one has on its first page at least.
const FIRST: usize = 3;

/// How a row looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Plain,
    Zebra,
    Total,
}

/// Where rows go: their columns, their part of the structure, and what is repeated above them.
struct Place<'a> {
    columns: &'a [Column],
    body: NodeId,
    /// Columns that the table has there.
    width: u32,
    /// From line to line, and above and below the lines of a row.
    rhythm: (f32, f32),
    header: &'a Rc<Fragment>,
}

impl Composer<'_> {
    /// A table, under its title unless that stands there already.
    pub(super) fn table(&mut self, table: &Table, titled: bool) {
        let shown = print_table(table);
        let table = shown.as_ref();
        let mut texts: Vec<Vec<String>> =
            table.rows.iter().map(|row| self.cells.format_row(table, row)).collect();
        let totals = self.cells.format_totals(table);
        texts.extend(totals.iter().cloned());
        let bands = self.size_columns(table, &texts);
        texts.truncate(table.rows.len());
        let notes = self.table_notes(table);
        let count = bands.len();
        for (i, columns) in bands.iter().enumerate() {
            let node = self.node(Role::Table);
            let is_titled = titled && count == 1;
            if !is_titled {
                self.table_title(table, columns, node);
            }
            let head = self.part(node, Role::Head);
            let header = Rc::new(self.header(table, columns, head));
            let space_before = if is_titled { BELOW_TITLE } else { 0.0 };
            self.push(Fragment { keep_with_next: true, space_before, ..Fragment::clone(&header) });
            let body = self.part(node, Role::Rows);
            let rhythm = if texts.len() > AIRY { DENSE } else { (LEADING, PAD_Y) };
            let place = Place { columns, body, width: to_span(columns.len()), rhythm, header: &header };
            let noted = i + 1 == count && !notes.is_empty();
            self.rows(&texts, totals.as_deref(), noted, &place);
        }
        for note in notes {
            self.push(note);
        }
    }

    /// The title, and which columns these are where there are more.
    fn table_title(&mut self, table: &Table, columns: &[Column], node: NodeId) {
        let (style, aside) = (TextStyle::bold(9.5), TextStyle::muted(8.0));
        let place = self.shaper.line(&describe_columns(table, columns), aside.weight);
        let line = self.fit(&clean_line(&table.title), style, WIDTH - place.width * aside.size - 8.0);
        let end = LEFT + line.width * style.size;
        let owner = Owner::Node(self.part(node, Role::Caption));
        self.push(Fragment {
            height: 16.0,
            owner,
            items: vec![style.at(LEFT, 9.5, line), aside.at(end + 8.0, 9.5, place)],
            space_before: 15.0,
            keep_with_next: true,
            ..Fragment::default()
        });
    }

    /// The rows, then the totals. A few stay together; of many the first ones do, and the last ones with what follows, so
    /// that none stands alone below the header or at the top of a page.
    fn rows(&mut self, texts: &[Vec<String>], totals: Option<&[String]>, noted: bool, place: &Place<'_>) {
        let last = texts.len().saturating_sub(1);
        let followed = noted || totals.is_some();
        for (i, row) in texts.iter().enumerate() {
            let together = texts.len() <= UNBROKEN || i + 1 < FIRST || i + 1 == last;
            let keep = if i == last { followed } else { together };
            let look = if i % 2 == 1 { Look::Zebra } else { Look::Plain };
            self.row(row, look, keep, place);
        }
        if texts.is_empty() {
            let whole = [Column { index: 0, left: LEFT, width: WIDTH, pad: PAD_X, kind: ColumnKind::Text }];
            let text = ["No rows in this period".to_owned()];
            self.row(&text, Look::Plain, followed, &Place { columns: &whole, ..*place });
        }
        if let Some(totals) = totals {
            self.row(totals, Look::Total, noted, place);
        }
    }

    fn row(&mut self, texts: &[String], look: Look, keep: bool, place: &Place<'_>) {
        let (columns, (leading, pad)) = (place.columns, place.rhythm);
        let tops = |lines| line_tops(lines) * leading / LEADING;
        let nodes = self.cells_of(place, columns.len());
        let style = if look == Look::Total { TOTAL } else { CELL };
        let text = |column: &Column| texts.get(column.index).map_or("", String::as_str);
        let cells: Vec<Vec<Line>> =
            columns.iter().map(|column| self.wrap(text(column), style, column.room())).collect();
        let most = cells.iter().map(Vec::len).max().unwrap_or(1);
        let mut cells: Vec<_> = cells.into_iter().map(Vec::into_iter).collect();
        let slices = most.div_ceil(SLICE);
        for slice in 0..slices {
            let lines = (most - slice * SLICE).min(SLICE);
            let (first, last) = (slice == 0, slice + 1 == slices);
            let above = if first { pad } else { 0.0 };
            let height = above + tops(lines) + if last { pad } else { 0.0 };
            let mut items = background(look, height, first);
            for ((column, cell), node) in columns.iter().zip(&mut cells).zip(&nodes) {
                items.push(owned_by(*node));
                for (i, line) in cell.take(lines).enumerate() {
                    let y = above + tops(i) + 8.0;
                    if column.kind == ColumnKind::Severity && is_severity(text(column)) {
                        self.chip(text(column), column, y, &mut items);
                    } else {
                        items.push(column.place(style, y, line));
                    }
                }
            }
            if last {
                let points = vec![(LEFT, height), (LEFT + WIDTH, height)];
                items.push(Item::Stroke { points, width: 0.4, color: palette::GRID, dashed: false });
            }
            let repeats = Some(Rc::clone(place.header));
            let keep_with_next = keep && last;
            self.push(Fragment { height, items, keep_with_next, repeats, ..Fragment::default() });
        }
    }

    /// A row of the structure with a cell for each column; one that has the whole row spans all that there are.
    fn cells_of(&mut self, place: &Place<'_>, count: usize) -> Vec<NodeId> {
        let row = self.part(place.body, Role::Row);
        let span = if count == 1 { place.width } else { 1 };
        (0..count).map(|_| self.part(row, Role::Cell { span })).collect()
    }

    /// A severity: its word on its colour.
    fn chip(&mut self, text: &str, column: &Column, baseline: f32, items: &mut Vec<Item>) {
        let color = SEVERITIES[severity_index(text)].1.light;
        let style = TextStyle { size: 7.2, weight: Weight::Bold, color: palette::ink_on(color) };
        let word: String = clean_line(text).chars().take(200).collect();
        let line = self.shaper.fit(&word, style.weight, (column.room() - 9.0) / style.size);
        let width = line.width * style.size + 9.0;
        let left = column.left + column.pad;
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
        let owner = Owner::Node(self.node(Role::Paragraph));
        let lines = self.wrap(&text, style, WIDTH);
        let count = lines.len();
        let fragment = |(i, line)| Fragment {
            height: LEADING,
            items: vec![style.at(LEFT, style.size, line)],
            owner,
            space_before: if i == 0 { 4.0 } else { 0.0 },
            keep_with_next: count > 1 && i == 0,
            ..Fragment::default()
        };
        lines.into_iter().enumerate().map(fragment).collect()
    }
}

/// "columns 7 to 12 of 24", when others stand elsewhere; the repeated first one is not counted.
fn describe_columns(table: &Table, columns: &[Column]) -> String {
    let (all, last) = (table.columns.len(), columns.last().map_or(0, |column| column.index));
    let repeated = usize::from(columns.get(1).is_some_and(|second| second.index > 1));
    match columns.get(repeated) {
        Some(first) if columns.len() < all => format!("columns {} to {} of {all}", first.index + 1, last + 1),
        _ => String::new(),
    }
}

/// What lies behind a row: nothing, a shade for every other one, a line and a shade for totals.
fn background(look: Look, height: f32, first: bool) -> Vec<Item> {
    let band = |height, color| Item::Rect { x: LEFT, y: 0.0, width: WIDTH, height, color };
    match look {
        Look::Plain => Vec::new(),
        Look::Zebra => vec![band(height, palette::ZEBRA)],
        Look::Total if first => vec![band(height, palette::HEAD), band(0.9, palette::MUTED)],
        Look::Total => vec![band(height, palette::HEAD)],
    }
}

fn to_span(columns: usize) -> u32 {
    u32::try_from(columns).unwrap_or(u32::MAX).max(1)
}

#[expect(clippy::cast_precision_loss, reason = "a row has far fewer than 2^24 lines")]
fn line_tops(lines: usize) -> f32 {
    lines as f32 * LEADING
}
