//! Which teams own the most incidents of the period, and how far they met their service levels.

use crate::dataset::DatasetId;
use crate::document::{ColumnKind, Unit};
use crate::metrics::top_teams;
use crate::query::Query;
use crate::report_input::ReportInput;
use crate::section::{Measured, Section, SectionOutput, column};
use crate::sections::sla::{measure_sla, sla_cells};
use crate::top_list::TopList;

/// The section.
pub static SECTION: Section = Section {
    id: "top_teams",
    title: "Top teams",
    description: "The teams that own the most incidents, with the percentage that met their service level.",
    datasets: &[DatasetId::Incidents],
    metrics: &["top_teams", "sla_compliance"],
    plan,
    build,
    newest: |_| Vec::new(),
};

const LIST: TopList = TopList { metric: &top_teams::METRIC, of: "incident", noun: "team", title: "Team" };

fn plan(input: &ReportInput) -> Vec<Query> {
    vec![measure_sla(LIST.query(input))]
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let columns = vec![
        column("with_sla", "With service level", ColumnKind::Number(Unit::Count)),
        column("met", "Met", ColumnKind::Number(Unit::Count)),
        column("met_percent", "Share met", ColumnKind::Number(Unit::Percent)),
    ];
    let result = measured.results[0];
    LIST.build_with(measured, measured.total(), columns, |row| sla_cells(result, Some(row)).to_vec())
}
