//! Charts as marks on a plane: one geometry for every painter.
//!
//! Origin at the top left, lengths in points. Labels are measured before they are placed, so that none overlaps
//! another. Severity keeps its colour everywhere; series also differ by marker, dash and texture, never by colour alone.

mod axis;
mod bars;
mod donut;
mod fills;
mod heat;
mod heat_columns;
mod horizontal;
mod labels;
mod legend;
mod lines;
mod scale;
mod shades;
mod spark;
mod style;
pub(crate) mod summary;
mod texture;
mod upright;

use sitrep_domain::document::{Chart, ChartKind, Series, Unit};

use crate::clean::clean_line;
use crate::figures::format_number;
use crate::palette::Ink;
use crate::text::fonts::Weight;
use crate::text::shape::Shaper;
pub(crate) use texture::{Outline, SPACING, Texture};

/// Size of labels in points.
pub(crate) const LABEL_SIZE: f32 = 7.5;
/// Height that no drawing exceeds, so that it fits on a page with its title and summary.
pub(crate) const TALLEST: f32 = 540.0;
/// Figures from here on are told by their power of ten.
const LONGEST_FIGURE: f64 = 1e12;

/// How a label sits on its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// Shape of a point in a line chart and in its legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
}

impl Marker {
    const ALL: [Self; 4] = [Self::Circle, Self::Square, Self::Triangle, Self::Diamond];

    /// The marker of the series at that index.
    pub(crate) fn of(index: usize) -> Self {
        Self::ALL[index % Self::ALL.len()]
    }

    /// Its outline around a centre; `radius` is that of the circle.
    pub(crate) fn outline(self, x: f32, y: f32, radius: f32) -> Vec<(f32, f32)> {
        let r = radius;
        match self {
            Self::Circle => {
                let corners: u8 = if r < 3.0 { 12 } else { 20 };
                let turn = |i: u8| f32::from(i) / f32::from(corners) * std::f32::consts::TAU;
                (0..corners).map(|i| (x + r * turn(i).cos(), y + r * turn(i).sin())).collect()
            }
            Self::Square => vec![
                (x - r * 0.9, y - r * 0.9),
                (x + r * 0.9, y - r * 0.9),
                (x + r * 0.9, y + r * 0.9),
                (x - r * 0.9, y + r * 0.9),
            ],
            Self::Triangle => {
                vec![(x, y - r * 1.15), (x + r * 1.1, y + r * 0.85), (x - r * 1.1, y + r * 0.85)]
            }
            Self::Diamond => vec![(x, y - r * 1.25), (x + r * 1.25, y), (x, y + r * 1.25), (x - r * 1.25, y)],
        }
    }
}

/// Look of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Face {
    Plain,
    /// The one figure that a chart is about.
    Large,
}

impl Face {
    /// Its size in points.
    pub(crate) const fn size(self) -> f32 {
        match self {
            Self::Plain => LABEL_SIZE,
            Self::Large => 15.0,
        }
    }

    /// Its weight.
    pub(crate) const fn weight(self) -> Weight {
        match self {
            Self::Plain => Weight::Regular,
            Self::Large => Weight::Bold,
        }
    }
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mark {
    /// A filled rectangle.
    Bar { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// A polyline.
    Line { points: Vec<(f32, f32)>, width: f32, ink: Ink, dashed: bool },
    /// A filled outline.
    Shape { points: Vec<(f32, f32)>, ink: Ink },
    /// A texture over what was filled before, to tell it apart without colour; a painter on a screen may leave it out. `on` is
    /// what they were filled with.
    Texture { texture: Texture, outlines: Vec<Outline>, on: Ink },
    /// A text on its baseline.
    Label { x: f32, y: f32, anchor: Anchor, text: String, ink: Ink, face: Face },
}

impl Mark {
    /// A label of the usual look.
    fn label(x: f32, y: f32, anchor: Anchor, text: String, ink: Ink) -> Self {
        Self::Label { x, y, anchor, text, ink, face: Face::Plain }
    }
}

/// How much room a drawing takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Density {
    /// As tall as reads best.
    Roomy,
    /// Lower, to fill what is left of a page.
    Compact,
}

/// A chart laid out, without its title and summary.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drawing {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) marks: Vec<Mark>,
}

