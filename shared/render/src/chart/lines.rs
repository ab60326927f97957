//! Lines and areas. A missing value is a gap in a line, and nothing on a stack; a point between two gaps is a marker.

use sitrep_domain::document::Chart;

use super::fills::Fills;
use super::style::Style;
use super::upright::{Plot, stack};
use super::{Mark, value};
use crate::palette::Ink;

/// Most categories whose points have markers.
const MOST_MARKERS: usize = 40;
const MARKER: f32 = 2.4;
const LINE: f32 = 1.6;

pub(super) fn draw_lines(chart: &Chart, plot: &Plot, styles: &[Style], marks: &mut Vec<Mark>) {
    let sparse = chart.categories.len() <= MOST_MARKERS;
    for (series, style) in chart.series.iter().zip(styles) {
        let at = |i: usize| value(series, i).map(|x| (plot.x(i), plot.y(x)));
        let all: Vec<Option<(f32, f32)>> = (0..chart.categories.len()).map(at).collect();
        for run in runs(&all) {
            draw_run(run, *style, sparse, marks);
        }
    }
}

/// A single area lies below its line; several stand one on the other.
pub(super) fn draw_areas(chart: &Chart, plot: &Plot, styles: &[Style], marks: &mut Vec<Mark>) {
    if let [only] = styles {
        draw_single_area(chart, plot, *only, marks);
        return;
    }
    let mut base: Vec<f64> = vec![0.0; chart.categories.len()];
    let mut edges = Vec::new();
    for (layer, style) in stack(chart).into_iter().zip(styles) {
        let tops: Vec<f64> =
            layer.iter().zip(&base).map(|(part, base)| part.map_or(*base, |(_, top)| top)).collect();
        let outline = |values: &[f64]| -> Vec<(f32, f32)> {
            values.iter().enumerate().map(|(i, x)| (plot.x(i), plot.y(*x))).collect()
        };
        let edge = outline(&tops);
        let mut fills = Fills::of(*style);
        fills.shape(edge.iter().copied().chain(outline(&base).into_iter().rev()).collect());
        fills.finish(marks);
        edges.push(Mark::Line { points: edge, width: 0.7, ink: Ink::Paper, dashed: false });
        base = tops;
    }
    marks.extend(edges);
}

fn draw_single_area(chart: &Chart, plot: &Plot, style: Style, marks: &mut Vec<Mark>) {
    let at = |i: usize| value(&chart.series[0], i).map(|x| (plot.x(i), plot.y(x)));
    let all: Vec<Option<(f32, f32)>> = (0..chart.categories.len()).map(at).collect();
    for run in runs(&all).into_iter().filter(|run| run.len() > 1) {
        marks.push(Mark::Shape { points: below(&run, plot.y(0.0)), ink: style.ink.soft() });
    }
    for run in runs(&all) {
        draw_run(run, style, chart.categories.len() <= MOST_MARKERS, marks);
    }
}

/// The outline of what lies between a line and a level.
pub(super) fn below(run: &[(f32, f32)], level: f32) -> Vec<(f32, f32)> {
    let ends = [run[run.len() - 1], run[0]].map(|(x, _)| (x, level));
    run.iter().copied().chain(ends).collect()
}

/// The stretches without a gap.
pub(super) fn runs(all: &[Option<(f32, f32)>]) -> Vec<Vec<(f32, f32)>> {
    let stretches = all.split(Option::is_none).filter(|run| !run.is_empty());
    stretches.map(|run| run.iter().flatten().copied().collect()).collect()
}

fn draw_run(run: Vec<(f32, f32)>, style: Style, markers: bool, marks: &mut Vec<Mark>) {
    let shape =
        |(x, y): &(f32, f32)| Mark::Shape { points: style.marker.outline(*x, *y, MARKER), ink: style.ink };
    let alone = run.len() == 1;
    let shapes: Vec<Mark> = if markers || alone { run.iter().map(shape).collect() } else { Vec::new() };
    if !alone {
        marks.push(Mark::Line { points: run, width: LINE, ink: style.ink, dashed: style.dashed });
    }
    marks.extend(shapes);
}
