//! As records: a text in every field that takes any text comes back as it was sent, from every dataset and format.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use sitrep_domain::dataset::{Column, ColumnType, Dataset};
use sitrep_domain::datasets::DATASETS;
use sitrep_tests::{TestApp, TestTenant};

use crate::corpus::texts;

/// Columns that take any text.
fn free_columns(dataset: &Dataset) -> impl Iterator<Item = &'static Column> + use<> {
    let is_free = |c: &&Column| matches!(c.kind, ColumnType::Text | ColumnType::List) && c.values.is_empty();
    dataset.columns.iter().filter(is_free)
}

/// A record of a dataset with the text in all of its free fields.
fn record(dataset: &Dataset, text: &str) -> Value {
    let mut record = Map::new();
    if dataset.time_is_required() {
        record.insert("created_at".into(), json!("2026-10-05T10:00:00Z"));
    }
    for column in free_columns(dataset) {
        let value = if column.kind == ColumnType::List { json!([text]) } else { json!(text) };
        record.insert(column.name.into(), value);
    }
    record.insert("custom".into(), json!({"note": text, "list": [text]}));
    Value::Object(record)
}

async fn send(tenant: &TestTenant<'_>, dataset: &Dataset, media_type: &str, body: String) -> Value {
    let path = format!("/api/v1/datasets/{}/records", dataset.id);
    tenant.send_as("owner", "POST", &path, &[("content-type", media_type)], body).await.expect(200)
}

/// The distinct values of a field.
async fn values_of(tenant: &TestTenant<'_>, dataset: &Dataset, field: &str) -> BTreeSet<String> {
    let mut query = json!({"dataset": dataset.id, "group_by": [field],
        "metrics": [{"as": "records", "measure": {"op": "count"}}]});
    if dataset.time_is_required() {
        query["start"] = json!("2026-10-01");
        query["end"] = json!("2026-10-31");
    }
    let answer = tenant.post("/api/v1/query", query).await.expect(200);
    assert_eq!(answer["truncated"], false);
    let rows = answer["rows"].as_array().unwrap();
    rows.iter().filter_map(|row| row[0].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn every_text_comes_back_from_every_field_of_every_dataset_as_it_was_sent() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    // An id that is empty is none.
    let texts: Vec<String> = texts().into_iter().filter(|text| !text.is_empty()).collect();
    let sent: BTreeSet<String> = texts.iter().cloned().collect();
    for dataset in DATASETS {
        for part in texts.chunks(250) {
            let records: Vec<Value> = part.iter().map(|text| record(dataset, text)).collect();
            let answer = send(&acme, dataset, "application/json", Value::from(records).to_string()).await;
            assert_eq!(
                (&answer["accepted"], &answer["rejected"]),
                (&json!(part.len()), &json!(0)),
                "{answer}"
            );
        }
        let custom = ["custom.note", "custom.list"];
        for field in free_columns(dataset).map(|column| column.name).chain(custom) {
            let found = values_of(&acme, dataset, field).await;
            let lost = sent.symmetric_difference(&found).next();
            assert_eq!(lost, None, "{}.{field}: {} of {}", dataset.id, found.len(), sent.len());
        }
    }
}

#[tokio::test]
async fn every_text_survives_csv_and_ndjson() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let dataset = DATASETS[0];
    // In CSV an empty cell is a missing value.
    let texts: Vec<String> = texts().into_iter().filter(|text| !text.is_empty()).collect();
    let sent: BTreeSet<String> = texts.iter().cloned().collect();

    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["id", "created_at", "title", "custom.note"]).unwrap();
    for (i, text) in texts.iter().enumerate() {
        csv.write_record([&format!("csv-{i}"), "2026-10-05T10:00:00Z", text, text]).unwrap();
    }
    let csv = String::from_utf8(csv.into_inner().unwrap()).unwrap();
    let answer = send(&acme, dataset, "text/csv", csv).await;
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(texts.len()), &json!(0)), "{answer}");
    for field in ["title", "custom.note"] {
        assert_eq!(values_of(&acme, dataset, field).await, sent, "{field}");
    }

    let line = |(i, text): (usize, &String)| {
        json!({"id": format!("ndjson-{i}"), "created_at": "2026-10-05T10:00:00Z", "team": text}).to_string()
    };
    let ndjson: Vec<String> = texts.iter().enumerate().map(line).collect();
    let answer = send(&acme, dataset, "application/x-ndjson", ndjson.join("\n")).await;
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(texts.len()), &json!(0)), "{answer}");
    assert_eq!(values_of(&acme, dataset, "team").await, sent);
}
