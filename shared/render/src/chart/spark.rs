//! Sparklines: a small line without axes, one per series, between its name and its last figure.

use sitrep_domain::document::Chart;

use super::lines::{below, runs};
use super::style::Style;
use super::{Anchor, Drawing, LABEL_SIZE, Mark, Ruler, TALLEST, count, figure, points, value};
use crate::palette::Ink;

const ROW: f32 = 26.0;
const DOT: f32 = 1.9;

/// The rows of a chart.
pub(super) fn lay_out(chart: &Chart, width: f32, ruler: &mut Ruler<'_>) -> Drawing {
    let fitting = (1..=20usize).rfind(|rows| ROW * count(*rows) <= TALLEST - 14.0).unwrap_or(1);
    let shown = chart.series.len().min(fitting);
    let several = chart.series.len() > 1;
    let names: Vec<String> = chart.series[..shown]
        .iter()
        .map(|series| if several { ruler.fit(&series.name, width * 0.3) } else { String::new() })
        .collect();
    let last = |s: usize| (0..chart.categories.len()).rev().find_map(|i| value(&chart.series[s], i));
    let figures: Vec<String> =
        (0..shown).map(|s| last(s).map_or_else(|| "–".to_owned(), |x| figure(x, chart.unit))).collect();
    let widest = |texts: &[String], ruler: &mut Ruler<'_>| {
        texts.iter().map(|text| ruler.width(text)).fold(0.0, f32::max)
    };
    let left = if several { widest(&names, ruler) + 8.0 } else { 0.0 };
    let right = width - widest(&figures, ruler) - 6.0;

    let mut marks = Vec::new();
    for (s, (name, figure)) in names.into_iter().zip(figures).enumerate() {
        let top = ROW * count(s);
        let y = top + ROW / 2.0 + LABEL_SIZE * 0.36;
        let values: Vec<Option<f64>> =
            (0..chart.categories.len()).map(|i| value(&chart.series[s], i)).collect();
        marks.extend(draw(&values, (left, top + 3.0), (right - left, ROW - 6.0), Style::plain(0).ink));
        if several {
            marks.push(Mark::label(0.0, y, Anchor::Start, name, Ink::Text));
        }
        marks.push(Mark::label(width, y, Anchor::End, figure, Ink::Text));
    }
    let mut height = ROW * count(shown);
    if shown < chart.series.len() {
        height += 14.0;
        let text = format!("and {} more", chart.series.len() - shown);
        marks.push(Mark::label(0.0, height - 4.0, Anchor::Start, text, Ink::Muted));
    }
    Drawing { width, height, marks }
}

/// A sparkline in a box: the line with a tint below it, and a dot at the last value. Its lowest value is at the bottom
/// of the box; values that do not change lie in the middle.
pub(super) fn draw(values: &[Option<f64>], at: (f32, f32), size: (f32, f32), ink: Ink) -> Vec<Mark> {
    let known = || values.iter().flatten().copied();
    let (low, high) = known().fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    let (width, height) = ((size.0 - 2.0 * DOT).max(1.0), (size.1 - 2.0 * DOT).max(1.0));
    let step = width / count(values.len().saturating_sub(1).max(1));
    let start = if values.len() == 1 { width / 2.0 } else { 0.0 };
    let place = |(i, value): (usize, &Option<f64>)| {
        value.map(|x| {
            let share = if high > low { points((x - low) / (high - low)) } else { 0.5 };
            (at.0 + DOT + start + step * count(i), at.1 + DOT + height * (1.0 - share))
        })
    };
    let all: Vec<Option<(f32, f32)>> = values.iter().enumerate().map(place).collect();
    let mut marks = Vec::new();
    for run in runs(&all).into_iter().filter(|run| run.len() > 1) {
        marks.push(Mark::Shape { points: below(&run, at.1 + size.1), ink: ink.soft() });
        marks.push(Mark::Line { points: run, width: 1.2, ink, dashed: false });
    }
    let last = all.iter().rev().flatten().next();
    let dot = |(x, y): &(f32, f32)| Mark::Shape { points: super::Marker::Circle.outline(*x, *y, DOT), ink };
    marks.extend(last.map(dot));
    marks
}
