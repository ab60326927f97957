//! Drawings: SVG files, made into pictures where they are uploaded.
//!
//! A drawing is untrusted, and a small one can ask for hours. So its markup ([`markup`]) and its size ([`size`]) are
//! checked before it is read, and what it costs is counted before it is painted ([`cost`]). Nothing is opened that is not
//! in the file, and what a picture would leave out is refused instead.

mod cost;
mod markup;
mod size;

use std::panic::catch_unwind;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::document::{Pixels, Png};

/// Why a drawing does not become a picture. Each says what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SvgError {
    /// It cannot be read as XML or as SVG.
    #[error("it cannot be read ({0})")]
    Unreadable(String),
    /// It has an element that is not drawn here.
    #[error("it has <{name}>, which is not taken: {remedy}")]
    Element { name: String, remedy: &'static str },
    /// It names something that is not in the file.
    #[error("it refers to {0}, and only what is in the file itself is drawn")]
    Outside(String),
    /// It has an effect that is not drawn here.
    #[error("it has {0}: expand them to paths")]
    Effect(&'static str),
    /// Drawing it would cost too much.
    #[error("it has too many {0}: simplify it, or save it as PNG")]
    TooMuch(&'static str),
    /// A picture of it shows nothing.
    #[error("nothing is seen of it: it needs paths with a colour, within its view box")]
    Empty,
    /// It is too colourful to be kept as a file of pixels.
    #[error("its picture has more than {} KB: save it as PNG", Png::MAX_BYTES / 1_024)]
    TooLarge,
}

/// Widths of the picture in pixels, the sharpest first; the next is tried when the file becomes too large.
const WIDTHS: [f32; 2] = [900.0, 450.0];
/// A picture that is higher than wide is at most so high, which is more than a page's head has.
const MAX_HEIGHT: f32 = 450.0;

/// The picture of a drawing, with what it leaves open transparent.
///
/// # Errors
///
/// [`SvgError`], which names the remedy.
pub(crate) fn rasterise(svg: &str) -> Result<Png, SvgError> {
    let document = markup::read(svg)?;
    // What a painter panics on is refused like what it cannot read.
    let painted = catch_unwind(|| {
        let tree = Tree::from_xmltree(&document, &Options::default())
            .map_err(|error| SvgError::Unreadable(error.to_string()))?;
        cost::check(&tree)?;
        paint_to_fit(&tree)
    });
    painted.unwrap_or_else(|_| Err(SvgError::Unreadable("its shapes cannot be drawn".to_owned())))
}

/// The sharpest picture whose file is small enough.
fn paint_to_fit(tree: &Tree) -> Result<Png, SvgError> {
    for width in WIDTHS {
        let pixels = paint(tree, width).ok_or(SvgError::Empty)?;
        if pixels.rgba.chunks_exact(4).all(|pixel| pixel[3] == 0) {
            return Err(SvgError::Empty);
        }
        if let Ok(png) = Png::new(pixels.to_png()) {
            return Ok(png);
        }
    }
    Err(SvgError::TooLarge)
}

/// The drawing, at most so wide; `None` when it has no size.
fn paint(tree: &Tree, width: f32) -> Option<Pixels> {
    let size = tree.size();
    let scale = (width / size.width()).min(MAX_HEIGHT / size.height());
    let mut canvas = Pixmap::new(side(size.width() * scale), side(size.height() * scale))?;
    resvg::render(tree, Transform::from_scale(scale, scale), &mut canvas.as_mut());
    let colour = |pixel: &resvg::tiny_skia::PremultipliedColorU8| {
        let colour = pixel.demultiply();
        [colour.red(), colour.green(), colour.blue(), colour.alpha()]
    };
    let rgba = canvas.pixels().iter().flat_map(colour).collect();
    Some(Pixels { width: canvas.width() as usize, height: canvas.height() as usize, rgba })
}

/// A length in whole pixels, at least one.
fn side(length: f32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is 1 to 900")]
    let pixels = length.round().clamp(1.0, WIDTHS[0]) as u32;
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'";

    /// A drawing of 30 × 10 units.
    fn drawing(content: &str) -> String {
        format!("{SVG} viewBox='0 0 30 10'>{content}</svg>")
    }

    fn pixel(png: &Png, x: usize, y: usize) -> [u8; 4] {
        let shown = png.pixels().unwrap();
        let at = (y * shown.width + x) * 4;
        shown.rgba[at..at + 4].try_into().unwrap()
    }

    #[test]
    fn a_drawing_becomes_a_sharp_picture_that_is_open_where_nothing_is_drawn() {
        let png = rasterise(&drawing("<rect width='10' height='10' fill='#1f4e79'/>")).unwrap();
        assert_eq!(png.size(), (900, 300));
        assert_eq!(pixel(&png, 150, 150), [0x1f, 0x4e, 0x79, 255]);
        assert_eq!(pixel(&png, 600, 150)[3], 0);
    }

    #[test]
    fn what_drawing_programs_write_is_drawn() {
        let red = "fill='#ff0000' d='M0 0h30v10h-30z'";
        for content in [
            format!("<g transform='scale(2)'><path {red}/></g>"),
            format!("<defs><path id='a' {red}/></defs><use xlink:href='#a'/>"),
            format!("<defs><path id='a' {red}/></defs><use href=\"#a\"/>"),
            "<style>.a{fill:#f00}</style><rect class='a' width='30' height='10'/>".to_owned(),
            "<linearGradient id='g'><stop stop-color='red'/></linearGradient><rect width='30' height='10' \
             fill='url(#g)'/>"
                .to_owned(),
            format!(
                "<clipPath id='c'><rect width='30' height='10'/></clipPath><g clip-path='url(#c)'><path {red}/></g>"
            ),
            format!("<metadata><x:a xmlns:x='urn:x' href='http://e.example'/></metadata><path {red}/>"),
        ] {
            let png = rasterise(&drawing(&content)).unwrap_or_else(|error| panic!("{content}: {error}"));
            assert_eq!(pixel(&png, 450, 150), [255, 0, 0, 255], "{content}");
        }
        let head = "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY c '#ff0000'>]>";
        let png =
            rasterise(&format!("{head}{}", drawing("<rect width='30' height='10' fill='&c;'/>"))).unwrap();
        assert_eq!(pixel(&png, 450, 150), [255, 0, 0, 255]);
    }

    #[test]
    fn a_drawing_of_any_shape_has_pixels_within_bounds() {
        for (size, expected) in [
            ("width='10' height='1000'", (5, 450)),
            ("width='90000' height='200'", (900, 2)),
            ("width='0.5' height='0.5'", (450, 450)),
        ] {
            let png = rasterise(&format!("{SVG} {size}><rect width='100%' height='100%'/></svg>")).unwrap();
            assert_eq!(png.size(), expected, "{size}");
        }
    }

    #[test]
    fn what_a_picture_would_leave_out_is_refused_with_the_remedy() {
        for (content, said) in [
            ("<text>Acme</text>", "<text>, which is not taken: convert texts to paths"),
            ("<image href='data:image/png;base64,AA'/>", "<image>"),
            ("<foreignObject/>", "<foreignObject>"),
            ("<script>1</script>", "<script>"),
            ("<filter id='f'/>", "<filter>"),
            ("<rect width='9' height='9' style='filter:blur(9px)'/>", "effects"),
            ("<path d='M0 0h9' stroke='red' stroke-dasharray='0.001'/>", "dashed lines"),
            ("<use href='https://e.example/a.svg#a'/>", "refers to https://e.example/a.svg#a"),
            ("<use xlink:href='a.svg#a'/>", "refers to a.svg#a"),
            ("<rect fill='url(https://e.example/a.svg#a)' width='9' height='9'/>", "refers to"),
            ("<style>@import 'https://e.example/a.css';</style>", "refers to"),
            ("", "nothing is seen"),
            ("<rect x='90' width='9' height='9'/>", "nothing is seen"),
            ("<g>", "cannot be read"),
        ] {
            let error = rasterise(&drawing(content)).unwrap_err().to_string();
            assert!(error.contains(said), "{content}: {error}");
        }
        assert!(rasterise("<svg/>").is_err(), "it has no size and another namespace");
    }

    #[test]
    fn a_drawing_that_multiplies_is_refused_before_it_is_drawn() {
        let rects = |count: usize| "<rect width='9' height='9'/>".repeat(count);
        let copies = |count: usize| "<use href='#a'/>".repeat(count);
        let doubling = |id: &str, href: &str| -> String {
            let group = |n: usize| {
                let next = format!("<use href='{href}{}'/>", n + 1);
                format!("<g id='{id}{n}'>{next}{next}</g>")
            };
            (0..20).map(group).collect()
        };
        let decoys: String = (0..20).map(|n| format!("<g id='b{n}'/>")).collect();
        let path = |points: usize| format!("<path stroke='red' d='M0 0{}'/>", "h1v1".repeat(points));
        let chain =
            (0..40).map(|n| format!("<clipPath id='c{n}' clip-path='url(#c{})'><rect/></clipPath>", n + 1));
        let entity = "<!DOCTYPE svg [<!ENTITY a '0000000000'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\
                      <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>\
                      <!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'>]>";
        for svg in [
            drawing(&rects(900)),
            drawing(&("<g>".repeat(100) + &"</g>".repeat(100))),
            drawing(&format!("<g id='a'>{}</g>{}", rects(100), copies(10))),
            drawing(&format!("{}<use href='#b0'/>", doubling("b", "#b"))),
            drawing(&format!("{}<use href='#b0'/>{decoys}", doubling("b", "#b"))),
            drawing(&format!("{decoys}{}<use href='#b0'/>", doubling("b", "#b"))),
            drawing(&format!("{}<use href='##b0'/>", doubling("#b", "##b"))),
            drawing(&format!("{}<use href='#\u{a0}b0'/>", doubling("\u{a0}b", "#\u{a0}b"))),
            drawing(&format!("<g id='a'>{0}{0}</g>", copies(1))),
            drawing(&path(9_000)),
            drawing(&format!("<g opacity='.9'>{}</g>", rects(2)).repeat(50)),
            drawing("<circle r='900000'/>"),
            drawing(&format!("<style>{}</style>", ".a{fill:red}".repeat(2_000))),
            drawing(&chain.collect::<String>()),
        ] {
            assert!(svg.len() <= Png::MAX_BYTES, "{}", svg.len());
            let refused = rasterise(&svg);
            assert!(matches!(refused, Err(SvgError::TooMuch(_))), "{refused:?}: {svg:.200}");
        }
        let many = drawing("<rect width='&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;' height='9'/>");
        assert!(rasterise(&format!("{entity}{many}")).is_err());
    }
}
