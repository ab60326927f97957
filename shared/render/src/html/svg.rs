//! Charts as inline SVG: the same drawing as on paper, once for wide and once for narrow screens.
//!
//! Colours are classes, so that they follow the reader's light or dark; textures show on paper and where more contrast
//! is asked for. The drawing is one picture to those who have it read: its title and summary are the figure's own.

use sitrep_domain::document::{Chart, KpiCard};

use super::Markup;
use crate::chart::summary::{describe_trend, summary_of};
use crate::chart::{self, Anchor, Density, Face, Mark, Ruler};
use crate::palette::Ink;
use crate::text::shape::Shaper;

/// Width of the drawing for wide screens, in points.
const WIDE: f32 = 560.0;
/// Width of the drawing for narrow screens, in points.
const NARROW: f32 = 262.0;
/// How much wider than ours the reader's typeface may run.
const SLACK: f32 = 1.12;

/// Size of a card's sparkline, in points.
const SPARK: (f32, f32) = (120.0, 20.0);

/// A chart as a figure; `index` makes its ids unique.
pub(crate) fn write_figure(chart: &Chart, index: usize, shaper: &mut Shaper, out: &mut Markup) {
    out.raw("<figure>").element(&format!("figcaption id=\"c{index}t\""), &chart.title);
    for (class, width) in [("wide", WIDE), ("narrow", NARROW)] {
        let drawing = chart::lay_out(chart, width, Density::Roomy, &mut Ruler { shaper, slack: SLACK });
        out.put(format_args!(
            "<svg class=\"chart {class}\" role=\"img\" aria-labelledby=\"c{index}t\" aria-describedby=\"c{index}s\" viewBox=\"0 0 {} {}\">",
            number(drawing.width),
            number(drawing.height)
        ));
        write_marks(&drawing.marks, out);
        out.raw("</svg>");
    }
    out.element(&format!("p id=\"c{index}s\""), &summary_of(chart)).raw("</figure>\n");
}

/// The sparkline of a card, told in words to those who cannot see it; nothing without a value.
pub(crate) fn write_sparkline(card: &KpiCard, out: &mut Markup) {
    let marks = chart::sparkline(&card.trend, SPARK.0, SPARK.1);
    if marks.is_empty() {
        return;
    }
    let (width, height) = (number(SPARK.0), number(SPARK.1));
    out.raw("<svg class=\"chart spark\" role=\"img\" aria-label=\"Trend: ")
        .text(&describe_trend(&card.trend, card.unit))
        .put(format_args!("\" viewBox=\"0 0 {width} {height}\">"));
    write_marks(&marks, out);
    out.raw("</svg>");
}

/// Neighbours of one look become one path.
fn write_marks(marks: &[Mark], out: &mut Markup) {
    let mut open: Option<String> = None;
    for mark in marks {
        let look = look_of(mark);
        if open.is_some() && open != look {
            out.raw("\"/>");
        }
        if let Some(look) = look.as_ref().filter(|look| open.as_ref() != Some(*look)) {
            out.put(format_args!("<path {look} d=\""));
        }
        open = look;
        match mark {
            Mark::Label { .. } => write_label(mark, out),
            _ => write_path(mark, out),
        }
    }
    if open.is_some() {
        out.raw("\"/>");
    }
}

/// Attributes of a mark's path; `None` for a text.
fn look_of(mark: &Mark) -> Option<String> {
    match mark {
        Mark::Bar { ink, .. } | Mark::Shape { ink, .. } => Some(format!("class=\"{}\"", ink_class(*ink))),
        Mark::Line { width, ink, dashed, .. } => {
            let dash = if *dashed { " stroke-dasharray=\"4 2.5\"" } else { "" };
            Some(format!("class=\"l {}\" stroke-width=\"{}\"{dash}", ink_class(*ink), number(*width)))
        }
        Mark::Texture { width, ink, .. } => {
            Some(format!("class=\"l x {}\" stroke-width=\"{}\"", ink_class(*ink), number(*width)))
        }
        Mark::Label { .. } => None,
    }
}

