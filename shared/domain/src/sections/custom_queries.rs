//! Questions of a caller's own: a table each, and a chart where one key says what a chart can show.

use crate::calendar::local_of;
use crate::custom_query::CustomQuery;
use crate::dataset::ColumnType;
use crate::datasets::get_dataset;
use crate::document::{Block, Chart, ChartKind, ColumnKind, Table, TableColumn, Unit};
use crate::drawing::series_of;
use crate::measure::{MeasureOp, Value, find_field};
use crate::metric::Metric;
use crate::query::{GroupKey, NamedMeasure, Query};
use crate::query_body::PlannedBody;
use crate::report_input::ReportInput;
use crate::result::{Cell, Figure, QueryResult};
use crate::section::{Measured, Section, SectionOutput, column};
use crate::severity::UNRATED;
use crate::words;

/// The section.
pub static SECTION: Section = Section {
    id: "custom_queries",
    title: "Queries",
    description: "Questions of the requester's own, as POST /query answers them, over the report's period.",
    datasets: &[],
    metrics: &[],
    plan: |input| planned(input).map(|(_, planned)| planned.query).collect(),
    build,
    newest: |_| Vec::new(),
};

/// Most bars of a chart.
const BARS: usize = 20;

/// Every query of the report with what it asks. A run's queries were checked when it was made.
fn planned(input: &ReportInput) -> impl Iterator<Item = (&CustomQuery, PlannedBody)> {
    input.options().queries.iter().filter_map(|query| Some((query, query.plan(input).ok()?)))
}

fn build(measured: &Measured<'_>) -> SectionOutput {
    let answered = planned(measured.input).zip(measured.results).enumerate();
    let blocks = answered.flat_map(|(i, ((query, planned), result))| {
        let dataset = get_dataset(planned.query.dataset);
        let title = query.title.clone().unwrap_or_else(|| format!("Query {}: {}", i + 1, dataset.noun.1));
        let table = tabulate(i, &title, &planned, result);
        let chart = draw(measured.input, &title, &planned.query, &table);
        chart.map(Block::Chart).into_iter().chain([Block::Table(table)])
    });
    let blocks: Vec<Block> = blocks.collect();
    let nothing = blocks.is_empty() || measured.records.values().all(|records| *records == 0);
    SectionOutput::of(blocks).empty_if(nothing, "The queries found no record in this period.")
}

fn tabulate(i: usize, title: &str, planned: &PlannedBody, result: &QueryResult) -> Table {
    let keys = planned.query.group_by.iter().map(|key| key_column(key, &planned.query));
    let figures = planned.query.measures.iter().zip(&planned.metrics).map(|(m, metric)| figure_column(m, *metric));
    let columns: Vec<TableColumn> = keys.chain(figures).collect();
    let in_unit = |(figure, metric): (&Figure, &Option<&'static Metric>)| {
        metric.map_or_else(|| figure.value.clone(), |metric| metric.in_unit(&figure.value))
    };
    let row = |row: &crate::result::ResultRow| {
        let keys = row.keys.iter().zip(&columns).map(|(key, column)| match (key, column.kind) {
            (Cell::Null, ColumnKind::Severity) => Cell::Text(UNRATED.to_owned()),
            (Cell::Boolean(yes), _) => Cell::Text(yes.to_string()),
            (Cell::Integer(_) | Cell::Number(_), ColumnKind::Text) => {
                Cell::Text(key.as_f64().map_or_else(String::new, |x| x.to_string()))
            }
            (key, _) => key.clone(),
        });
        keys.chain(row.figures.iter().zip(&planned.metrics).map(in_unit)).collect()
    };
    let rows = result.rows.iter().map(row).collect();
    let (one, many) = get_dataset(planned.query.dataset).noun;
    let note = (result.unassigned > 0).then(|| {
        format!("Without the key, and therefore not listed: {}.", words::count_of(result.unassigned, one, many))
    });
    Table { total_rows: result.total_rows, note, ..Table::new(format!("query_{}", i + 1), title, columns, rows) }
}

fn key_column(key: &GroupKey, query: &Query) -> TableColumn {
    let kind = match key {
        GroupKey::Time { time, .. } => ColumnKind::Bucket(*time),
        GroupKey::Field(field) => match find_field(field, get_dataset(query.dataset)) {
            Ok(Some(column)) if column.null_label == Some(UNRATED) => ColumnKind::Severity,
            Ok(Some(column)) if column.kind == ColumnType::Time => ColumnKind::Time,
            _ => ColumnKind::Text,
        },
    };
    column(key.name(), words::field_title(key.name()), kind)
}

fn figure_column(named: &NamedMeasure, metric: Option<&'static Metric>) -> TableColumn {
    let kind = match (metric, &named.measure.op) {
        (Some(metric), _) => ColumnKind::Number(metric.unit),
        (None, MeasureOp::Count | MeasureOp::CountDistinct(_)) => ColumnKind::Number(Unit::Count),
        (None, MeasureOp::PerDay { .. }) => ColumnKind::Number(Unit::PerDay),
        (None, MeasureOp::Latest(_)) => ColumnKind::Text,
        (None, MeasureOp::Min(Value::Column(name)) | MeasureOp::Max(Value::Column(name))) if name.ends_with("_at") => {
            ColumnKind::Time
        }
        (
            None,
            MeasureOp::Sum(Value::MinutesBetween { .. })
            | MeasureOp::Mean(Value::MinutesBetween { .. })
            | MeasureOp::Min(Value::MinutesBetween { .. })
            | MeasureOp::Max(Value::MinutesBetween { .. })
            | MeasureOp::Percentile { of: Value::MinutesBetween { .. }, .. },
        ) => ColumnKind::Number(Unit::Minutes),
        (None, _) => ColumnKind::Number(Unit::Number),
    };
    let title = metric.filter(|metric| metric.id == named.name).map_or(named.name.as_str(), |metric| metric.title);
    column(&named.name, title, kind)
}

/// The first figure by the only key: over time as a line, otherwise as bars if there are few.
fn draw(input: &ReportInput, title: &str, query: &Query, table: &Table) -> Option<Chart> {
    let ([key], Some(ColumnKind::Number(unit))) = (query.group_by.as_slice(), table.columns.get(1).map(|c| c.kind))
    else {
        return None;
    };
    let kind = match key {
        GroupKey::Time { .. } => ChartKind::Line,
        GroupKey::Field(_) if table.rows.len() <= BARS => ChartKind::HorizontalBar,
        GroupKey::Field(_) => return None,
    };
    if table.rows.len() < 2 {
        return None;
    }
    let label = |row: &Vec<Cell>| match (&row[0], key) {
        (Cell::Time(at), GroupKey::Time { time, .. }) => words::bucket_label(*at, *time, input.zone()),
        (Cell::Time(at), _) => local_of(*at, input.zone()).strftime("%Y-%m-%d %H:%M").to_string(),
        (Cell::Text(text), _) => text.clone(),
        _ => "–".to_owned(),
    };
    Some(Chart {
        title: title.to_owned(),
        summary: format!("The first figure of the table below, of {}.", words::count_of(table.rows.len() as u64, "group", "groups")),
        kind,
        categories: table.rows.iter().map(label).collect(),
        series: vec![series_of(table.columns[1].title.as_str(), table.rows.iter().map(|row| row[1].as_f64()).collect())],
        unit,
    })
}
