//! Charts and series made in one call, so that a section says what it draws and nothing else.

use crate::document::{Chart, ChartKind, Series, SeriesRole, Unit};
use crate::section::count_cell;

/// A chart of counts.
pub(crate) fn chart_of_counts(
    kind: ChartKind,
    title: impl Into<String>,
    summary: impl Into<String>,
    categories: Vec<String>,
    series: Vec<Series>,
) -> Chart {
    Chart { title: title.into(), summary: summary.into(), kind, categories, series, unit: Unit::Count }
}

/// A series that stands for nothing in particular.
pub(crate) fn series_of(name: impl Into<String>, values: Vec<Option<f64>>) -> Series {
    Series { name: name.into(), values, role: SeriesRole::Plain }
}

/// A series of counts.
pub(crate) fn counted(name: impl Into<String>, counts: impl IntoIterator<Item = u64>) -> Series {
    series_of(name, counts.into_iter().map(|n| count_cell(n).as_f64()).collect())
}
