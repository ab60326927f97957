//! Colours, one set for every format that has any.
//!
//! Series colours follow Okabe and Ito, so that colour-blind readers can tell them apart; severities run from dark to
//! light, so that they keep their order in greyscale. Every colour has a twin for dark backgrounds. No meaning rests
//! on colour alone: formats add words and shapes.

use sitrep_domain::document::{Rgb, Series, SeriesRole, Status};

/// A colour on white and its twin on a dark background.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Swatch {
    pub(crate) light: Rgb,
    pub(crate) dark: Rgb,
}

const fn swatch(light: u32, dark: u32) -> Swatch {
    Swatch { light: rgb(light), dark: rgb(dark) }
}

const fn rgb(hex: u32) -> Rgb {
    let [_, red, green, blue] = hex.to_be_bytes();
    Rgb(red, green, blue)
}

pub(crate) const TEXT: Rgb = rgb(0x1B_2430);
pub(crate) const MUTED: Rgb = rgb(0x59_6575);
pub(crate) const RULE: Rgb = rgb(0xD5_DBE3);
pub(crate) const GRID: Rgb = rgb(0xE4_E8ED);
pub(crate) const ZEBRA: Rgb = rgb(0xF6_F8FA);
pub(crate) const HEAD: Rgb = rgb(0xEA_EEF3);
pub(crate) const WHITE: Rgb = rgb(0xFF_FFFF);

/// Names of the severities, worst first, each with its colours.
pub(crate) const SEVERITIES: [(&str, Swatch); 6] = [
    ("critical", swatch(0x8E_1537, 0xE0_5A7E)),
    ("high", swatch(0xC8_4518, 0xF0_7F4F)),
    ("medium", swatch(0xE6_A117, 0xF0_BE55)),
    ("low", swatch(0x4B_9AD3, 0x5F_AEE3)),
    ("informational", swatch(0x8C_9DB0, 0x8C_9DB0)),
    ("unrated", swatch(0xC3_CBD5, 0x62_6E7D)),
];

/// Colours of plain series, in order.
pub(crate) const SERIES: [Swatch; 8] = [
    swatch(0x00_6FAE, 0x4A_A8E0),
    swatch(0xE0_8E00, 0xF0_AE3C),
    swatch(0x00_8F6B, 0x2F_BF99),
    swatch(0xC2_4F86, 0xE0_85B3),
    swatch(0x5B_B3E0, 0x8C_CEF2),
    swatch(0xC9_5200, 0xEE_8140),
    swatch(0x6B_5AA8, 0xA5_95DD),
    swatch(0x6B_7685, 0x9A_A5B3),
];

/// Index of a severity in [`SEVERITIES`]; an unknown name counts as unrated.
pub(crate) fn severity_index(name: &str) -> usize {
    SEVERITIES.iter().position(|(known, _)| known.eq_ignore_ascii_case(name)).unwrap_or(SEVERITIES.len() - 1)
}

/// Ink of things drawn in every format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Text,
    Muted,
    Rule,
    Grid,
    /// The background, behind labels that cross a line.
    Paper,
    /// Index in [`SERIES`].
    Series(usize),
    /// Index in [`SEVERITIES`].
    Severity(usize),
}

impl Ink {
    /// Its colour on white.
    pub(crate) fn light(self) -> Rgb {
        match self {
            Self::Text => TEXT,
            Self::Muted => MUTED,
            Self::Rule => RULE,
            Self::Grid => GRID,
            Self::Paper => WHITE,
            Self::Series(i) => SERIES[i % SERIES.len()].light,
            Self::Severity(i) => SEVERITIES[i.min(SEVERITIES.len() - 1)].1.light,
        }
    }

    /// The ink of each series of a chart: its severity's, or the next plain one.
    pub(crate) fn of_series(series: &[Series]) -> Vec<Self> {
        let mut plain = 0;
        let mut next = || {
            plain += 1;
            Self::Series((plain - 1) % SERIES.len())
        };
        series
            .iter()
            .map(|s| match &s.role {
                SeriesRole::Plain => next(),
                SeriesRole::Severity(name) => Self::Severity(severity_index(name)),
            })
            .collect()
    }
}

/// Colours of a status: strong enough for text on white and on its own tint.
pub(crate) fn status_swatch(status: Status) -> Swatch {
    match status {
        Status::Neutral => swatch(0x59_6575, 0x9A_A5B3),
        Status::Good => swatch(0x0B_6E4F, 0x45_C998),
        Status::Warning => swatch(0x8F_5A00, 0xF0_B84A),
        Status::Bad => swatch(0xA8_1E3A, 0xF2_7C93),
    }
}

/// Background of a callout or chip of that status, on white.
pub(crate) fn status_tint(status: Status) -> Rgb {
    match status {
        Status::Neutral => rgb(0xF1_F4F7),
        Status::Good => rgb(0xE8_F5EF),
        Status::Warning => rgb(0xFD_F4E1),
        Status::Bad => rgb(0xFC_EBEE),
    }
}

/// Contrast ratio by WCAG 2, 1 to 21.
pub(crate) fn contrast(a: Rgb, b: Rgb) -> f64 {
    a.contrast(b)
}

/// Whichever of white and the text colour reads better on a background.
pub(crate) fn ink_on(background: Rgb) -> Rgb {
    if contrast(WHITE, background) >= contrast(TEXT, background) { WHITE } else { TEXT }
}

/// The tenant's accent, moved towards black (or white) until text in it reads on that background.
pub(crate) fn readable(accent: Rgb, background: Rgb) -> Rgb {
    accent.readable_on(background)
}

/// `#rrggbb`.
pub(crate) fn hex(color: Rgb) -> String {
    color.hex()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DARK: Rgb = rgb(0x12_171E);

    #[test]
    fn every_colour_stands_out_from_its_background() {
        for ink in [TEXT, MUTED] {
            assert!(contrast(ink, WHITE) >= 4.5 && contrast(ink, HEAD) >= 4.5, "{}", hex(ink));
        }
        for status in [Status::Neutral, Status::Good, Status::Warning, Status::Bad] {
            let colors = status_swatch(status);
            assert!(contrast(colors.light, status_tint(status)) >= 4.5, "{status:?}");
            assert!(contrast(colors.dark, DARK) >= 4.5, "{status:?}");
        }
        for (name, colors) in SEVERITIES {
            assert!(contrast(ink_on(colors.light), colors.light) >= 4.5, "{name}");
            assert!(contrast(colors.dark, DARK) >= 3.0, "{name}");
        }
        for colors in SERIES {
            assert!(contrast(colors.light, WHITE) >= 2.2 && contrast(colors.dark, DARK) >= 3.0, "{colors:?}");
        }
    }

    #[test]
    fn severities_run_from_dark_to_light() {
        let light: Vec<f64> = SEVERITIES.iter().take(3).map(|(_, s)| s.light.luminance()).collect();
        assert!(light.is_sorted(), "{light:?}");
    }

    #[test]
    fn any_accent_becomes_readable() {
        for accent in [rgb(0xFF_FF00), rgb(0xFF_FFFF), rgb(0x00_0000), rgb(0x12_3456), rgb(0x80_8080)] {
            for background in [WHITE, DARK] {
                assert!(
                    contrast(readable(accent, background), background) >= 4.5,
                    "{accent:?} {background:?}"
                );
            }
        }
    }
}
