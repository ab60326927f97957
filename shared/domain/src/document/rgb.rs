//! Colours, and how well they stand out from each other.

use serde::{Deserialize, Serialize};

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// White.
    pub const WHITE: Self = Self(255, 255, 255);
    /// Background of HTML where the reader prefers dark pages.
    pub const DARK_PAGE: Self = Self(0x12, 0x17, 0x1e);
    /// Least contrast of text of ordinary size, by WCAG 2.2 success criterion 1.4.3.
    pub const TEXT_CONTRAST: f64 = 4.5;

    /// The channels as amounts of light, 0 to 1, by the curve of sRGB (IEC 61966-2-1).
    #[must_use]
    pub fn linear(self) -> [f64; 3] {
        [self.0, self.1, self.2].map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        })
    }

    /// Relative luminance by WCAG 2, 0 to 1.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast ratio to another colour by WCAG 2, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour, moved towards black (or white) until text in it reads on that background.
    #[must_use]
    pub fn readable_on(self, background: Self) -> Self {
        let goal = if background.luminance() > 0.5 { Self(0, 0, 0) } else { Self::WHITE };
        (0..=20)
            .map(|step| self.mixed_with(goal, f64::from(step) / 20.0))
            .find(|color| color.contrast(background) >= Self::TEXT_CONTRAST)
            .unwrap_or(goal)
    }

    /// A mix with another colour: `share` 0 is this one, 1 is the other.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a mean of bytes is a byte")]
    pub fn mixed_with(self, other: Self, share: f64) -> Self {
        let mix = |a: u8, b: u8| (f64::from(a) * (1.0 - share) + f64::from(b) * share).round() as u8;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// `#rrggbb`.
    #[must_use]
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_the_standard() {
        for (a, b, expected) in [
            (Rgb(0, 0, 0), Rgb::WHITE, 21.0),
            (Rgb(0x77, 0x77, 0x77), Rgb::WHITE, 4.48),
            (Rgb(9, 9, 9), Rgb(9, 9, 9), 1.0),
        ] {
            assert!((a.contrast(b) - expected).abs() < 0.005, "{} on {}", a.hex(), b.hex());
            assert_eq!(a.contrast(b).to_bits(), b.contrast(a).to_bits());
        }
    }

    #[test]
    fn any_accent_becomes_readable_on_any_background() {
        for color in [Rgb(255, 255, 0), Rgb(0, 0, 0), Rgb(127, 127, 127), Rgb(255, 0, 0), Rgb::WHITE] {
            for background in [Rgb::WHITE, Rgb(0x12, 0x17, 0x1e), Rgb(118, 118, 118), Rgb(0, 0, 0)] {
                let contrast = color.readable_on(background).contrast(background);
                assert!(contrast >= Rgb::TEXT_CONTRAST, "{} on {}", color.hex(), background.hex());
            }
        }
    }

    #[test]
    fn a_readable_accent_stays_as_it_is() {
        assert_eq!(Rgb(0x1f, 0x4e, 0x79).readable_on(Rgb::WHITE), Rgb(0x1f, 0x4e, 0x79));
    }
}
