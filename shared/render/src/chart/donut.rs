//! Donuts: a ring of shares with their total in the middle, and each share with its figure and per cent beside it.
//!
//! Shares too small to see are one slice called "Other"; the numbers beside the drawing keep them apart. Severities are
//! few, and the rare ones matter most: none of them is gathered. A total that is not positive has no shares.

use std::f32::consts::TAU;

use sitrep_domain::document::Chart;

use super::fills::Fills;
use super::legend::draw_block;
use super::style::Style;
use super::{Anchor, Density, Drawing, Face, LABEL_SIZE, Mark, Ruler, count, figure, points, value};
use crate::figures::format_decimal;
use crate::palette::Ink;

/// Most slices, "Other" included.
const MOST: usize = 8;
/// Shares below are gathered as "Other", if there are several.
const TINY: f64 = 0.02;
const ROW: f32 = 15.0;
/// From the left of a key to that of its name.
const KEY: f32 = 14.0;
/// Between columns of the list.
const GAP: f32 = 10.0;
const LONGEST_NAME: f32 = 190.0;
/// Inner radius as a share of the outer one.
const HOLE: f32 = 0.62;

struct Slice {
    name: String,
    value: f64,
    style: Style,
}

/// Whether the chart can be a ring: one series without negative values.
pub(super) fn is_ring(chart: &Chart) -> bool {
    matches!(chart.series.as_slice(), [only] if only.values.iter().flatten().all(|x| x.is_nan() || *x >= 0.0))
}

pub(super) fn lay_out(chart: &Chart, width: f32, density: Density, ruler: &mut Ruler<'_>) -> Drawing {
    let slices = slices_of(chart);
    let total: f64 = (0..chart.categories.len()).filter_map(|i| value(&chart.series[0], i)).sum();
    let wanted: f32 = if density == Density::Compact { 96.0 } else { 132.0 };
    let radius = wanted.min(width * 0.4) / 2.0;
    let list = List::of(chart, &slices, total, ruler);
    let beside = 2.0 * radius + 22.0;
    let fits_beside = beside + list.width() <= width;

    let mut marks = Vec::new();
    let (centre, place, height) = if fits_beside {
        let height = (2.0 * radius).max(list.height()) + 4.0;
        ((radius + 1.0, height / 2.0), (beside, (height - list.height()) / 2.0), height)
    } else {
        let top = 2.0 * radius + 10.0;
        let left = ((width - list.width()) / 2.0).max(0.0);
        ((width / 2.0, radius + 2.0), (left, top), top + list.height() + 2.0)
    };
    draw_ring(&slices, total, centre, radius, &mut marks);
    draw_total(chart, total, centre, radius, ruler, &mut marks);
    list.draw(&slices, place, width, ruler, &mut marks);
    Drawing { width, height, marks }
}

/// The slices in the order of the categories, the tiny and those past the most gathered at the end.
fn slices_of(chart: &Chart) -> Vec<Slice> {
    let severities = Style::of_severities(chart);
    let all: Vec<Slice> = chart
        .categories
        .iter()
        .enumerate()
        .filter_map(|(i, name)| {
            let style = severities.as_ref().map_or_else(|| Style::plain(i), |styles| styles[i]);
            Some(Slice { name: name.clone(), value: value(&chart.series[0], i)?, style })
        })
        .collect();
    if severities.is_some() {
        return all;
    }
    let total: f64 = all.iter().map(|slice| slice.value).sum();
    let mut sizes: Vec<f64> = all.iter().map(|slice| slice.value).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let floor = if all.len() > MOST { sizes[MOST - 2] } else { 0.0 };
    let mut kept = 0;
    let (mut large, small): (Vec<Slice>, Vec<Slice>) = all.into_iter().partition(|slice| {
        let keeps = slice.value >= floor && slice.value >= total * TINY && kept < MOST - 1;
        kept += usize::from(keeps);
        keeps
    });
    match small.len() {
        0 => {}
        1 => large.extend(small),
        n => large.push(Slice {
            name: format!("Other ({n})"),
            value: small.iter().map(|slice| slice.value).sum(),
            style: Style { ink: Ink::Muted, ..Style::plain(0) },
        }),
    }
    large
}

fn draw_ring(slices: &[Slice], total: f64, centre: (f32, f32), radius: f32, marks: &mut Vec<Mark>) {
    if total <= 0.0 {
        marks.push(Mark::Shape { points: sector(centre, radius, 0.0, 1.0), ink: Ink::Grid });
        return;
    }
    let mut from = 0.0;
    let mut borders = Vec::new();
    for slice in slices.iter().filter(|slice| slice.value > 0.0) {
        let to = from + slice.value / total;
        let mut fills = Fills::of(slice.style);
        fills.shape(sector(centre, radius, points(from), points(to)));
        fills.finish(marks);
        let ends = [HOLE, 1.0].map(|share| on_circle(centre, radius * share, points(from)));
        borders.push(Mark::Line { points: ends.into(), width: 1.2, ink: Ink::Paper, dashed: false });
        from = to;
    }
    if borders.len() > 1 {
        marks.extend(borders);
    }
}

