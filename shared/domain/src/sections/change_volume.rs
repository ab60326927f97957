//! How many changes were deployed over the period, and how many failed.

use crate::dataset::DatasetId;
use crate::document::ChartKind;
use crate::over_time::OverTime;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "change_volume",
    title: "Deployments over time",
    description: "Deployed changes per day, week or month, by whether they failed.",
    datasets: &[DatasetId::Changes],
    metrics: &["changes_deployed"],
    plan: |input| vec![COUNTS.query(input)],
    build,
    newest: |_| Vec::new(),
};

const COUNTS: OverTime = OverTime {
    id: "change_volume",
    what: "Deployed changes",
    dataset: DatasetId::Changes,
    at: "deployed_at",
    population: Population::Resolved,
    by: "failed",
    series: &[
        ("false", "Held"),
        ("true", "Failed"),
        ("not_stated", "Not stated"),
    ],
    kind: ChartKind::StackedBar,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let (blocks, sum) = COUNTS.build(measured.input, measured.results[0]);
    SectionOutput::of(blocks).empty_if(sum == 0, "No changes were deployed in this period.")
}
