//! Detection rules by level.

use crate::breakdown::{Breakdown, BreakdownFigure};
use crate::dataset::DatasetId;
use crate::datasets::get_dataset;
use crate::document::{Block, ColumnKind};
use crate::filter::Filter;
use crate::measure::Measure;
use crate::datasets::detections;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "rule_levels",
    title: "Rules by level",
    description: "Detection rules by level, and how many of them can raise an alert.",
    datasets: &[DatasetId::Detections],
    metrics: &["detection_rules"],
    plan: |input| vec![BREAKDOWN.all(input.query(DatasetId::Detections))],
    build,
    newest: |_| Vec::new(),
};

const BREAKDOWN: Breakdown = Breakdown {
    id: "rule_levels",
    title: "Rules by level",
    key: ("level", "Level", ColumnKind::Severity),
    population: Population::CreatedByEnd,
    figures: &[
        BreakdownFigure::count("rules", "Rules", Measure::count),
        BreakdownFigure::count("active", "Active", || Measure::count().filtered(detections::active())),
        BreakdownFigure::count("without_technique", "Without technique", || Measure::count().filtered(Filter::is_null("techniques"))),
    ],
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let result = measured.results[0];
    let table = BREAKDOWN.tabulate(result, get_dataset(DatasetId::Detections).noun);
    let nothing = table.rows.is_empty();
    SectionOutput::of(vec![Block::Table(table)]).empty_if(nothing, "There are no detection rules yet.")
}
