//! How much a drawing has to read: its elements, and the numbers of its shapes.
//!
//! A reader measures each shape, strokes included, which takes the longer the larger its curves are. So numbers are
//! counted, and bounded, before it reads them.

use resvg::usvg::roxmltree::Node;

use super::SvgError;

/// Most elements.
const MAX_ELEMENTS: usize = 1_000;
/// Most runs of digits in shapes; a number with decimals has two.
const MAX_DIGITS: usize = 24_000;
/// Most digits before the decimal point.
const MAX_WHOLE: usize = 5;
/// The attributes that make shapes.
const SHAPES: [&str; 15] =
    ["d", "points", "x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "x2", "y1", "y2"];

/// What was counted so far.
#[derive(Default)]
pub(super) struct Size {
    elements: usize,
    digits: usize,
}

impl Size {
    /// Counts an element and all within.
    ///
    /// # Errors
    ///
    /// [`SvgError::TooMuch`] as soon as all that was counted is too much.
    pub(super) fn add(&mut self, root: Node<'_, '_>) -> Result<(), SvgError> {
        for node in root.descendants().filter(Node::is_element) {
            self.elements += 1;
            for attribute in node.attributes().filter(|attribute| SHAPES.contains(&attribute.name())) {
                self.digits += count_digits(attribute.value())?;
            }
            match (self.elements > MAX_ELEMENTS, self.digits > MAX_DIGITS) {
                (true, _) => return Err(SvgError::TooMuch("elements")),
                (_, true) => return Err(SvgError::TooMuch("points")),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The runs of digits of a text.
fn count_digits(text: &str) -> Result<usize, SvgError> {
    let (mut runs, mut before) = (0, None);
    let bytes = text.as_bytes();
    for run in bytes.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
        if !run[0].is_ascii_digit() {
            before = run.last();
            continue;
        }
        runs += 1;
        let is_whole = before != Some(&b'.');
        if is_whole && run.len() > MAX_WHOLE || matches!(before, Some(b'e' | b'E' | b'+')) {
            return Err(SvgError::TooMuch("digits in its numbers, which may have five before the point"));
        }
    }
    Ok(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_wherever_numbers_touch_and_large_numbers_are_refused() {
        for (text, expected) in [
            ("M0 0h30v10h-30z", Some(5)),
            ("M.5.5 1.5-2,3e-5", Some(7)),
            ("100%", Some(1)),
            ("99999.123456789", Some(2)),
            ("100000", None),
            ("1e9", None),
            ("1E+9", None),
            ("", Some(0)),
        ] {
            assert_eq!(count_digits(text).ok(), expected, "{text}");
        }
    }
}