/// The outline of a piece of the ring between two shares of the whole turn.
fn sector(centre: (f32, f32), radius: f32, from: f32, to: f32) -> Vec<(f32, f32)> {
    let steps = ((to - from) * 72.0).ceil().max(1.0);
    let at = |i: u8, r: f32| on_circle(centre, r, from + (to - from) * f32::from(i) / steps);
    let turns = || (0..=72u8).take_while(|i| f32::from(*i) <= steps);
    let outer = turns().map(|i| at(i, radius));
    let mut inner: Vec<(f32, f32)> = turns().map(|i| at(i, radius * HOLE)).collect();
    inner.reverse();
    outer.chain(inner).collect()
}

/// A point of a circle; 0 is at the top, clockwise.
fn on_circle(centre: (f32, f32), radius: f32, turn: f32) -> (f32, f32) {
    let angle = turn * TAU;
    (centre.0 + radius * angle.sin(), centre.1 - radius * angle.cos())
}

/// The total in the middle, large if it has the room.
fn draw_total(
    chart: &Chart,
    total: f64,
    centre: (f32, f32),
    radius: f32,
    ruler: &mut Ruler<'_>,
    marks: &mut Vec<Mark>,
) {
    let room = radius * HOLE * 1.7;
    let text = figure(total, chart.unit);
    let large = ruler.face_width(&text, Face::Large) <= room;
    let (face, drop) = if large { (Face::Large, 2.5) } else { (Face::Plain, 0.0) };
    let text = if large { text } else { ruler.fit(&text, room) };
    let (x, y) = centre;
    marks.push(Mark::Label { x, y: y + drop, anchor: Anchor::Middle, text, ink: Ink::Text, face });
    marks.push(Mark::label(x, y + drop + LABEL_SIZE + 3.0, Anchor::Middle, "total".to_owned(), Ink::Muted));
}

/// Key, name, figure and per cent of each slice, in columns.
struct List {
    names: Vec<String>,
    figures: Vec<String>,
    shares: Vec<String>,
    /// Widths of the three columns.
    widths: [f32; 3],
}

impl List {
    fn of(chart: &Chart, slices: &[Slice], total: f64, ruler: &mut Ruler<'_>) -> Self {
        let names: Vec<String> = slices.iter().map(|slice| ruler.fit(&slice.name, LONGEST_NAME)).collect();
        let figures: Vec<String> = slices.iter().map(|slice| figure(slice.value, chart.unit)).collect();
        let shares: Vec<String> = slices.iter().map(|slice| share_of(slice.value, total)).collect();
        let mut widest = |texts: &[String]| texts.iter().map(|text| ruler.width(text)).fold(0.0, f32::max);
        let widths = [widest(&names), widest(&figures), widest(&shares)];
        Self { names, figures, shares, widths }
    }

    fn width(&self) -> f32 {
        KEY + self.widths.iter().sum::<f32>() + 2.0 * GAP
    }

    fn height(&self) -> f32 {
        ROW * count(self.names.len())
    }

    /// Draws the list at that corner; names that leave the drawing are cut.
    fn draw(
        self,
        slices: &[Slice],
        (left, top): (f32, f32),
        right: f32,
        ruler: &mut Ruler<'_>,
        marks: &mut Vec<Mark>,
    ) {
        let [name_width, figure_width, share_width] = self.widths;
        let room = right - left - KEY - figure_width - share_width - 2.0 * GAP;
        let name_width = name_width.min(room);
        let end = left + KEY + name_width + GAP + figure_width;
        let texts = self.names.iter().zip(self.figures.into_iter().zip(self.shares));
        for (i, (slice, (name, (figure, share)))) in slices.iter().zip(texts).enumerate() {
            let middle = top + ROW * (count(i) + 0.5);
            let y = middle + LABEL_SIZE * 0.36;
            draw_block(slice.style, left, middle, marks);
            let name = ruler.fit(name, name_width);
            marks.push(Mark::label(left + KEY, y, Anchor::Start, name, Ink::Text));
            marks.push(Mark::label(end, y, Anchor::End, figure, Ink::Text));
            marks.push(Mark::label(end + GAP + share_width, y, Anchor::End, share, Ink::Muted));
        }
    }
}

/// A share in per cent; one that would round to nothing says so.
fn share_of(value: f64, total: f64) -> String {
    let percent = value / total * 100.0;
    if !percent.is_finite() {
        return "–".to_owned();
    }
    if percent > 0.0 && percent < 0.05 {
        return "<0.1%".to_owned();
    }
    format!("{}%", format_decimal(percent, 1))
}
