//! Bodies of records that do not fit: their form, their size, their rows.

use bytes::Bytes;
use serde_json::{Value, json};
use sitrep_tests::TestApp;
use sitrep_tests::data::{gzip, incident};

use crate::problem::{Case, Refusal, assert_problem, assert_refused, invalid, too_large, unsupported};

const RECORDS: &str = "/api/v1/datasets/incidents/records";
const NDJSON: &str = "application/x-ndjson";
const MIB: usize = 1 << 20;

fn of_type(content_type: &'static str, body: impl Into<Bytes>, refusal: Refusal) -> Case {
    Case::send("POST", RECORDS, content_type, body, refusal)
}

fn zipped(content_type: &'static str, body: impl Into<Bytes>, refusal: Refusal) -> Case {
    let mut case = of_type(content_type, body, refusal);
    case.headers.push(("content-encoding", "gzip"));
    case
}

#[tokio::test]
async fn bodies_of_records_that_cannot_be_read_are_refused_whole() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let good = incident("a", "2026-10-05T10:00:00Z", "high").to_string();
    let mut brotli = of_type(NDJSON, good.clone(), unsupported("content-encoding", "gzip"));
    brotli.headers.push(("content-encoding", "br"));
    let zip = gzip(good.as_bytes());
    assert_refused(
        &app,
        &acme,
        vec![
            of_type("application/json", format!("[{good},"), invalid("body", "line 1")),
            of_type("application/json", format!("[{good}] {good}"), invalid("body", "line 1")),
            of_type("application/json", good.clone(), invalid("body", "a JSON array of objects")),
            of_type("application/json", "", invalid("body", "a JSON array of objects")),
            of_type("application/json", &b"[{\"id\": \"\xff\"}]"[..], invalid("body", "UTF-8")),
            of_type("application/json", b"[".repeat(100_000), invalid("body", "line 1")),
            of_type("text/csv", "", invalid("body", "header row")),
            of_type(
                "text/csv",
                "id,created_at,id\na,2026-10-05,b\n",
                invalid("body", "names the column id twice"),
            ),
            of_type("text/csv", "id,,created_at\na,b,2026-10-05\n", invalid("body", "has no name")),
            of_type("text/plain", good.clone(), unsupported("content-type", NDJSON)),
            of_type("application/vnd.ms-excel", good.clone(), unsupported("content-type", "text/csv")),
            brotli,
            zipped(NDJSON, good, invalid("body", "gzip")),
            zipped(NDJSON, zip[..zip.len() - 6].to_vec(), invalid("body", "gzip")),
        ],
    )
    .await;
}

#[tokio::test]
async fn bodies_that_are_too_large_are_refused_before_they_are_unpacked() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    // Forty members of 64 MiB each: 2.5 GiB in less than 3 MiB.
    let bomb = gzip(&vec![b' '; 64 * MIB]).repeat(40);
    assert!(bomb.len() < 3 * MIB, "{}", bomb.len());
    let resident = peak_memory();
    assert_refused(&app, &acme, vec![zipped(NDJSON, bomb, too_large("upload"))]).await;
    let grown = peak_memory() - resident;
    assert!(grown < 512 * MIB, "unpacking took {} MiB", grown / MIB);

    let line = incident("a", "2026-10-05T10:00:00Z", "high").to_string() + "\n";
    let fits = line.clone() + &" ".repeat(4 * MIB - line.len());
    assert_refused(
        &app,
        &acme,
        vec![
            of_type(NDJSON, fits.clone() + " ", too_large("upload")),
            of_type(NDJSON, vec![b' '; 50 * MIB], too_large("upload")),
            Case::post("/api/v1/reports/generate", vec![b' '; 50 * MIB], too_large("MB")),
            Case::post("/api/v1/reports/generate", vec![b' '; 8 * MIB], too_large("MB")),
            Case::post("/api/v1/auth/login", vec![b' '; 50 * MIB], too_large("MB")),
        ],
    )
    .await;
    let headers = [("content-type", NDJSON)];
    let taken = acme.send_as("owner", "POST", RECORDS, &headers, fits).await.expect(200);
    assert_eq!(taken["accepted"], 1, "4 MiB are not too much");
}

/// Most memory that this process has had, in bytes; 0 where the system does not say.
fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok()).unwrap_or_default()
        * 1_024
}

