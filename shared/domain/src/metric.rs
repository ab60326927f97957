//! What a metric is: a dictionary entry with a formula, a version and its meaning spelled out.

use serde::{Deserialize, Serialize};

use crate::dataset::DatasetId;
use crate::document::{KpiCard, Status, Unit};
use crate::measure::Measure;
use crate::query::{NamedMeasure, Population};
use crate::result::Cell;

/// Whether a higher or a lower value is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Lower is better.
    Lower,
    /// Higher is better.
    Higher,
    /// Neither: it describes.
    Neither,
}

/// Bounds of green and amber; beyond amber is red.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Targets {
    /// Still green at this value.
    pub green: f64,
    /// Still amber at this value.
    pub amber: f64,
}

/// How a metric breaks its population down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Shape {
    /// One figure.
    Figure,
    /// One figure per value of a column, missing values included.
    Breakdown {
        /// The column.
        by: &'static str,
    },
    /// The largest groups; records without the key are counted apart.
    Top {
        /// The column.
        by: &'static str,
        /// Most rows.
        limit: usize,
    },
    /// A share of the pinned ATT&CK catalogue: one figure, told together with the ids that count for nothing.
    Coverage {
        /// Whether asked for alone it is one figure per tactic, of which the one figure is the mean.
        per_tactic: bool,
    },
}

impl Shape {
    /// Whether it has one figure, as a key figure of a report needs.
    #[must_use]
    pub const fn has_one_figure(self) -> bool {
        matches!(self, Self::Figure | Self::Coverage { .. })
    }
}

/// What formulas depend on besides records: a tenant's settings, as they were when a run was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetricSettings {
    /// Confidence from which on a decision counts as sure, 0–1.
    pub confidence_threshold: f64,
}

impl Default for MetricSettings {
    fn default() -> Self {
        Self { confidence_threshold: 0.7 }
    }
}

/// A dictionary entry.
#[derive(Debug)]
pub struct Metric {
    /// Its id, snake_case.
    pub id: &'static str,
    /// Version of the formula; a changed formula is a new version.
    pub version: u32,
    /// Its title, as printed.
    pub title: &'static str,
    /// What it says, in one sentence.
    pub description: &'static str,
    /// Unit of its figures. `Percent` prints a ratio times 100 with two decimals.
    pub unit: Unit,
    /// Which way is better.
    pub better: Better,
    /// The dataset it is computed from.
    pub dataset: DatasetId,
    /// The formula, by the tenant's settings.
    pub measure: fn(&MetricSettings) -> Measure,
    /// Which records it is about.
    pub population: Population,
    /// The population in words.
    pub population_note: &'static str,
    /// What is left out, and what "nothing" gives, in words.
    pub null_handling: &'static str,
    /// One figure, a breakdown or a top list.
    pub shape: Shape,
    /// Who answers for the formula.
    pub owner: &'static str,
    /// Where the formula comes from.
    pub source: &'static str,
    /// Bounds of green and amber, if it has a target.
    pub targets: Option<Targets>,
}

impl Metric {
    /// The formula by the default settings, as a measure of a query under the metric's id.
    #[must_use]
    pub fn named_measure(&self) -> NamedMeasure {
        self.named_measure_by(&MetricSettings::default())
    }

    /// The formula by a tenant's settings, as a measure of a query under the metric's id.
    #[must_use]
    pub fn named_measure_by(&self, settings: &MetricSettings) -> NamedMeasure {
        NamedMeasure {
            name: self.id.to_owned(),
            measure: (self.measure)(settings),
            population: self.population,
        }
    }

    /// The value in the metric's unit: ratios of a `Percent` metric become 0–100 with two decimals, halves away from
    /// zero; everything else is unchanged.
    #[must_use]
    pub fn in_unit(&self, value: &Cell) -> Cell {
        match (self.unit, value.as_f64()) {
            (Unit::Percent, Some(ratio)) => Cell::Number(percent(ratio)),
            _ => value.clone(),
        }
    }

