//! The records that templates are tried on, as workbenches: real ones, one of each, and hostile ones.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sitrep::workbench::{Sheet, Workbench};
use sitrep_domain::dataset::{ColumnType, DatasetId};
use sitrep_domain::datasets::{DATASETS, find_dataset};
use sitrep_domain::document::{Png, Rgb};
use sitrep_domain::mapping::Mapping;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::period::parse_period;
use sitrep_domain::report_options::ReportOptions;
use sitrep_query::BodyFormat;

use crate::data;

/// Files of `tests/data`: folder, file and dataset. The mapping of each lies beside it.
const SOURCES: [(&str, &str, DatasetId); 7] = [
    ("uci-itsm", "itsm_incidents", DatasetId::Incidents),
    ("sigma", "detections", DatasetId::Detections),
    ("upptime", "connector_checks", DatasetId::Connectors),
    ("changes", "change_commits", DatasetId::Changes),
    ("cloudtrail", "audit_cloudtrail", DatasetId::AuditLog),
    ("prowler", "compliance_requirements", DatasetId::Requirements),
    ("prowler", "policies", DatasetId::Policies),
];

/// Every real record.
///
/// # Panics
///
/// When a file is missing or cannot be read.
#[must_use]
pub fn real() -> Workbench {
    let mut bench = Workbench::new();
    for (folder, file, dataset) in SOURCES {
        let mapping = data::mapping(dataset, &format!("{folder}/mapping.{file}.json"));
        let body = data::read(&format!("{folder}/{file}.ndjson.gz"));
        bench.load(&body, BodyFormat::Ndjson, true, &mapping).expect("the file can be read");
    }
    load_agent_runs(&mut bench);
    bench
}

/// The runs of an agent. Their source tells no times; here they are one hour apart, in the order of the file.
fn load_agent_runs(bench: &mut Workbench) {
    let first: Timestamp = "2016-04-01T00:00:00Z".parse().expect("an instant");
    let mut rows = data::read_ndjson("tau-bench/agent_runs.ndjson.gz");
    for (row, hours) in rows.iter_mut().zip(0..) {
        row["at"] = json!((first + SignedDuration::from_hours(hours)).to_string());
    }
    let mut mapping = data::mapping(DatasetId::Traces, "tau-bench/mapping.agent_runs.json");
    mapping
        .fields
        .insert("created_at".to_owned(), serde_json::from_value(json!({"from": "at"})).expect("a rule"));
    let body = serde_json::to_vec(&rows).expect("rows are JSON");
    bench.load(&body, BodyFormat::Json, false, &mapping).expect("the rows can be read");
}

/// Days that the real records of a template's datasets lie in, first and last.
#[must_use]
pub fn days_of(template: &str) -> [&'static str; 2] {
    match template {
        "detection_coverage" => ["2021-01-01", "2022-12-31"],
        "connector_health" => ["2020-08-01", "2020-10-31"],
        "changes_summary" | "dora_snapshot" => ["2024-01-01", "2024-12-31"],
        "audit_log" => ["2023-07-10", "2023-07-10"],
        _ => ["2016-02-29", "2016-04-30"],
    }
}

/// A record of each dataset per text, with the text in every column that it can be in. They lie in October 2026.
///
/// # Panics
///
/// When a dataset takes none of them.
#[must_use]
pub fn filled(texts: &[&str]) -> Workbench {
    let mut bench = Workbench::new();
    for dataset in DATASETS {
        let rows: Vec<Value> =
            texts.iter().enumerate().map(|(i, text)| row_of(dataset.id, i, text)).collect();
        let body = serde_json::to_vec(&rows).expect("rows are JSON");
        let ingested =
            bench.load(&body, BodyFormat::Json, false, &native(dataset.id)).expect("the rows can be read");
        assert!(ingested.accepted > 0, "{}", dataset.id);
    }
    bench
}

fn native(dataset: DatasetId) -> Mapping {
    find_mapping(dataset, "native").expect("every dataset has it")
}

fn row_of(dataset: DatasetId, i: usize, text: &str) -> Value {
    let mut row = serde_json::Map::new();
    for column in find_dataset(dataset.as_str()).expect("a dataset").columns {
        let value = match column.kind {
            _ if column.name == "id" => json!(format!("r{i} {text}")),
            ColumnType::Text => match column.values {
                [] => json!(text),
                values => json!(values[i % values.len()]),
            },
            ColumnType::List => json!([text]),
            ColumnType::Time => {
                json!(format!("2026-10-{:02}T{:02}:10:00Z", i % 28 + 1, column.name.len() % 24))
            }
            ColumnType::Boolean => json!(i.is_multiple_of(2)),
            ColumnType::Number | ColumnType::Integer => json!(1),
        };
        row.insert(column.name.to_owned(), value);
    }
    Value::Object(row)
}

/// What a report of these days is to look like, the first and the last of them included.
///
/// # Panics
///
/// When the days are no period.
#[must_use]
pub fn sheet(start: &str, end: &str) -> Sheet {
    let zone = sitrep_domain::calendar::find_zone("Europe/Berlin").expect("a zone");
    let query = json!({"title": "By team", "dataset": "incidents", "group_by": ["team"], "metrics": [{"metric": "total"}],
        "order_by": ["-total"]});
    let queries = vec![serde_json::from_value(query).expect("a query")];
    Sheet {
        name: "Report".to_owned(),
        period: parse_period(start, end, &zone).expect("a period"),
        timezone: "Europe/Berlin".to_owned(),
        options: ReportOptions { queries, ..ReportOptions::default() },
        tenant_name: "Acme".to_owned(),
        accent: Rgb(31, 78, 121),
        logo: Some(Png::new(data::read("../../shared/render/examples/logo.png")).expect("a picture")),
        generated_at: "2026-11-20T10:00:00Z".parse().expect("an instant"),
    }
}
