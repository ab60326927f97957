//! Charts as inline SVG: the same drawing as on paper, once for wide and once for narrow screens.

use sitrep_domain::document::Chart;

use super::Markup;
use crate::chart::{self, Anchor, Density, Drawing, Mark, Ruler};
use crate::palette::Ink;
use crate::text::shape::Shaper;

/// Width of the drawing for wide screens, in points.
const WIDE: f32 = 560.0;
/// Width of the drawing for narrow screens, in points.
const NARROW: f32 = 262.0;
/// How much wider than ours the reader's typeface may run.
const SLACK: f32 = 1.12;

/// A chart as a figure; `index` makes its ids unique.
pub(crate) fn write_figure(chart: &Chart, index: usize, shaper: &mut Shaper, out: &mut Markup) {
    out.raw("<figure>").element("figcaption", &chart.title);
    for (class, width) in [("wide", WIDE), ("narrow", NARROW)] {
        let drawing = chart::lay_out(chart, width, Density::Roomy, &mut Ruler { shaper, slack: SLACK });
        write_svg(chart, &drawing, &format!("{class}{index}"), class, out);
    }
    out.element("p", &chart.summary).raw("</figure>\n");
}

fn write_svg(chart: &Chart, drawing: &Drawing, id: &str, class: &str, out: &mut Markup) {
    out.put(format_args!(
        "<svg class=\"chart {class}\" role=\"img\" aria-labelledby=\"{id}t {id}d\" viewBox=\"0 0 {} {}\">",
        number(drawing.width),
        number(drawing.height)
    ));
    out.element(&format!("title id=\"{id}t\""), &chart.title);
    out.element(&format!("desc id=\"{id}d\""), &chart.summary);
    for mark in &drawing.marks {
        write_mark(mark, out);
    }
    out.raw("</svg>");
}

fn write_mark(mark: &Mark, out: &mut Markup) {
    match mark {
        Mark::Bar { x, y, width, height, ink } => {
            let (x, y, width, height) = (number(*x), number(*y), number(*width), number(*height));
            out.put(format_args!(
                "<rect class=\"{}\" fill=\"currentColor\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>",
                ink_class(*ink)
            ));
        }
        Mark::Line { points, width, ink, dashed } => {
            let dash = if *dashed { " stroke-dasharray=\"4 2.5\"" } else { "" };
            out.put(format_args!(
                "<polyline class=\"{}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"{}\"{dash} points=\"{}\"/>",
                ink_class(*ink),
                number(*width),
                join(points)
            ));
        }
        Mark::Shape { points, ink } => {
            let class = ink_class(*ink);
            out.put(format_args!(
                "<polygon class=\"{class}\" fill=\"currentColor\" points=\"{}\"/>",
                join(points)
            ));
        }
        Mark::Label { x, y, anchor, text, ink } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let (class, x, y) = (ink_class(*ink), number(*x), number(*y));
            out.element(
                &format!("text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\""),
                text,
            );
        }
    }
}

fn ink_class(ink: Ink) -> String {
    match ink {
        Ink::Text => "it".to_owned(),
        Ink::Muted => "im".to_owned(),
        Ink::Rule => "ir".to_owned(),
        Ink::Grid => "ig".to_owned(),
        Ink::Paper => "ip".to_owned(),
        Ink::Series(i) => format!("s{i}"),
        Ink::Severity(i) => format!("v{i}"),
    }
}

fn join(points: &[(f32, f32)]) -> String {
    points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect::<Vec<_>>().join(" ")
}

/// A length with one decimal, which is finer than a pixel.
fn number(x: f32) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
