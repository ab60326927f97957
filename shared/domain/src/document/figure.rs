//! Figures: single numbers with their unit, and how good they are.

use serde::{Deserialize, Serialize};

use crate::result::Cell;

/// How good a figure is. Never told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// No judgement.
    Neutral,
    /// On target.
    Good,
    /// Near the target.
    Warning,
    /// Off target.
    Bad,
}

impl Status {
    /// The word printed beside the colour.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Neutral => "",
            Self::Good => "On target",
            Self::Warning => "At risk",
            Self::Bad => "Off target",
        }
    }
}

/// Unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A plain count.
    Count,
    /// Minutes; printed as minutes, hours or days, whichever reads best.
    Minutes,
    /// 0 to 100.
    Percent,
    /// 0 to 1, or any other plain number.
    Number,
    /// Milliseconds.
    Milliseconds,
    /// A count per day.
    PerDay,
}

/// One key figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiCard {
    /// What it is.
    pub title: String,
    /// The figure; `Null` prints as "–" with the words "no data".
    pub value: Cell,
    /// Its unit.
    pub unit: Unit,
    /// The figure of the previous period, if there is one.
    pub previous: Option<Cell>,
    /// Whether a lower value is better; `None` when neither is.
    pub lower_is_better: Option<bool>,
    /// The target, if there is one.
    pub target: Option<f64>,
    /// How good it is.
    pub status: Status,
    /// The figure over the buckets of the period, drawn as a sparkline; empty when there is no such series.
    pub trend: Vec<Option<f64>>,
}
