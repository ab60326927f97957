//! The five keys of software delivery, each with the band that it lies in.

use crate::dataset::DatasetId;
use crate::document::{Block, ColumnKind, Table, Unit};
use crate::dora::{SOURCE, band_of, clusters};
use crate::metric::{Better, Metric};
use crate::metrics::get_metric;
use crate::result::Cell;
use crate::section::{Measured, Section, SectionOutput, column, whole_table};
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "dora_keys",
    title: "The five keys",
    description: "The five keys of software delivery, with the performance band that each lies in.",
    datasets: &[DatasetId::Changes],
    metrics: &KEYS,
    plan: |_| Vec::new(),
    build,
    newest: |_| Vec::new(),
};

/// The five keys, in the order of their source.
const KEYS: [&str; 5] =
    ["change_lead_time", "deployment_frequency", "change_fail_rate", "recovery_time", "rework_rate"];

fn build(measured: &Measured<'_>) -> SectionOutput {
    let metrics = KEYS.map(get_metric);
    let nothing = metrics.iter().all(|m| matches!(measured.value(m.id).as_f64(), None | Some(0.0)));
    let rows = metrics.iter().map(|metric| row_of(metric, measured)).collect();
    let columns = vec![
        column("key", "Key", ColumnKind::Text),
        column("value", "This period", ColumnKind::Text),
        column("previous", "Period before", ColumnKind::Text),
        column("band", "Band", ColumnKind::Text),
    ];
    let table = Table {
        note: Some(format!("Bands: {SOURCE}. No bands were published for the rework rate.")),
        ..whole_table("dora_keys", "The five keys and their bands", columns, rows)
    };
    SectionOutput::of(vec![Block::Table(table), Block::Table(tabulate_clusters())])
        .empty_if(nothing, "No changes were deployed in this period.")
}

fn row_of(metric: &Metric, measured: &Measured<'_>) -> Vec<Cell> {
    let value = measured.value(metric.id);
    let lower_is_better = metric.better == Better::Lower;
    let band = value.as_f64().and_then(|value| band_of(metric.id, value, lower_is_better));
    vec![
        Cell::Text(metric.title.to_owned()),
        tell(metric.unit, value),
        tell(metric.unit, measured.previous(metric.id)),
        band.map_or(Cell::Null, |band| Cell::Text(band.to_owned())),
    ]
}

/// A figure in words: the keys have four units, and a column has one.
fn tell(unit: Unit, value: &Cell) -> Cell {
    let Some(value) = value.as_f64() else { return Cell::Null };
    Cell::Text(match unit {
        Unit::Minutes => words::duration(value),
        Unit::Percent => words::percentage(value),
        Unit::PerDay if value < 1.0 => format!("{:.2} per week", value * 7.0),
        Unit::PerDay => format!("{value:.2} per day"),
        Unit::Count | Unit::Number | Unit::Milliseconds => format!("{value}"),
    })
}

fn tabulate_clusters() -> Table {
    let names = ["elite", "high", "medium", "low"];
    let mut columns = vec![column("key", "Key", ColumnKind::Text)];
    columns.extend(names.iter().map(|name| column(name, crate::severity::title(name), ColumnKind::Text)));
    let published = |key: &str, name: &str| {
        let cluster = clusters().iter().find(|cluster| cluster.key == key && cluster.name == name);
        cluster.map_or(Cell::Null, |cluster| Cell::Text(cluster.published.to_owned()))
    };
    let rows = KEYS[..4].iter().map(|key| {
        let title = Cell::Text(get_metric(key).title.to_owned());
        [title].into_iter().chain(names.iter().map(|name| published(key, name))).collect()
    });
    let note = "As published; where the figures do not rise from band to band, or leave a gap, the best band that a \
                figure reaches is given.";
    Table { note: Some(note.to_owned()), ..whole_table("dora_bands", "What was published", columns, rows.collect()) }
}
