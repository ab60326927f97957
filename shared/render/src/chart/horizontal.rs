//! Bars from left to right, one row per category, each with its figure at the end.

use sitrep_domain::document::Chart;

use super::axis::Axis;
use super::legend::{self, Key};
use super::{Anchor, Density, Drawing, LABEL_SIZE, Mark, Ruler, count, finite, points, severity_categories};
use crate::figures::format_number;
use crate::palette::Ink;

/// Most categories that are drawn; a line below says how many more there are.
const MOST_ROWS: usize = 25;

pub(super) fn lay_out(chart: &Chart, width: f32, density: Density, ruler: &mut Ruler<'_>) -> Drawing {
    let mut marks = Vec::new();
    let (bar, gap) = if density == Density::Compact { (9.5, 5.0) } else { (11.0, 7.0) };
    let rows = chart.categories.len().min(MOST_ROWS);
    let inks = Ink::of_series(&chart.series);
    let names: Vec<&str> = chart.series.iter().map(|s| s.name.as_str()).collect();
    let top = legend::draw(&names, &inks, Key::Block, width, ruler, &mut marks);

    let labels: Vec<String> =
        chart.categories[..rows].iter().map(|name| ruler.fit(name, width * 0.34)).collect();
    let left = labels.iter().map(|label| ruler.width(label)).fold(0.0, f32::max) + 7.0;
    let figures = |ruler: &mut Ruler<'_>, x: &f64| ruler.width(&format_number(*x, chart.unit));
    let values: Vec<f64> =
        chart.series.iter().flat_map(|s| s.values.iter().take(rows).copied().filter_map(finite)).collect();
    let right = values.iter().map(|x| figures(ruler, x)).fold(0.0, f32::max) + 6.0;
    let axis = Axis::new(values.iter().copied(), chart.unit);
    let span = width - left - right;
    let row_height = bar * count(chart.series.len().max(1)) + gap;

    let by_category = severity_categories(chart);
    let zero = left + span * points(axis.share(0.0));
    for (i, label) in labels.into_iter().enumerate() {
        let y = top + row_height * count(i);
        let baseline = y + row_height / 2.0 + LABEL_SIZE * 0.36;
        marks.push(Mark::Label {
            x: left - 7.0,
            y: baseline,
            anchor: Anchor::End,
            text: label,
            ink: Ink::Text,
        });
        for (s, (series, ink)) in chart.series.iter().zip(&inks).enumerate() {
            let Some(value) = series.values.get(i).copied().and_then(finite) else { continue };
            let end = left + span * points(axis.share(value));
            let ink = by_category.as_ref().map_or(*ink, |inks| inks[i]);
            let figure = format_number(value, chart.unit);
            marks.extend(bar_with_figure((zero, end), y + gap / 2.0 + bar * count(s), bar, ink, figure));
        }
    }
    let mut bottom = top + row_height * count(rows);
    marks.push(Mark::Line {
        points: vec![(zero, top), (zero, bottom)],
        width: 0.9,
        ink: Ink::Rule,
        dashed: false,
    });
    if rows < chart.categories.len() {
        bottom += 14.0;
        let text = format!("and {} more", chart.categories.len() - rows);
        marks.push(Mark::Label { x: left, y: bottom - 3.0, anchor: Anchor::Start, text, ink: Ink::Muted });
    }
    Drawing { width, height: bottom + 3.0, marks }
}

/// A bar between two points, and its figure right of it.
fn bar_with_figure((zero, end): (f32, f32), top: f32, bar: f32, ink: Ink, figure: String) -> [Mark; 2] {
    let (x, width) = (zero.min(end), (end - zero).abs());
    let (after, baseline) = (zero.max(end) + 4.0, top + bar / 2.0 + LABEL_SIZE * 0.32);
    [
        Mark::Bar { x, y: top, width, height: bar - 1.0, ink },
        Mark::Label { x: after, y: baseline, anchor: Anchor::Start, text: figure, ink: Ink::Text },
    ]
}
