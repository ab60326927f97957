//! Heat maps: a grid of shades with their figures, a legend of the scale, and crosses where there is no data.
//!
//! Rows are series and columns categories, unless the names of the columns have room only the other way round. Names
//! that have room nowhere are numbered, with a key below. Shades run from light to dark by luminance alone, so that they
//! read in grey.

use sitrep_domain::document::Chart;

use super::heat_columns::{Columns, Header};
use super::labels::{Slots, centred, wrap};
use super::shades::Shades;
use super::{Anchor, Density, Drawing, LABEL_SIZE, Mark, Ruler, TALLEST, count, figure, value};
use crate::figures::format_decimal;
use crate::palette::Ink;

/// Most rows that are drawn; a line below says how many more there are.
const MOST_ROWS: usize = 40;
/// Rows from here on are lower.
const MANY_ROWS: usize = 16;

/// The cells as they are drawn.
struct Grid<'a> {
    rows: Vec<&'a str>,
    columns: Vec<String>,
    turned: bool,
}

impl<'a> Grid<'a> {
    fn of(chart: &'a Chart, turned: bool) -> Self {
        let series: Vec<&str> = chart.series.iter().map(|s| s.name.as_str()).collect();
        let categories: Vec<&str> = chart.categories.iter().map(String::as_str).collect();
        let (rows, columns) = if turned { (categories, series) } else { (series, categories) };
        Self { rows, columns: columns.into_iter().map(str::to_owned).collect(), turned }
    }

    fn value(&self, chart: &Chart, row: usize, column: usize) -> Option<f64> {
        let (s, i) = if self.turned { (column, row) } else { (row, column) };
        value(&chart.series[s], i)
    }

    /// Width of the names of the rows.
    fn names_width(&self, width: f32, ruler: &mut Ruler<'_>) -> f32 {
        let lines = self.rows.iter().take(MOST_ROWS).flat_map(|name| wrap(name, width * 0.3, 2, ruler));
        let lines: Vec<String> = lines.collect();
        lines.iter().map(|line| ruler.width(line)).fold(0.0, f32::max) + 6.0
    }

    fn slots(&self, width: f32, ruler: &mut Ruler<'_>) -> Slots {
        let left = self.names_width(width, ruler);
        Slots { left, slot: (width - left) / count(self.columns.len().max(1)), width }
    }
}

/// Where the cells are.
struct Plane {
    slots: Slots,
    top: f32,
    row: f32,
    gap: f32,
}

impl Plane {
    fn x(&self, column: usize) -> f32 {
        self.slots.left + self.slots.slot * count(column)
    }

    fn y(&self, row: usize) -> f32 {
        self.top + self.row * count(row)
    }
}

pub(super) fn lay_out(chart: &Chart, width: f32, density: Density, ruler: &mut Ruler<'_>) -> Drawing {
    let mut marks = Vec::new();
    let (grid, header) = choose(chart, width, ruler);
    let slots = grid.slots(width, ruler);
    let values = chart.series.iter().flat_map(|s| (0..chart.categories.len()).map(|i| value(s, i)));
    let values: Vec<Option<f64>> = values.collect();
    let shades = Shades::of(&values, chart.unit);
    let legend = shades.draw_legend(width, ruler, &mut marks);

    let columns = Columns::place(header, &grid.columns, slots, ruler);
    let top = legend + columns.height();
    columns.draw_above(legend, slots, ruler, &mut marks);
    let row = row_height(grid.rows.len(), density);
    let fitting = (1..=MOST_ROWS).rfind(|rows| top + row * count(*rows) <= TALLEST - 80.0).unwrap_or(1);
    let shown = grid.rows.len().min(fitting);
    let plane = Plane { slots, top, row, gap: if slots.slot < 4.0 { 0.0 } else { 1.0 } };

    draw_names(&grid, shown, &plane, ruler, &mut marks);
    draw_cells(chart, &grid, shown, &plane, &shades, &mut marks);
    draw_figures(chart, &grid, shown, &plane, &shades, ruler, &mut marks);
    let mut bottom = plane.y(shown);
    if shown < grid.rows.len() {
        let text = format!("and {} more", grid.rows.len() - shown);
        marks.push(Mark::label(slots.left, bottom + 10.0, Anchor::Start, text, Ink::Muted));
        bottom += 14.0;
    }
    bottom = columns.draw_key(bottom, width, ruler, &mut marks);
    Drawing { width, height: bottom + 2.0, marks }
}

/// The way round in which the names of the columns have room; numbered ones if neither has.
fn choose<'a>(chart: &'a Chart, width: f32, ruler: &mut Ruler<'_>) -> (Grid<'a>, Header) {
    for turned in [false, true] {
        let grid = Grid::of(chart, turned);
        let slots = grid.slots(width, ruler);
        if grid.rows.len() <= MOST_ROWS && Columns::have_room(&grid.columns, slots, ruler) {
            return (grid, Header::Names);
        }
    }
    let grid = Grid::of(chart, false);
    let slots = grid.slots(width, ruler);
    let header = Header::fallback(&grid.columns, slots);
    (grid, header)
}

