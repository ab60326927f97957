//! How connectors were found over the period.

use crate::dataset::DatasetId;
use crate::document::ChartKind;
use crate::over_time::OverTime;
use crate::query::Population;
use crate::section::{Measured, Section, SectionOutput};

/// The section.
pub static SECTION: Section = Section {
    id: "connector_availability",
    title: "Availability over time",
    description: "Health checks per day, week or month, by how they found the connector.",
    datasets: &[DatasetId::Connectors],
    metrics: &["connector_checks"],
    plan: |input| vec![COUNTS.query(input)],
    build,
    newest: |_| Vec::new(),
};

const COUNTS: OverTime = OverTime {
    id: "connector_availability",
    what: "Connector checks",
    dataset: DatasetId::Connectors,
    at: "created_at",
    population: Population::Created,
    by: "status",
    series: &[
        ("up", "Up"),
        ("degraded", "Degraded"),
        ("down", "Down"),
        ("not_stated", "Not stated"),
    ],
    kind: ChartKind::StackedBar,
};

fn build(measured: &Measured<'_>) -> SectionOutput {
    let (blocks, sum) = COUNTS.build(measured.input, measured.results[0]);
    SectionOutput::of(blocks).tally_of(DatasetId::Connectors, "over time", sum).empty_if(sum == 0, "No checks of connectors were made in this period.")
}
