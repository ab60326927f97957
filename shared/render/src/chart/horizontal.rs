//! Bars from left to right, one row per category, each with its figure at the end.

use sitrep_domain::document::Chart;

use super::axis::Axis;
use super::fills::Fills;
use super::labels::{centred, wrap};
use super::legend::{self, Key};
use super::style::Style;
use super::{Anchor, Density, Drawing, LABEL_SIZE, Mark, Ruler, TALLEST, count, figure, points, value};
use crate::palette::Ink;

/// Most categories that are drawn; a line below says how many more there are.
const MOST_ROWS: usize = 25;
/// Bars thinner than this have no room for their figures.
const THINNEST_WITH_FIGURE: f32 = 8.5;

/// The rows and where their bars run.
struct Rows {
    top: f32,
    left: f32,
    span: f32,
    bar: f32,
    gap: f32,
    height: f32,
    axis: Axis,
}

impl Rows {
    fn top(&self, row: usize) -> f32 {
        self.top + self.height * count(row)
    }

    fn x(&self, value: f64) -> f32 {
        self.left + self.span * points(self.axis.share(value))
    }

    fn has_figures(&self) -> bool {
        self.bar >= THINNEST_WITH_FIGURE
    }
}

pub(super) fn lay_out(chart: &Chart, width: f32, density: Density, ruler: &mut Ruler<'_>) -> Drawing {
    let mut marks = Vec::new();
    let styles = Style::of_series(&chart.series);
    let names: Vec<&str> = chart.series.iter().map(|s| s.name.as_str()).collect();
    let top = legend::draw(&names, &styles, Key::Block, width, ruler, &mut marks);

    let (bar, gap) = thickness(chart.series.len(), density);
    let height = bar * count(chart.series.len().max(1)) + gap;
    let fitting = (1..=MOST_ROWS).rfind(|rows| top + height * count(*rows) <= TALLEST).unwrap_or(1);
    let shown = chart.categories.len().min(fitting);
    let labels: Vec<Vec<String>> =
        chart.categories[..shown].iter().map(|name| wrap(name, width * 0.34, 2, ruler)).collect();
    let left = labels.iter().flatten().map(|line| ruler.width(line)).fold(0.0, f32::max) + 7.0;
    let values: Vec<f64> = chart.series.iter().flat_map(|s| (0..shown).filter_map(|i| value(s, i))).collect();
    let right = values.iter().map(|x| ruler.width(&figure(*x, chart.unit))).fold(0.0, f32::max) + 6.0;
    let axis = Axis::new(values.into_iter(), chart.unit);
    let ticks = axis.ticks().iter().map(|(_, label)| ruler.width(label)).fold(0.0, f32::max);
    let right = if bar >= THINNEST_WITH_FIGURE { right } else { ticks / 2.0 + 1.0 };
    let rows = Rows { top, left, span: width - left - right, bar, gap, height, axis };

    draw_names(labels, &rows, &mut marks);
    if !rows.has_figures() {
        draw_ticks(&rows, shown, ticks, &mut marks);
    }
    draw_bars(chart, shown, &styles, &rows, &mut marks);
    let bottom = draw_frame(chart, shown, &rows, &mut marks);
    Drawing { width, height: bottom + 3.0, marks }
}

/// Thickness of a bar and the gap between rows; many series share the room of a few. Where room is short, bars that stand
/// in groups are just thick enough for their figures.
fn thickness(series: usize, density: Density) -> (f32, f32) {
    let (bar, gap) = match density {
        Density::Compact if series > 1 => (THINNEST_WITH_FIGURE, 5.5),
        Density::Compact => (9.5, 7.5),
        _ => (11.0, 8.0),
    };
    if series > 4 { ((4.0 * bar / count(series)).max(2.5), gap) } else { (bar, gap) }
}

fn draw_names(labels: Vec<Vec<String>>, rows: &Rows, marks: &mut Vec<Mark>) {
    for (i, lines) in labels.into_iter().enumerate() {
        let middle = rows.top(i) + rows.height / 2.0;
        for (text, offset) in lines.iter().zip(centred(lines.len())) {
            let x = rows.left - 7.0;
            marks.push(Mark::label(x, middle + offset, Anchor::End, text.clone(), Ink::Text));
        }
    }
}

fn draw_bars(chart: &Chart, shown: usize, styles: &[Style], rows: &Rows, marks: &mut Vec<Mark>) {
    let by_category = Style::of_severities(chart);
    let zero = rows.x(0.0);
    let mut figures = Vec::new();
    for (s, (series, style)) in chart.series.iter().zip(styles).enumerate() {
        for i in 0..shown {
            let Some(value) = value(series, i) else { continue };
            let (end, y) = (rows.x(value), rows.top(i) + rows.gap / 2.0 + rows.bar * count(s));
            let mut fills = Fills::of(by_category.as_ref().map_or(*style, |styles| styles[i]));
            fills.bar(zero.min(end), y, (end - zero).abs(), (rows.bar - 1.0).max(rows.bar * 0.8));
            fills.finish(marks);
            let (after, baseline) = (zero.max(end) + 4.0, y + rows.bar / 2.0 + LABEL_SIZE * 0.32);
            figures.push(Mark::label(after, baseline, Anchor::Start, figure(value, chart.unit), Ink::Text));
        }
    }
    if rows.has_figures() {
        marks.extend(figures);
    }
}

/// Ticks below the bars, as many of them as have room.
fn draw_ticks(rows: &Rows, shown: usize, widest: f32, marks: &mut Vec<Mark>) {
    let (ticks, bottom) = (rows.axis.ticks(), rows.top(shown));
    let apart = rows.span / count(ticks.len() - 1);
    let every = [1, 2, 5].into_iter().find(|n| apart * count(*n) >= widest + 6.0).unwrap_or(ticks.len());
    for (value, label) in ticks.into_iter().step_by(every) {
        let x = rows.x(value);
        let points = vec![(x, rows.top), (x, bottom)];
        marks.push(Mark::Line { points, width: 0.5, ink: Ink::Grid, dashed: false });
        marks.push(Mark::label(x, bottom + 9.5, Anchor::Middle, label, Ink::Muted));
    }
}

/// The line at zero and how many categories are left out; returns the bottom.
fn draw_frame(chart: &Chart, shown: usize, rows: &Rows, marks: &mut Vec<Mark>) -> f32 {
    let (zero, end) = (rows.x(0.0), rows.top(shown));
    let points = vec![(zero, rows.top), (zero, end)];
    marks.push(Mark::Line { points, width: 0.9, ink: Ink::Rule, dashed: false });
    let bottom = if rows.has_figures() { end } else { end + 12.0 };
    let left_out = chart.categories.len() - shown;
    if left_out == 0 {
        return bottom;
    }
    let text = format!("and {left_out} more");
    marks.push(Mark::label(rows.left, bottom + 11.0, Anchor::Start, text, Ink::Muted));
    bottom + 14.0
}
