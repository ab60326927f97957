//! In files for spreadsheets: nothing that was sent runs when a file is opened, and nothing of it is lost.

use serde_json::{Value, json};
use sitrep_domain::csv::unguard;
use sitrep_tests::{TestApp, TestTenant};

use crate::corpus::texts;

const EXPORT: &str = "/api/v1/export/analytics/incidents/csv?start_date=2026-10-01&end_date=2026-10-31";
/// Columns that hold a text of ours.
const TEXTS: [&str; 3] = ["title", "user", "custom.note"];
/// A column of numbers: a sign at their beginning is their own.
const NUMBERS: &str = "custom.score";

/// Whether a spreadsheet may take a cell for a formula. Behind an apostrophe everything is text.
fn would_run(cell: &str) -> bool {
    let shown = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
    !cell.starts_with('\'') && (cell.starts_with(['\t', '\r']) || shown.starts_with(['=', '+', '-', '@']))
}

async fn export(app: &TestApp, tenant: &TestTenant<'_>) -> String {
    let answer = tenant.get(EXPORT).await;
    let file = if answer.status == 303 { app.fetch(answer.header("location")).await } else { answer };
    assert_eq!(file.status, 200, "{}", file.text());
    String::from_utf8(file.body.to_vec()).expect("the file is UTF-8")
}

#[tokio::test]
async fn nothing_executable_is_in_a_csv_and_every_text_comes_back_from_it() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let texts: Vec<String> = texts().into_iter().filter(|text| !text.is_empty()).collect();
    let record = |(n, text): (usize, &String)| {
        json!({"id": format!("t{n}"), "created_at": "2026-10-05T10:00:00Z", "title": text, "user": text,
            "custom": {"note": text, "score": -4.5}})
    };
    let records: Vec<Value> = texts.iter().enumerate().map(record).collect();
    for part in records.chunks(500) {
        acme.ingest(part).await;
    }
    let file = export(&app, &acme).await;
    // For `tests/check_spreadsheet.py`, which opens it in a spreadsheet.
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/hostile.csv"), &file).expect("it can be kept");
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let header = reader.headers().unwrap().clone();
    let position = |name: &str| header.iter().position(|column| column == name).expect("the column is there");
    let (id, numbers, columns) = (position("id"), position(NUMBERS), TEXTS.map(position));
    let (mut rows, mut guarded) = (0, 0);
    for row in reader.records() {
        let row = row.expect("every row is as wide as the header");
        let sent = &texts[row[id][1..].parse::<usize>().unwrap()];
        for (column, cell) in row.iter().enumerate() {
            let is_number = column == numbers && cell.parse::<f64>().is_ok();
            assert!(is_number || !would_run(cell), "{}: {cell:?} of {sent:?}", &header[column]);
        }
        for column in columns {
            let cell = &row[column];
            assert!(cell == sent || cell.strip_prefix('\'') == Some(sent), "{cell:?} of {sent:?}");
            assert_eq!(unguard(cell), sent);
            guarded += usize::from(cell != sent);
        }
        assert_eq!(&row[numbers], "-4.5");
        rows += 1;
    }
    assert_eq!(rows, texts.len());
    let dangerous = texts.iter().filter(|text| would_run(text)).count();
    assert!(dangerous > 20 && guarded >= dangerous * columns.len(), "{guarded} of {dangerous}");
}

#[test]
fn what_a_spreadsheet_would_run_is_known_by_its_beginning() {
    for (cell, runs) in [
        ("=1+1", true),
        (" \"=1", true),
        ("\t1", true),
        ("\r1", true),
        ("@SUM(A1)", true),
        ("'=1+1", false),
        ("a=1", false),
        ("", false),
    ] {
        assert_eq!(would_run(cell), runs, "{cell:?}");
    }
}
