//! Upright bars, side by side or one on the other, with their figures where all of them have room.

use sitrep_domain::document::Chart;

use super::fills::Fills;
use super::style::Style;
use super::upright::{Plot, stack};
use super::{Anchor, Mark, Ruler, count, figure, value};
use crate::palette::Ink;

/// Bars side by side; those of a single series are in the colours of severities, if that is what they are.
pub(super) fn draw_side_by_side(
    chart: &Chart,
    plot: &Plot,
    styles: &[Style],
    ruler: &mut Ruler<'_>,
    marks: &mut Vec<Mark>,
) {
    let by_category = Style::of_severities(chart);
    let n = count(chart.series.len());
    let width = (plot.slots.slot * 0.72 / n).min(30.0);
    let gap = if n > 1.0 && width > 4.0 { 0.8 } else { 0.0 };
    let zero = plot.y(0.0);
    for (s, (series, style)) in chart.series.iter().zip(styles).enumerate() {
        let mut fills = Fills::of(*style);
        for i in 0..chart.categories.len() {
            let Some(value) = value(series, i) else { continue };
            if let Some(styles) = &by_category {
                std::mem::replace(&mut fills, Fills::of(styles[i])).finish(marks);
            }
            let (x, y) = (plot.x(i) + width * (count(s) - n / 2.0), plot.y(value));
            fills.bar(x, y.min(zero), width - gap, (zero - y).abs());
        }
        fills.finish(marks);
    }
    if let [only] = chart.series.as_slice() {
        let ends: Vec<Option<(f64, f64)>> =
            (0..chart.categories.len()).map(|i| value(only, i).map(|x| (x, x))).collect();
        draw_figures(chart, plot, &ends, ruler, marks);
    }
}

/// Bars one on the other, with their sums above.
pub(super) fn draw_stacks(
    chart: &Chart,
    plot: &Plot,
    styles: &[Style],
    ruler: &mut Ruler<'_>,
    marks: &mut Vec<Mark>,
) {
    let width = (plot.slots.slot * 0.72).min(34.0);
    let layers = stack(chart);
    for (layer, style) in layers.iter().zip(styles) {
        let mut fills = Fills::of(*style);
        for (i, part) in layer.iter().enumerate() {
            let Some((from, to)) = part.filter(|(from, to)| from != to) else { continue };
            let (low, high) = (plot.y(from.min(to)), plot.y(from.max(to)));
            // A hairline of paper between the parts keeps them apart without colour; thin parts keep all they have.
            let gap = if from != 0.0 && low - high > 1.6 { 0.6 } else { 0.0 };
            let y = if to < from { high + gap } else { high };
            fills.bar(plot.x(i) - width / 2.0, y, width, low - high - gap);
        }
        fills.finish(marks);
    }
    let sum_of = |i: usize| {
        let parts: Vec<(f64, f64)> = layers.iter().filter_map(|layer| layer[i]).collect();
        let highest = parts.iter().fold(0.0, |high: f64, part| high.max(part.1));
        (!parts.is_empty()).then(|| (parts.iter().map(|(from, to)| to - from).sum(), highest))
    };
    let sums: Vec<Option<(f64, f64)>> = (0..chart.categories.len()).map(sum_of).collect();
    draw_figures(chart, plot, &sums, ruler, marks);
}

/// The figures at the ends of the bars (figure, end), if all of them have room.
fn draw_figures(
    chart: &Chart,
    plot: &Plot,
    ends: &[Option<(f64, f64)>],
    ruler: &mut Ruler<'_>,
    marks: &mut Vec<Mark>,
) {
    let mut drawn = Vec::new();
    for (i, end) in ends.iter().enumerate() {
        let Some((shown, end)) = end else { continue };
        let text = figure(*shown, chart.unit);
        let width = ruler.width(&text) + 2.0;
        let y = if *end < 0.0 { plot.y(*end) + 8.0 } else { plot.y(*end) - 2.5 };
        if width + 1.0 > plot.slots.slot || y > plot.bottom() {
            return;
        }
        let x = plot.x(i);
        let behind = Mark::Bar { x: x - width / 2.0, y: y - 6.5, width, height: 7.5, ink: Ink::Paper };
        drawn.extend([behind, Mark::label(x, y, Anchor::Middle, text, Ink::Text)]);
    }
    marks.extend(drawn);
}