/// Measures labels; `slack` makes room for faces that run wider than ours.
pub(crate) struct Ruler<'a> {
    pub(crate) shaper: &'a mut Shaper,
    pub(crate) slack: f32,
}

impl Ruler<'_> {
    /// Width of a label in points.
    fn width(&mut self, text: &str) -> f32 {
        self.shaper.width(text, Weight::Regular) * LABEL_SIZE * self.slack
    }

    /// Width of a text in another look, in points.
    fn face_width(&mut self, text: &str, face: Face) -> f32 {
        self.shaper.width(text, face.weight()) * face.size() * self.slack
    }

    /// The label, cut with "…" to fit into `width` points.
    fn fit(&mut self, text: &str, width: f32) -> String {
        let text = clean_line(text);
        // No label of a chart is longer: the text is cut before it is measured, so that hostile ones cost nothing.
        let mut shown: String = text.chars().take(120).collect();
        if shown.len() == text.len() && self.width(&shown) <= width {
            return shown;
        }
        while !shown.is_empty() && self.width(&format!("{}…", shown.trim_end())) > width {
            shown.pop();
        }
        format!("{}…", shown.trim_end())
    }
}

/// Lays a chart out in that width.
pub(crate) fn lay_out(chart: &Chart, width: f32, density: Density, ruler: &mut Ruler<'_>) -> Drawing {
    let has_values = chart
        .series
        .iter()
        .any(|s| s.values.iter().take(chart.categories.len()).any(|v| finite(*v).is_some()));
    if !has_values {
        return empty(width);
    }
    match chart.kind {
        ChartKind::Donut if donut::is_ring(chart) => donut::lay_out(chart, width, density, ruler),
        ChartKind::HorizontalBar | ChartKind::Donut => horizontal::lay_out(chart, width, density, ruler),
        ChartKind::HeatMap => heat::lay_out(chart, width, density, ruler),
        ChartKind::Sparkline => spark::lay_out(chart, width, ruler),
        ChartKind::Line | ChartKind::Area | ChartKind::Bar | ChartKind::StackedBar => {
            upright::lay_out(chart, width, density, ruler)
        }
    }
}

/// A sparkline for a card, `width` by `height` points; nothing without a value.
pub(crate) fn sparkline(values: &[Option<f64>], width: f32, height: f32) -> Vec<Mark> {
    let values: Vec<Option<f64>> = values.iter().copied().map(finite).collect();
    spark::draw(&values, (0.0, 0.0), (width, height), Ink::Series(0))
}

fn empty(width: f32) -> Drawing {
    let height = 40.0;
    let text = "No data in this period".to_owned();
    let label = Mark::label(width / 2.0, height / 2.0 + 3.0, Anchor::Middle, text, Ink::Muted);
    let rule =
        |y| Mark::Line { points: vec![(0.0, y), (width, y)], width: 0.6, ink: Ink::Grid, dashed: false };
    Drawing { width, height, marks: vec![rule(0.5), label, rule(height - 0.5)] }
}

/// The value, unless it is none or no number.
fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|x| x.is_finite())
}

/// The value of a series at a category, unless it is none or no number.
fn value(series: &Series, category: usize) -> Option<f64> {
    series.values.get(category).copied().and_then(finite)
}

/// A figure as it stands beside a mark; one with too many digits to read is told by its power of ten.
fn figure(x: f64, unit: Unit) -> String {
    if x.abs() < LONGEST_FIGURE { format_number(x, unit) } else { format!("{x:.1e}").replace('-', "−") }
}

#[expect(clippy::cast_possible_truncation, reason = "points on paper need no more than a float")]
fn points(x: f64) -> f32 {
    x as f32
}

#[expect(clippy::cast_precision_loss, reason = "a chart has far fewer than 2^24 points")]
fn count(n: usize) -> f32 {
    n as f32
}

#[cfg(test)]
mod tests;
