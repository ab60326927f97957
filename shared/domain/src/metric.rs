//! What a metric is: a dictionary entry with a formula, a version and its meaning spelled out.

use serde::Serialize;

use crate::dataset::DatasetId;
use crate::document::{Status, Unit};
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
    /// The formula.
    pub measure: fn() -> Measure,
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
    /// The formula as a measure of a query, under the metric's id.
    #[must_use]
    pub fn named_measure(&self) -> NamedMeasure {
        NamedMeasure { name: self.id.to_owned(), measure: (self.measure)(), population: self.population }
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
/// A ratio of two counts that ends exactly in a half may miss it by one unit in the last place of a double; the nudge
/// of 1e-9 puts it back, and is far below any real difference between ratios of counts under 10^8.
#[must_use]
pub fn percent(ratio: f64) -> f64 {
    let hundredths = ratio * 10_000.0;
    let nudged = hundredths + hundredths.signum() * 1e-9 * hundredths.abs().max(1.0);
    nudged.round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_have_two_decimals_and_halves_go_away_from_zero() {
        for (num, den, expected) in
            [(1, 3, 33.33), (2, 3, 66.67), (1, 800, 0.13), (1, 1600, 0.06), (201, 20_000, 1.01), (0, 5, 0.0)]
        {
            assert_eq!(percent(f64::from(num) / f64::from(den)), expected, "{num}/{den}");
        }
    }
}
