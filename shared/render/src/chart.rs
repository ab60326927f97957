//! Charts as marks on a plane: one geometry for every painter.
//!
//! Origin at the top left, lengths in points. Labels are measured before they are placed, so that none overlaps
//! another. Severity keeps its colour everywhere; series also differ by marker and dash, never by colour alone.

mod axis;
mod horizontal;
mod legend;
mod upright;

use sitrep_domain::document::{Chart, ChartKind, SeriesRole};

use crate::clean::clean_line;
use crate::palette::{Ink, SEVERITIES, severity_index};
use crate::text::fonts::Weight;
use crate::text::shape::Shaper;

/// Size of labels in points.
pub(crate) const LABEL_SIZE: f32 = 7.5;

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
            Self::Circle => (0..20u8)
                .map(|i| {
                    let angle = f32::from(i) / 20.0 * std::f32::consts::TAU;
                    (x + r * angle.cos(), y + r * angle.sin())
                })
                .collect(),
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

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mark {
    /// A filled rectangle.
    Bar { x: f32, y: f32, width: f32, height: f32, ink: Ink },
    /// A polyline.
    Line { points: Vec<(f32, f32)>, width: f32, ink: Ink, dashed: bool },
    /// A filled outline.
    Shape { points: Vec<(f32, f32)>, ink: Ink },
    /// A text on its baseline.
    Label { x: f32, y: f32, anchor: Anchor, text: String, ink: Ink },
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
        ChartKind::HorizontalBar | ChartKind::Donut => horizontal::lay_out(chart, width, density, ruler),
        ChartKind::Line
        | ChartKind::Area
        | ChartKind::Sparkline
        | ChartKind::Bar
        | ChartKind::StackedBar
        | ChartKind::HeatMap => upright::lay_out(chart, width, density, ruler),
    }
}

fn empty(width: f32) -> Drawing {
    let height = 40.0;
    let label = Mark::Label {
        x: width / 2.0,
        y: height / 2.0 + 3.0,
        anchor: Anchor::Middle,
        text: "No data in this period".to_owned(),
        ink: Ink::Muted,
    };
    let rule =
        |y| Mark::Line { points: vec![(0.0, y), (width, y)], width: 0.6, ink: Ink::Grid, dashed: false };
    Drawing { width, height, marks: vec![rule(0.5), label, rule(height - 0.5)] }
}

/// The value, unless it is none or no number.
fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|x| x.is_finite())
}

#[expect(clippy::cast_possible_truncation, reason = "points on paper need no more than a float")]
fn points(x: f64) -> f32 {
    x as f32
}

#[expect(clippy::cast_precision_loss, reason = "a chart has far fewer than 2^24 points")]
fn count(n: usize) -> f32 {
    n as f32
}

/// Inks by category, where the only series has the severities as its categories.
fn severity_categories(chart: &Chart) -> Option<Vec<Ink>> {
    let [series] = chart.series.as_slice() else { return None };
    let is_severity = |name: &String| SEVERITIES.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    (series.role == SeriesRole::Plain && chart.categories.iter().all(is_severity))
        .then(|| chart.categories.iter().map(|name| Ink::Severity(severity_index(name))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::document::{Series, Unit};

    fn chart(kind: ChartKind, categories: usize, series: usize) -> Chart {
        let values = |s: usize| {
            (0..categories).map(|i| Some(f64::from(u32::try_from(i * (s + 1) % 17).unwrap()))).collect()
        };
        Chart {
            title: "t".into(),
            summary: "s".into(),
            kind,
            categories: (0..categories).map(|i| format!("category {i}")).collect(),
            series: (0..series)
                .map(|s| Series { name: format!("series {s}"), values: values(s), role: SeriesRole::Plain })
                .collect(),
            unit: Unit::Count,
        }
    }

    fn boxes(drawing: &Drawing, shaper: &mut Shaper) -> Vec<(f32, f32, f32, f32, String)> {
        drawing
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Label { x, y, anchor, text, .. } => {
                    let width = shaper.width(text, Weight::Regular) * LABEL_SIZE;
                    let left = match anchor {
                        Anchor::Start => *x,
                        Anchor::Middle => x - width / 2.0,
                        Anchor::End => x - width,
                    };
                    Some((left, y - LABEL_SIZE * 0.75, left + width, *y, text.clone()))
                }
                _ => None,
            })
            .collect()
    }

    fn assert_apart(drawing: &Drawing, shaper: &mut Shaper, what: &str) {
        let boxes = boxes(drawing, shaper);
        for (i, a) in boxes.iter().enumerate() {
            let inside = a.0 >= -0.1 && a.2 <= drawing.width + 0.1 && a.1 >= -0.1 && a.3 <= drawing.height;
            assert!(inside, "{what}: {a:?}");
            for b in &boxes[i + 1..] {
                assert!(a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1, "{what}: {a:?} on {b:?}");
            }
        }
    }

    #[test]
    fn labels_never_overlap_nor_leave_the_drawing() {
        for kind in [ChartKind::Line, ChartKind::Bar, ChartKind::StackedBar, ChartKind::HorizontalBar] {
            for (categories, series) in
                [1, 2, 5, 12, 31, 92, 400].into_iter().flat_map(|c| [(c, 1), (c, 2), (c, 6)])
            {
                for density in [Density::Roomy, Density::Compact] {
                    let mut shaper = Shaper::new();
                    let ruler = &mut Ruler { shaper: &mut shaper, slack: 1.0 };
                    let drawing = lay_out(&chart(kind, categories, series), 500.0, density, ruler);
                    assert_apart(
                        &drawing,
                        &mut shaper,
                        &format!("{kind:?} {categories}x{series} {density:?}"),
                    );
                }
            }
        }
    }

    #[test]
    fn a_chart_without_values_says_so() {
        let mut empty = chart(ChartKind::Line, 3, 1);
        empty.series[0].values = vec![None, Some(f64::NAN), None];
        let mut shaper = Shaper::new();
        let drawing = lay_out(&empty, 300.0, Density::Roomy, &mut Ruler { shaper: &mut shaper, slack: 1.0 });
        assert!(boxes(&drawing, &mut shaper).iter().any(|b| b.4 == "No data in this period"));
    }

    #[test]
    fn values_short_or_long_of_the_categories_do_no_harm() {
        for kind in [ChartKind::Line, ChartKind::Bar, ChartKind::StackedBar, ChartKind::HorizontalBar] {
            let mut odd = chart(kind, 4, 2);
            odd.series[0].values.truncate(2);
            odd.series[1].values.extend([Some(-5.0), Some(f64::INFINITY), Some(1e300)]);
            let mut shaper = Shaper::new();
            let drawing =
                lay_out(&odd, 300.0, Density::Roomy, &mut Ruler { shaper: &mut shaper, slack: 1.0 });
            assert!(drawing.height.is_finite() && !drawing.marks.is_empty(), "{kind:?}");
        }
    }
}