fn write_path(mark: &Mark, out: &mut Markup) {
    match mark {
        Mark::Bar { x, y, width, height, .. } => {
            let (x, y, width, height) = (fine(*x), fine(*y), fine(*width), fine(*height));
            out.put(format_args!("M{x} {y}h{width}v{height}h-{width}z"));
        }
        Mark::Line { points, .. } => write_points(points, out),
        Mark::Shape { points, .. } => {
            write_points(points, out);
            out.raw("z");
        }
        Mark::Texture { strokes, .. } => strokes.iter().for_each(|stroke| write_points(stroke, out)),
        Mark::Label { .. } => {}
    }
}

fn write_points(points: &[(f32, f32)], out: &mut Markup) {
    for (i, (x, y)) in points.iter().enumerate() {
        let before = if i == 0 { "M" } else { " " };
        out.put(format_args!("{before}{} {}", number(*x), number(*y)));
    }
}

fn write_label(mark: &Mark, out: &mut Markup) {
    let Mark::Label { x, y, anchor, text, ink, face } = mark else { return };
    let anchor = match anchor {
        Anchor::Start => "",
        Anchor::Middle => " m",
        Anchor::End => " e",
    };
    let face = if *face == Face::Large { " b" } else { "" };
    let (class, x, y) = (ink_class(*ink), number(*x), number(*y));
    out.element(&format!("text class=\"{class}{anchor}{face}\" x=\"{x}\" y=\"{y}\""), text);
}

fn ink_class(ink: Ink) -> String {
    match ink {
        Ink::Text => "it".to_owned(),
        Ink::Muted => "im".to_owned(),
        Ink::Rule => "ir".to_owned(),
        Ink::Grid => "ig".to_owned(),
        Ink::Paper => "ip".to_owned(),
        Ink::Series(i) => format!("s{i}"),
        Ink::SoftSeries(i) => format!("s{i} o"),
        Ink::Severity(i) => format!("v{i}"),
        Ink::SoftSeverity(i) => format!("v{i} o"),
        Ink::Heat(i) => format!("h{i}"),
        Ink::OnHeat(i) => format!("k{i}"),
    }
}

/// A length with one decimal, which is finer than a pixel.
fn number(x: f32) -> String {
    short(format!("{x:.1}"))
}

/// A length with two decimals, where seams would show.
fn fine(x: f32) -> String {
    short(format!("{x:.2}"))
}

/// Without zeros that say nothing.
fn short(text: String) -> String {
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    match text {
        "-0" | "" => "0".to_owned(),
        _ => text.strip_prefix("0.").map_or_else(|| text.to_owned(), |rest| format!(".{rest}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short_and_never_minus_nothing() {
        for (x, one, two) in [
            (0.0, "0", "0"),
            (-0.04, "0", "-0.04"),
            (0.5, ".5", ".5"),
            (10.0, "10", "10"),
            (100.25, "100.2", "100.25"),
            (-3.06, "-3.1", "-3.06"),
        ] {
            assert_eq!((number(x).as_str(), fine(x).as_str()), (one, two), "{x}");
        }
    }

    #[test]
    fn neighbours_of_one_look_share_a_path() {
        let bar = |x, ink| Mark::Bar { x, y: 0.0, width: 2.0, height: 3.5, ink };
        let label = Mark::Label {
            x: 1.0,
            y: 2.0,
            anchor: Anchor::End,
            text: "<a>".into(),
            ink: Ink::Text,
            face: Face::Plain,
        };
        let (blue, ochre) = (Ink::Series(0), Ink::Series(1));
        let mut out = Markup::default();
        write_marks(&[bar(0.0, blue), bar(4.0, blue), label, bar(0.0, ochre)], &mut out);
        assert_eq!(
            out.into_string(),
            "<path class=\"s0\" d=\"M0 0h2v3.5h-2zM4 0h2v3.5h-2z\"/>\
             <text class=\"it e\" x=\"1\" y=\"2\">&lt;a&gt;</text>\
             <path class=\"s1\" d=\"M0 0h2v3.5h-2z\"/>"
        );
    }
}
