//! Charts: series of numbers over categories, in no format yet.
//!
//! How they are drawn is the formats'; their numbers as a table are in `chart_table`.

use serde::{Deserialize, Serialize};

use super::figure::Unit;

/// A chart. Every chart also says its numbers in words or beside a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Title as printed.
    pub title: String,
    /// One sentence that says what it shows, for those who cannot see it; formats make one up where it is empty.
    pub summary: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// Labels of the points, along the axis.
    pub categories: Vec<String>,
    /// The series.
    pub series: Vec<Series>,
    /// Unit of the values.
    pub unit: Unit,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// Points joined by lines.
    Line,
    /// Upright bars, side by side.
    Bar,
    /// Upright bars, one on the other.
    StackedBar,
    /// Bars from left to right, one per category and series.
    HorizontalBar,
    /// Lines with the area below them filled; several stand one on the other.
    Area,
    /// A ring of shares, one per category of the only series; at most six read well. Negative values have no share.
    Donut,
    /// A grid of shades: a row per series, a column per category, or the other way round where that reads better.
    HeatMap,
    /// A small line without axes, one below the other for several series.
    Sparkline,
}

/// One series of a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// One value per category; `None` where there is none.
    pub values: Vec<Option<f64>>,
    /// What it stands for, so that critical is the same colour everywhere.
    pub role: SeriesRole,
}

/// What a series stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesRole {
    /// Nothing in particular: colours in order.
    Plain,
    /// A severity, by its name (`unrated` included).
    Severity(String),
}
