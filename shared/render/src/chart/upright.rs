//! Charts with categories from left to right: the plane they share, and which form fits the room.

use sitrep_domain::document::{Chart, ChartKind};

use super::axis::Axis;
use super::labels::{Labels, Slots};
use super::legend::{self, Key};
use super::style::Style;
use super::{Anchor, Density, Drawing, LABEL_SIZE, Mark, Ruler, bars, count, lines, points, value};
use crate::palette::Ink;

/// Bars thinner than this are drawn as lines, since nobody could tell them apart.
const THINNEST_BAR: f32 = 1.2;

/// The plane between the axes.
pub(super) struct Plot {
    pub(super) top: f32,
    pub(super) height: f32,
    pub(super) slots: Slots,
    pub(super) axis: Axis,
}

impl Plot {
    pub(super) fn y(&self, value: f64) -> f32 {
        self.top + self.height * (1.0 - points(self.axis.share(value)))
    }

    /// Middle of a category.
    pub(super) fn x(&self, category: usize) -> f32 {
        self.slots.middle(category)
    }

    pub(super) fn bottom(&self) -> f32 {
        self.top + self.height
    }
}

/// How the values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Bars,
    Stacks,
    Lines,
    Areas,
}

pub(super) fn lay_out(chart: &Chart, width: f32, density: Density, ruler: &mut Ruler<'_>) -> Drawing {
    let mut marks = Vec::new();
    let form = form_of(chart, width);
    let styles = Style::of_series(&chart.series);
    let names: Vec<&str> = chart.series.iter().map(|s| s.name.as_str()).collect();
    let key = if form == Form::Lines { Key::Line } else { Key::Block };
    let legend = legend::draw(&names, &styles, key, width, ruler, &mut marks);

    let axis = axis_of(chart, form);
    let ticks = axis.ticks();
    let left = ticks.iter().map(|(_, label)| ruler.width(label)).fold(0.0, f32::max) + 6.0;
    let slot = (width - left - 1.0) / count(chart.categories.len().max(1));
    let height = if density == Density::Compact { 78.0 } else { 132.0 };
    let plot = Plot { top: legend + 11.0, height, slots: Slots { left, slot, width }, axis };

    let labels = Labels::place(&chart.categories, plot.slots, ruler);
    let bottom = plot.bottom() + labels.height();
    draw_grid(&plot, &ticks, &mut marks);
    labels.draw(plot.bottom(), plot.slots, ruler, &mut marks);
    match form {
        Form::Bars => bars::draw_side_by_side(chart, &plot, &styles, ruler, &mut marks),
        Form::Stacks => bars::draw_stacks(chart, &plot, &styles, ruler, &mut marks),
        Form::Lines => lines::draw_lines(chart, &plot, &styles, &mut marks),
        Form::Areas => lines::draw_areas(chart, &plot, &styles, &mut marks),
    }
    Drawing { width, height: bottom, marks }
}

/// The form of a kind: too many bars become lines, areas that cannot be stacked too.
fn form_of(chart: &Chart, width: f32) -> Form {
    let slot = width * 0.72 / count(chart.categories.len().max(1));
    let negative = chart.series.iter().any(|s| s.values.iter().flatten().any(|x| *x < 0.0));
    let single = chart.categories.len() == 1;
    match chart.kind {
        ChartKind::Bar if slot / count(chart.series.len()) < THINNEST_BAR => Form::Lines,
        ChartKind::Bar => Form::Bars,
        ChartKind::StackedBar if slot < THINNEST_BAR && !negative => Form::Areas,
        ChartKind::StackedBar => Form::Stacks,
        ChartKind::Area if negative => Form::Lines,
        ChartKind::Area if single => Form::Stacks,
        ChartKind::Area => Form::Areas,
        _ => Form::Lines,
    }
}

/// An axis for the values, or for their sums where they are stacked.
fn axis_of(chart: &Chart, form: Form) -> Axis {
    let categories = 0..chart.categories.len();
    let stacked = matches!(form, Form::Stacks | Form::Areas);
    let values: Vec<f64> = if stacked {
        stack(chart).into_iter().flatten().flatten().flat_map(|(base, top)| [base, top]).collect()
    } else {
        chart.series.iter().flat_map(|s| categories.clone().filter_map(|i| value(s, i))).collect()
    };
    match form {
        Form::Lines => Axis::close(values.into_iter(), chart.unit),
        _ => Axis::new(values.into_iter(), chart.unit),
    }
}

/// Where each value of each series begins and ends when they stand one on the other: positive ones upwards from 0,
/// negative ones downwards.
pub(super) fn stack(chart: &Chart) -> Vec<Vec<Option<(f64, f64)>>> {
    let mut up = vec![0.0; chart.categories.len()];
    let mut down = up.clone();
    let mut place = |i: usize, value: f64| {
        let base: &mut f64 = if value < 0.0 { &mut down[i] } else { &mut up[i] };
        let from = *base;
        *base += value;
        (from, *base)
    };
    let mut layer = |series| -> Vec<Option<(f64, f64)>> {
        (0..chart.categories.len()).map(|i| value(series, i).map(|x| place(i, x))).collect()
    };
    chart.series.iter().map(&mut layer).collect()
}

fn draw_grid(plot: &Plot, ticks: &[(f64, String)], marks: &mut Vec<Mark>) {
    let right = plot.slots.width - 1.0;
    for (value, _) in ticks {
        let y = plot.y(*value);
        let (ink, width) = if *value == 0.0 { (Ink::Rule, 0.9) } else { (Ink::Grid, 0.5) };
        marks.push(Mark::Line { points: vec![(plot.slots.left, y), (right, y)], width, ink, dashed: false });
    }
    // Where the plane is low, every second or fifth tick has a label.
    let apart = plot.height / count(ticks.len().max(2) - 1);
    let every = [1, 2, 5].into_iter().find(|n| apart * count(*n) >= LABEL_SIZE + 1.5).unwrap_or(5);
    for (value, label) in ticks.iter().step_by(every) {
        let y = plot.y(*value) + LABEL_SIZE * 0.36;
        marks.push(Mark::label(plot.slots.left - 5.0, y, Anchor::End, label.clone(), Ink::Muted));
    }
}
