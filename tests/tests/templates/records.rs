//! The records that templates are tried on, as workbenches: real ones, one of each, and hostile ones.

use serde_json::{Value, json};
use sitrep::workbench::{Sheet, Workbench};
use sitrep_domain::dataset::{ColumnType, DatasetId};
use sitrep_domain::datasets::{DATASETS, find_dataset};
use sitrep_domain::document::Rgb;
use sitrep_domain::mapping::Mapping;
use sitrep_domain::mappings::find_mapping;
use sitrep_domain::period::parse_period;
use sitrep_domain::report_options::ReportOptions;
use sitrep_query::BodyFormat;
use sitrep_tests::data;

/// A file of `tests/data`: folder, file, dataset, and the name of its built-in mapping where it has one.
const SOURCES: [(&str, &str, &str, Option<&str>); 7] = [
    ("uci-itsm", "itsm_incidents", "incidents", Some("uci_itsm")),
    ("sigma", "detections", "detections", None),
    ("upptime", "connector_checks", "connectors", None),
    ("changes", "change_commits", "changes", None),
    ("cloudtrail", "audit_cloudtrail", "audit_log", None),
    ("prowler", "compliance_requirements", "requirements", None),
    ("prowler", "policies", "policies", None),
];

/// Every real record.
pub(crate) fn real() -> Workbench {
    let mut bench = Workbench::new();
    for (folder, file, dataset, built_in) in SOURCES {
        let id = find_dataset(dataset).expect("a dataset").id;
        let mapping = match built_in {
            Some(name) => find_mapping(id, name).expect("it is built in"),
            None => {
                let rules = data::read(&format!("{folder}/mapping.{file}.json"));
                let mut rules: Value = serde_json::from_slice(&rules).expect("rules of a mapping");
                let fields = serde_json::from_value(rules["fields"].take()).expect("a rule per field");
                Mapping {
                    name: file.to_owned(),
                    dataset: id,
                    fields,
                    refuse_unknown: false,
                    own_names: false,
                }
            }
        };
        let body = data::read(&format!("{folder}/{file}.ndjson.gz"));
        bench.load(&body, BodyFormat::Ndjson, true, &mapping).expect("the file can be read");
    }
    bench
}

/// A record of each dataset with something in every column that `text` can be in.
pub(crate) fn filled(texts: &[&str]) -> Workbench {
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

/// What a report of these days is to look like.
pub(crate) fn sheet(start: &str, end: &str) -> Sheet {
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
        logo: None,
        generated_at: "2026-11-20T10:00:00Z".parse().expect("an instant"),
    }
}