#[tokio::test]
async fn bodies_with_no_good_row_are_refused_with_every_line_and_field() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let row = |patch: Value| {
        let mut row = incident("a", "2026-10-05T10:00:00Z", "high");
        row.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        row.to_string()
    };
    let big = "x".repeat(256 * 1_024);
    let deep = format!("{{\"id\": {}", "[".repeat(10_000));
    let wide: serde_json::Map<String, Value> = (0..65).map(|i| (format!("f{i}"), json!(i))).collect();
    assert_refused(
        &app,
        &acme,
        vec![
            of_type(NDJSON, "", invalid("body", "at least one record")),
            of_type("application/json", "[]", invalid("body", "at least one record")),
            of_type(NDJSON, "{", invalid("", "not valid JSON")),
            of_type(NDJSON, "7", invalid("", "a row is a JSON object")),
            of_type(NDJSON, deep, invalid("", "not valid JSON")),
            of_type(NDJSON, &b"{\"id\": \"\xff\"}"[..], invalid("", "UTF-8")),
            of_type(NDJSON, row(json!({"title": big.clone()})), invalid("", "262144 bytes")),
            of_type(
                "text/csv",
                format!("id,created_at,title\na,2026-10-05,{big}\n"),
                invalid("", "262144 bytes"),
            ),
            of_type("text/csv", "id,created_at\na\n", invalid("", "header 2")),
            of_type(NDJSON, row(json!({"title": "x".repeat(20_000)})), invalid("title", "bytes")),
            of_type(NDJSON, row(json!({"id": null})), invalid("id", "required")),
            of_type(NDJSON, row(json!({"id": ""})), invalid("id", "required")),
            of_type(
                NDJSON,
                row(json!({"created_at": "soon"})),
                invalid("created_at", "2026-11-20T09:00:00Z"),
            ),
            of_type(NDJSON, row(json!({"created_at": "9999-01-01"})), invalid("created_at", "1900 and 2200")),
            of_type(NDJSON, row(json!({"severity": "urgent"})), invalid("severity", "critical")),
            of_type(NDJSON, row(json!({"confidence": 1.5})), invalid("confidence", "0 to 1")),
            of_type(NDJSON, row(json!({"confidence": "high"})), invalid("confidence", "number")),
            of_type(NDJSON, row(json!({"sla_met": "yes"})), invalid("sla_met", "true or false")),
            of_type(NDJSON, row(json!({"reopen_count": -1})), invalid("reopen_count", "0")),
            of_type(NDJSON, row(json!({"tags": "a"})), invalid("tags", "list")),
            of_type(NDJSON, row(json!({"severty": "low"})), invalid("severty", "custom")),
            of_type(NDJSON, row(json!({"custom": {"a b": 1}})), invalid("custom.a b", "letters")),
            of_type(NDJSON, row(json!({"custom": {"a": {"b": 1}}})), invalid("custom.a", "a text, a number")),
            of_type(NDJSON, row(json!({"custom": wide})), invalid("custom", "64")),
        ],
    )
    .await;
}

#[tokio::test]
async fn good_rows_are_taken_unless_the_body_is_atomic() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let rows = json!([incident("a", "2026-10-05T10:00:00Z", "high"), {"id": "b"}, incident("c", "2026-10-06T10:00:00Z", "low")]);
    let mut case = Case::post(RECORDS, rows.to_string(), invalid("created_at", "required"));
    case.path.push_str("?atomic=true");
    let answer = acme.post(&case.path, rows.clone()).await;
    assert_problem("atomic", &case.path, &answer, case.refusal);
    let problem = answer.json();
    assert_eq!(problem["errors"][0]["line"], 2);
    assert_eq!((&problem["accepted"], &problem["rejected"]), (&json!(0), &json!(1)));
    assert_refused(&app, &acme, vec![case]).await;

    let taken = acme.post(RECORDS, rows).await.expect(200);
    assert_eq!(
        (&taken["accepted"], &taken["rejected"], &taken["generation"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(taken["errors"][0]["line"], 2);
    assert_eq!(taken["errors"][0]["field"], "created_at");
}

#[tokio::test]
async fn at_most_a_hundred_errors_are_told() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let rows: Vec<Value> = (0..150).map(|i| json!({"id": format!("i{i}")})).collect();
    let problem = acme.post(RECORDS, json!(rows)).await.expect(400);
    assert_eq!(problem["errors"].as_array().map(Vec::len), Some(100));
    assert_eq!(problem["rejected"], 150);
}
