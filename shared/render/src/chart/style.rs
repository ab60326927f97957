//! Looks of series and categories: colour, texture, marker and dash, so that no two rest on colour alone.

use sitrep_domain::document::{Chart, Series, SeriesRole};

use super::Marker;
use super::texture::Texture;
use crate::palette::{Ink, SERIES, is_severity, severity_index};

/// How one series is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) ink: Ink,
    pub(super) texture: Texture,
    pub(super) marker: Marker,
    pub(super) dashed: bool,
}

impl Style {
    /// The plain style at that index. The first 64 differ; past eight, colours return with another texture and marker.
    pub(super) fn plain(index: usize) -> Self {
        let round = index / SERIES.len();
        Self {
            ink: Ink::Series(index % SERIES.len()),
            texture: Texture::ALL[(index + round) % Texture::ALL.len()],
            marker: Marker::of(index + round),
            dashed: (index / Marker::ALL.len() + round) % 2 == 1,
        }
    }

    /// That of a severity, the same everywhere.
    fn severity(index: usize) -> Self {
        Self {
            ink: Ink::Severity(index),
            texture: Texture::ALL[index % Texture::ALL.len()],
            marker: Marker::of(index),
            dashed: index >= Marker::ALL.len(),
        }
    }

    /// The styles of a chart's series. A severity named twice, or unknown, has the look of unrated.
    pub(super) fn of_series(series: &[Series]) -> Vec<Self> {
        let mut plain = 0;
        let mut next = || {
            plain += 1;
            Self::plain(plain - 1)
        };
        let style = |series: &Series| match &series.role {
            SeriesRole::Plain => next(),
            SeriesRole::Severity(name) => Self::severity(severity_index(name)),
        };
        series.iter().map(style).collect()
    }

    /// The styles of the categories, where the only series has the severities as its categories.
    pub(super) fn of_severities(chart: &Chart) -> Option<Vec<Self>> {
        let [series] = chart.series.as_slice() else { return None };
        (series.role == SeriesRole::Plain && chart.categories.iter().all(|name| is_severity(name)))
            .then(|| chart.categories.iter().map(|name| Self::severity(severity_index(name))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_four_series_differ_in_colour_or_texture_and_twenty_also_as_lines() {
        let filled: Vec<_> = (0..64).map(Style::plain).map(|s| (s.ink, s.texture)).collect();
        let lines: Vec<_> = (0..20).map(Style::plain).map(|s| (s.ink, s.marker, s.dashed)).collect();
        for (i, a) in filled.iter().enumerate() {
            assert!(!filled[i + 1..].contains(a), "{i}");
        }
        for (i, a) in lines.iter().enumerate() {
            assert!(!lines[i + 1..].contains(a), "{i}");
        }
    }

    #[test]
    fn eight_series_differ_without_any_colour() {
        let filled: Vec<_> = (0..8).map(|i| Style::plain(i).texture).collect();
        let lines: Vec<_> = (0..8).map(Style::plain).map(|s| (s.marker, s.dashed)).collect();
        for i in 0..8 {
            assert!(!filled[i + 1..].contains(&filled[i]) && !lines[i + 1..].contains(&lines[i]), "{i}");
        }
    }
}
