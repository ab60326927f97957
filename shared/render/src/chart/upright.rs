//! Charts with categories from left to right: lines, bars side by side, stacked bars.

use sitrep_domain::document::{Chart, ChartKind};

use super::axis::Axis;
use super::legend::{self, Key};
use super::{
    Anchor, Density, Drawing, LABEL_SIZE, Mark, Marker, Ruler, count, finite, points, severity_categories,
};
use crate::figures::format_number;
use crate::palette::Ink;

/// The plane between the axes.
struct Plot {
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    slot: f32,
    axis: Axis,
}

impl Plot {
    fn y(&self, value: f64) -> f32 {
        self.top + self.height * (1.0 - points(self.axis.share(value)))
    }

    /// Middle of a category.
    fn x(&self, category: usize) -> f32 {
        self.left + self.slot * (count(category) + 0.5)
    }
}

pub(super) fn lay_out(chart: &Chart, width: f32, density: Density, ruler: &mut Ruler<'_>) -> Drawing {
    let mut marks = Vec::new();
    let inks = Ink::of_series(&chart.series);
    let names: Vec<&str> = chart.series.iter().map(|s| s.name.as_str()).collect();
    let key = if chart.kind == ChartKind::Line { Key::Line } else { Key::Block };
    let legend = legend::draw(&names, &inks, key, width, ruler, &mut marks);

    let axis = Axis::new(extent(chart).into_iter(), chart.unit);
    let ticks = axis.ticks();
    let tick_width = ticks.iter().map(|(_, label)| ruler.width(label)).fold(0.0, f32::max);
    let labels: Vec<String> = chart.categories.iter().map(|name| ruler.fit(name, 90.0)).collect();
    let label_width = labels.iter().map(|label| ruler.width(label)).fold(0.0, f32::max);

    let columns = count(labels.len().max(1));
    // Labels may stand out on both sides of the first and the last category.
    let overhang = ((label_width - (width - tick_width - 6.0) / columns) / 2.0).max(0.0);
    let left = (tick_width + 6.0).max(overhang + 1.0);
    let plot_width = width - left - overhang - 1.0;
    let height = if density == Density::Compact { 78.0 } else { 132.0 };
    let plot = Plot { left, top: legend + 11.0, width: plot_width, height, slot: plot_width / columns, axis };

    draw_grid(&plot, &ticks, &mut marks);
    draw_labels(&plot, &labels, label_width, &mut marks);
    match chart.kind {
        ChartKind::StackedBar => draw_stacks(chart, &plot, &inks, ruler, &mut marks),
        ChartKind::Line | ChartKind::Area | ChartKind::Sparkline => {
            draw_lines(chart, &plot, &inks, &mut marks)
        }
        _ => draw_bars(chart, &plot, &inks, ruler, &mut marks),
    }
    Drawing { width, height: plot.top + plot.height + 17.0, marks }
}

/// Every value that the axis must hold: the values, or their sums where they are stacked.
fn extent(chart: &Chart) -> Vec<f64> {
    let value = |s: usize, i: usize| chart.series[s].values.get(i).copied().and_then(finite);
    let series = 0..chart.series.len();
    (0..chart.categories.len())
        .flat_map(|i| {
            let values: Vec<f64> = series.clone().filter_map(|s| value(s, i)).collect();
            match chart.kind {
                ChartKind::StackedBar => vec![values.iter().map(|x| x.max(0.0)).sum()],
                _ => values,
            }
        })
        .filter(|x: &f64| x.is_finite())
        .collect()
}

fn draw_grid(plot: &Plot, ticks: &[(f64, String)], marks: &mut Vec<Mark>) {
    for (value, label) in ticks {
        let y = plot.y(*value);
        let ink = if *value == 0.0 { Ink::Rule } else { Ink::Grid };
        let width = if *value == 0.0 { 0.9 } else { 0.5 };
        marks.push(Mark::Line {
            points: vec![(plot.left, y), (plot.left + plot.width, y)],
            width,
            ink,
            dashed: false,
        });
        marks.push(Mark::Label {
            x: plot.left - 5.0,
            y: y + LABEL_SIZE * 0.36,
            anchor: Anchor::End,
            text: label.clone(),
            ink: Ink::Muted,
        });
    }
}

/// Every label, or every second, third, … where they would touch.
fn draw_labels(plot: &Plot, labels: &[String], label_width: f32, marks: &mut Vec<Mark>) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let every = ((label_width + 4.0) / plot.slot).ceil().max(1.0) as usize;
    for (i, label) in labels.iter().enumerate().step_by(every) {
        marks.push(Mark::Label {
            x: plot.x(i),
            y: plot.top + plot.height + 11.5,
            anchor: Anchor::Middle,
            text: label.clone(),
            ink: Ink::Muted,
        });
    }
}

