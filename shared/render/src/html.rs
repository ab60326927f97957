//! HTML parts: escaping writer, style sheet, charts as SVG, structural check.

mod blocks;
pub(crate) mod check;
pub(crate) mod page;
mod style;
mod svg;
mod table;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sitrep_domain::document::Png;
use sitrep_domain::markup::escape_into;

use crate::clean::{clean_line, clean_text};
use crate::picture::Picture;

/// The picture within the page: a file of our own from its pixels; `None` when they do not decode.
fn picture_source(png: &Png, most_pixels: usize) -> Option<String> {
    let picture = Picture::decode(png)?.shrunk(most_pixels);
    Some(format!("data:image/png;base64,{}", STANDARD.encode(picture.to_png())))
}

/// Markup under construction. Text and attribute values go in escaped; only this crate's constants go in raw.
#[derive(Default)]
pub(crate) struct Markup {
    out: String,
}

impl Markup {
    /// Adds markup of our own.
    pub(crate) fn raw(&mut self, markup: &str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    /// Adds markup of our own from numbers and constants.
    pub(crate) fn put(&mut self, markup: std::fmt::Arguments<'_>) -> &mut Self {
        self.out.write_fmt(markup).expect("a string takes every character");
        self
    }

    /// Adds a text on one line.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        escape_into(&clean_line(text), &mut self.out);
        self
    }

    /// Adds a text whose line breaks show.
    pub(crate) fn lines(&mut self, text: &str) -> &mut Self {
        for (i, line) in clean_text(text).split('\n').enumerate() {
            if i > 0 {
                self.out.push_str("<br>");
            }
            escape_into(line, &mut self.out);
        }
        self
    }

    /// Adds an element that holds a text on one line; `open` is its tag with attributes of our own.
    pub(crate) fn element(&mut self, open: &str, text: &str) -> &mut Self {
        let name = open.split(' ').next().unwrap_or(open);
        self.put(format_args!("<{open}>")).text(text).put(format_args!("</{name}>"))
    }

    pub(crate) fn into_string(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup_and_none_has_control_characters() {
        let mut markup = Markup::default();
        markup.text("</script>\u{0}\nb").lines("a<\r\nb").element("p class=\"x\"", "\" onload='x'");
        let expected = "&lt;/script&gt;\u{FFFD} ba&lt;<br>b<p class=\"x\">&quot; onload=&#39;x&#39;</p>";
        assert_eq!(markup.into_string(), expected);
    }
}