const fn row_height(rows: usize, density: Density) -> f32 {
    match (rows > MANY_ROWS, matches!(density, Density::Compact)) {
        (false, false) => 19.0,
        (false, true) => 14.0,
        (true, false) => 13.5,
        (true, true) => 10.5,
    }
}

fn draw_names(grid: &Grid<'_>, shown: usize, plane: &Plane, ruler: &mut Ruler<'_>, marks: &mut Vec<Mark>) {
    let most = if plane.row >= 18.0 { 2 } else { 1 };
    for (i, name) in grid.rows.iter().take(shown).enumerate() {
        let lines = wrap(name, plane.slots.left - 6.0, most, ruler);
        let middle = plane.y(i) + (plane.row - plane.gap) / 2.0;
        for (offset, text) in centred(lines.len()).zip(lines) {
            marks.push(Mark::label(plane.slots.left - 6.0, middle + offset, Anchor::End, text, Ink::Text));
        }
    }
}

/// The cells, shade by shade.
fn draw_cells(
    chart: &Chart,
    grid: &Grid<'_>,
    shown: usize,
    plane: &Plane,
    shades: &Shades,
    marks: &mut Vec<Mark>,
) {
    let cells: Vec<(usize, usize, Option<usize>)> = (0..shown)
        .flat_map(|row| (0..grid.columns.len()).map(move |column| (row, column)))
        .map(|(row, column)| (row, column, grid.value(chart, row, column).map(|x| shades.level(x))))
        .collect();
    let (width, height) = (plane.slots.slot - plane.gap, plane.row - plane.gap);
    for level in 0..Ink::HEAT_LEVELS {
        for (row, column, _) in cells.iter().filter(|(_, _, of)| *of == Some(level)) {
            let (x, y) = (plane.x(*column), plane.y(*row));
            marks.push(Mark::Bar { x, y, width, height, ink: Ink::Heat(level) });
        }
    }
    for (row, column, _) in cells.iter().filter(|(_, _, of)| of.is_none()) {
        draw_nothing(plane.x(*column), plane.y(*row), width, height, marks);
    }
}

/// A crossed box: there is no value here.
pub(super) fn draw_nothing(x: f32, y: f32, width: f32, height: f32, marks: &mut Vec<Mark>) {
    let line = |points| Mark::Line { points, width: 0.5, ink: Ink::Rule, dashed: false };
    if width < 3.0 {
        return;
    }
    let (left, top, right, bottom) = (x + 0.3, y + 0.3, x + width - 0.3, y + height - 0.3);
    marks.push(line(vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]));
    marks.push(line(vec![(left, top), (right, bottom)]));
    marks.push(line(vec![(left, bottom), (right, top)]));
}

/// The figures in the cells: whole, else short, else none at all, so that no cell looks different from its neighbours.
fn draw_figures(
    chart: &Chart,
    grid: &Grid<'_>,
    shown: usize,
    plane: &Plane,
    shades: &Shades,
    ruler: &mut Ruler<'_>,
    marks: &mut Vec<Mark>,
) {
    let room = plane.slots.slot - plane.gap - 2.0;
    let known: Vec<(usize, usize, f64)> = (0..shown)
        .flat_map(|row| (0..grid.columns.len()).map(move |column| (row, column)))
        .filter_map(|(row, column)| Some((row, column, grid.value(chart, row, column)?)))
        .collect();
    let mut write = |form: &dyn Fn(f64) -> String| -> Option<Vec<String>> {
        let text = |(_, _, x): &(usize, usize, f64)| Some(form(*x)).filter(|t| ruler.width(t) <= room);
        known.iter().map(text).collect()
    };
    let texts = write(&|x| figure(x, chart.unit)).or_else(|| write(&short));
    for ((row, column, x), text) in known.iter().zip(texts.into_iter().flatten()) {
        let middle = plane.x(*column) + (plane.slots.slot - plane.gap) / 2.0;
        let y = plane.y(*row) + (plane.row - plane.gap) / 2.0 + LABEL_SIZE * 0.36;
        marks.push(Mark::label(middle, y, Anchor::Middle, text, Ink::OnHeat(shades.level(*x))));
    }
}

/// A figure in few characters, without its unit: `1.2k`.
fn short(x: f64) -> String {
    let (divisor, suffix) = match x.abs() {
        ..1_000.0 => (1.0, ""),
        ..1_000_000.0 => (1e3, "k"),
        _ => (1e6, "M"),
    };
    let scaled = x / divisor;
    format!("{}{suffix}", format_decimal(scaled, usize::from(scaled.abs() < 9.95)))
}