fn draw_stacks(chart: &Chart, plot: &Plot, inks: &[Ink], ruler: &mut Ruler<'_>, marks: &mut Vec<Mark>) {
    let width = (plot.slot * 0.66).min(34.0);
    let mut totals = Vec::new();
    for i in 0..chart.categories.len() {
        let mut base = 0.0;
        for (series, ink) in chart.series.iter().zip(inks) {
            let Some(value) = series.values.get(i).copied().and_then(finite).filter(|x| *x > 0.0) else {
                continue;
            };
            let (bottom, top) = (plot.y(base), plot.y(base + value));
            base += value;
            // A hairline of paper between the parts keeps them apart without colour; thin parts keep all they have.
            let gap = if base > value && bottom - top > 1.6 { 0.6 } else { 0.0 };
            marks.push(Mark::Bar {
                x: plot.x(i) - width / 2.0,
                y: top,
                width,
                height: bottom - top - gap,
                ink: *ink,
            });
        }
        totals.push((base > 0.0).then_some(base));
    }
    draw_values(chart, plot, &totals, ruler, marks);
}

fn draw_bars(chart: &Chart, plot: &Plot, inks: &[Ink], ruler: &mut Ruler<'_>, marks: &mut Vec<Mark>) {
    let by_category = severity_categories(chart);
    let n = count(chart.series.len());
    let width = (plot.slot * 0.72 / n).min(30.0);
    let zero = plot.y(0.0);
    for (s, (series, ink)) in chart.series.iter().zip(inks).enumerate() {
        for i in 0..chart.categories.len() {
            let Some(value) = series.values.get(i).copied().and_then(finite) else { continue };
            let y = plot.y(value);
            let ink = by_category.as_ref().map_or(*ink, |inks| inks[i]);
            let gap = if n > 1.0 && width > 4.0 { 0.8 } else { 0.0 };
            marks.push(Mark::Bar {
                x: plot.x(i) + width * (count(s) - n / 2.0),
                y: y.min(zero),
                width: width - gap,
                height: (zero - y).abs(),
                ink,
            });
        }
    }
    if let [only] = chart.series.as_slice() {
        let values: Vec<Option<f64>> = only.values.iter().map(|v| finite(*v).filter(|x| *x > 0.0)).collect();
        draw_values(chart, plot, &values, ruler, marks);
    }
}

/// The figures above the bars, where all of them have room.
fn draw_values(
    chart: &Chart,
    plot: &Plot,
    values: &[Option<f64>],
    ruler: &mut Ruler<'_>,
    marks: &mut Vec<Mark>,
) {
    let texts: Vec<Option<String>> = values.iter().map(|v| v.map(|x| format_number(x, chart.unit))).collect();
    let widths: Vec<f32> =
        texts.iter().map(|text| text.as_deref().map_or(0.0, |text| ruler.width(text))).collect();
    if widths.iter().any(|width| width + 3.0 > plot.slot) {
        return;
    }
    for (i, text) in texts.into_iter().enumerate().take(chart.categories.len()) {
        if let (Some(text), Some(value)) = (text, values[i]) {
            let (x, y, width) = (plot.x(i), plot.y(value) - 2.5, widths[i] + 2.0);
            let behind = Mark::Bar { x: x - width / 2.0, y: y - 6.5, width, height: 7.5, ink: Ink::Paper };
            marks.extend([behind, Mark::Label { x, y, anchor: Anchor::Middle, text, ink: Ink::Text }]);
        }
    }
}

fn draw_lines(chart: &Chart, plot: &Plot, inks: &[Ink], marks: &mut Vec<Mark>) {
    let sparse = chart.categories.len() <= 40;
    for (s, (series, ink)) in chart.series.iter().zip(inks).enumerate() {
        let at =
            |i: usize| series.values.get(i).copied().and_then(finite).map(|value| (plot.x(i), plot.y(value)));
        let all: Vec<Option<(f32, f32)>> = (0..chart.categories.len()).map(at).collect();
        for run in all.split(Option::is_none).filter(|run| !run.is_empty()) {
            let run: Vec<(f32, f32)> = run.iter().flatten().copied().collect();
            let alone = run.len() == 1;
            if sparse || alone {
                let shape = |(x, y): &(f32, f32)| Mark::Shape {
                    points: Marker::of(s).outline(*x, *y, 2.4),
                    ink: *ink,
                };
                marks.extend(run.iter().map(shape));
            }
            if !alone {
                marks.push(Mark::Line { points: run, width: 1.6, ink: *ink, dashed: legend::is_dashed(s) });
            }
        }
    }
}
