//! Colours, one set for every format that has any.
//!
//! Series colours take the hues of Okabe and Ito ("Color Universal Design", 2008) at lightnesses that were searched for
//! the largest least distance under normal vision, protanopia, deuteranopia and tritanopia, as simulated by Machado,
//! Oliveira and Fernandes (2009), with a contrast of 3 : 1 to the background (WCAG 2.2, 1.4.11). Severities are searched
//! likewise, fixed, and the three worst run from dark to light, so that they keep their order in greyscale. Shades of
//! heat maps are the nine-class Blues of ColorBrewer (Brewer, Apache 2.0). Every colour has a twin for dark backgrounds.
//! No meaning rests on colour alone: formats add words, shapes and textures.

use sitrep_domain::document::{Rgb, Status};

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
    ("critical", swatch(0x80_0021, 0xDE_1E46)),
    ("high", swatch(0xB7_2809, 0xED_8C4B)),
    ("medium", swatch(0xD0_8300, 0xFE_CF27)),
    ("low", swatch(0x28_78C8, 0x44_94E3)),
    ("informational", swatch(0x4B_5A77, 0xA2_C3DC)),
    ("unrated", swatch(0x94_9495, 0x71_747C)),
];

/// Colours of plain series, in order.
pub(crate) const SERIES: [Swatch; 8] = [
    swatch(0x38_64DA, 0x61_7EBE),
    swatch(0xA0_7217, 0xD6_A200),
    swatch(0x00_5D32, 0x5B_E093),
    swatch(0x93_1782, 0xCA_4F73),
    swatch(0x01_A2B8, 0x51_AEBC),
    swatch(0xD4_7B70, 0xED_7376),
    swatch(0xA1_7CFE, 0xA4_8DFE),
    swatch(0x6D_6D6D, 0xC4_CDE2),
];

/// Shades of heat maps, from little to much.
pub(crate) const HEAT: [Swatch; Ink::HEAT_LEVELS] = [
    swatch(0xF7_FBFF, 0x18_222E),
    swatch(0xDE_EBF7, 0x08_306B),
    swatch(0xC6_DBEF, 0x08_519C),
    swatch(0x9E_CAE1, 0x21_71B5),
    swatch(0x6B_AED6, 0x42_92C6),
    swatch(0x42_92C6, 0x6B_AED6),
    swatch(0x21_71B5, 0x9E_CAE1),
    swatch(0x08_519C, 0xC6_DBEF),
    swatch(0x08_306B, 0xDE_EBF7),
];

/// Whether the word is a severity's name.
pub(crate) fn is_severity(name: &str) -> bool {
    SEVERITIES.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
}

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
    /// The same as a tint on paper: what lies below a line.
    SoftSeries(usize),
    /// Index in [`SEVERITIES`].
    Severity(usize),
    /// The same as a tint on paper.
    SoftSeverity(usize),
    /// Index in [`HEAT`].
    Heat(usize),
    /// Whatever reads best on that shade.
    OnHeat(usize),
}

impl Ink {
    /// How many shades heat maps have.
    pub(crate) const HEAT_LEVELS: usize = 9;
    /// How much of the colour is in a tint.
    pub(crate) const SOFT: f64 = 0.22;

    /// The tint of a series' or severity's ink; any other is its own.
    pub(crate) const fn soft(self) -> Self {
        match self {
            Self::Series(i) => Self::SoftSeries(i),
            Self::Severity(i) => Self::SoftSeverity(i),
            other => other,
        }
    }

    /// Its colour on white.
    pub(crate) fn light(self) -> Rgb {
        match self {
            Self::Text => TEXT,
            Self::Muted => MUTED,
            Self::Rule => RULE,
            Self::Grid => GRID,
            Self::Paper => WHITE,
            Self::Series(i) => SERIES[i % SERIES.len()].light,
            Self::SoftSeries(i) => Self::Series(i).light().mixed_with(Rgb::WHITE, 1.0 - Self::SOFT),
            Self::Severity(i) => SEVERITIES[i.min(SEVERITIES.len() - 1)].1.light,
            Self::SoftSeverity(i) => Self::Severity(i).light().mixed_with(Rgb::WHITE, 1.0 - Self::SOFT),
            Self::Heat(i) => HEAT[i.min(HEAT.len() - 1)].light,
            Self::OnHeat(i) => ink_on(Self::Heat(i).light()),
        }
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
            assert!(contrast(ink_on(colors.dark), colors.dark) >= 4.5, "{name}");
            assert!(contrast(colors.light, WHITE) >= 3.0 && contrast(colors.dark, DARK) >= 3.0, "{name}");
        }
        for shade in HEAT.iter().flat_map(|shade| [shade.light, shade.dark]) {
            assert!(contrast(ink_on(shade), shade) >= 4.5, "{}", hex(shade));
        }
        for colors in SERIES {
            assert!(contrast(colors.light, WHITE) >= 3.0 && contrast(colors.dark, DARK) >= 3.0, "{colors:?}");
        }
    }

    #[test]
    fn severities_run_from_dark_to_light() {
        let light: Vec<f64> = SEVERITIES.iter().take(3).map(|(_, s)| s.light.luminance()).collect();
        assert!(light.is_sorted(), "{light:?}");
    }

    #[test]
    fn shades_run_evenly_enough_to_read_in_grey() {
        for side in [|s: &Swatch| s.light, |s: &Swatch| s.dark] {
            let grey: Vec<f64> = HEAT.iter().map(|shade| side(shade).luminance().sqrt()).collect();
            let steps: Vec<f64> = grey.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(steps.iter().all(|step| step.signum() == steps[0].signum()), "{grey:?}");
            assert!(steps.iter().all(|step| step.abs() >= 0.03), "{steps:?}");
        }
    }

    /// What a colour looks like: everybody, protanopia, deuteranopia, tritanopia (Machado et al. 2009, severity 1).
    const VISIONS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];

    /// Place of a colour in OKLab (Ottosson 2020), where distances are about as large as they look.
    fn seen(color: Rgb, vision: &[[f64; 3]; 3]) -> [f64; 3] {
        let rgb = color.linear();
        let turn = |matrix: &[[f64; 3]; 3], v: [f64; 3]| {
            matrix.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum::<f64>())
        };
        let cones = turn(
            &[
                [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
                [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
                [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
            ],
            turn(vision, rgb).map(|x| x.clamp(0.0, 1.0)),
        );
        turn(
            &[
                [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
                [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
                [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
            ],
            cones.map(f64::cbrt),
        )
    }

    #[test]
    fn colours_of_a_set_differ_for_everybody() {
        let severities: Vec<Swatch> = SEVERITIES.iter().map(|(_, swatch)| *swatch).collect();
        for set in [SERIES.to_vec(), severities] {
            for side in [|s: &Swatch| s.light, |s: &Swatch| s.dark] {
                for vision in &VISIONS {
                    let places: Vec<[f64; 3]> = set.iter().map(|s| seen(side(s), vision)).collect();
                    for (i, a) in places.iter().enumerate() {
                        for (j, b) in places.iter().enumerate().skip(i + 1) {
                            let distance = a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt();
                            assert!(distance >= 0.09, "{i} and {j}: {distance}");
                        }
                    }
                }
            }
        }
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