    /// The metric as a card, beside its figure of the period before.
    #[must_use]
    pub fn card(&self, value: &Cell, previous: &Cell) -> KpiCard {
        KpiCard {
            title: self.title.to_owned(),
            value: value.clone(),
            unit: self.unit,
            previous: (*previous != Cell::Null).then(|| previous.clone()),
            lower_is_better: match self.better {
                Better::Lower => Some(true),
                Better::Higher => Some(false),
                Better::Neither => None,
            },
            target: self.targets.map(|t| t.green),
            status: self.status_of(value),
            trend: Vec::new(),
        }
    }

    /// How good a value (in the metric's unit) is, by the targets.
    #[must_use]
    pub fn status_of(&self, value: &Cell) -> Status {
        let (Some(targets), Some(x)) = (self.targets, value.as_f64()) else { return Status::Neutral };
        let within = |bound: f64| match self.better {
            Better::Lower => x <= bound,
            Better::Higher => x >= bound,
            Better::Neither => true,
        };
        if within(targets.green) {
            Status::Good
        } else if within(targets.amber) {
            Status::Warning
        } else {
            Status::Bad
        }
    }
}

/// A ratio as a percentage with two decimals, halves away from zero.
///
/// A ratio of two counts is rounded once as a quotient and once as hundredths, so one that is exactly a half may fall
/// short of it by two units in the last place; the nudge of four makes up for that. Counts under 10^8 are never that
/// close to a half without being one. Where both counts are at hand, [`percent_of`] needs no nudge.
#[must_use]
pub fn percent(ratio: f64) -> f64 {
    const NUDGE: f64 = 1.0 + 4.0 * f64::EPSILON;
    (ratio * 10_000.0 * NUDGE).round() / 100.0
}

/// A part of a whole as a percentage with two decimals, halves away from zero, by whole numbers alone; none of nothing.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "shares of a whole are small numbers of hundredths")]
pub fn percent_of(part: u64, total: u64) -> Option<f64> {
    let (part, total) = (u128::from(part), u128::from(total));
    let hundredths = (part * 20_000 + total).checked_div(2 * total)?;
    Some(hundredths as f64 / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentages_have_two_decimals_and_halves_go_away_from_zero() {
        for (num, den, expected) in [
            (1_u32, 3_u32, 33.33),
            (2, 3, 66.67),
            (1, 800, 0.13),
            (1, 1600, 0.06),
            (201, 20_000, 1.01),
            (0, 5, 0.0),
            (99_994, 99_999, 99.99),
            (9_474_518, 10_000_019, 94.74),
        ] {
            assert_eq!(percent(f64::from(num) / f64::from(den)), expected, "{num}/{den}");
            assert_eq!(percent_of(u64::from(num), u64::from(den)), Some(expected), "{num}/{den}");
            assert_eq!(percent(-f64::from(num) / f64::from(den)), -expected, "-{num}/{den}");
        }
        assert_eq!(percent_of(1, 0), None);
        assert_eq!(percent_of(u64::MAX, u64::MAX), Some(100.0));
    }

    /// Hundredths of a percent by whole numbers, from the remainder rather than from the sum.
    fn hundredths(part: u64, total: u64) -> u64 {
        let (quotient, remainder) = (part * 10_000 / total, part * 10_000 % total);
        quotient + u64::from(remainder * 2 >= total)
    }

    /// A part whose share lies as close to a half of a hundredth as the total allows, on either side of it.
    fn near_half(total: u64, hundredth: u64, off: u64) -> u64 {
        ((2 * hundredth + 1) * total / 20_000 + off).min(total)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        #[expect(clippy::cast_precision_loss, reason = "counts under 10^8 are exact")]
        fn a_ratio_of_counts_under_10_to_the_8_is_rounded_as_whole_numbers_are(
            total in prop_oneof![1_u64..100_000, 1_u64..100_000_000, (1_u64..5_000).prop_map(|n| n * 20_000)],
            hundredth in 0_u64..10_000,
            off in 0_u64..2,
            any in 0_u64..100_000_000,
        ) {
            for part in [near_half(total, hundredth, off), any % (total + 1)] {
                let expected = hundredths(part, total) as f64 / 100.0;
                prop_assert_eq!(percent(part as f64 / total as f64), expected, "{}/{}", part, total);
                prop_assert_eq!(percent_of(part, total), Some(expected), "{}/{}", part, total);
            }
        }
    }
}
