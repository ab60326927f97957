//! Exports through HTTP: every one in both formats against the JSON answer, what files look like, large ones, broken
//! ones, rights, and what the audit log says of them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use sitrep_app::time_limits::TimeLimits;
use sitrep_domain::audit::AuditEntry;
use sitrep_domain::canonical::sha256_hex;
use sitrep_domain::csv::unguard;
use sitrep_tests::data::incident;
use sitrep_tests::rows::Rows;
use sitrep_tests::{Answer, TestApp, TestTenant};

/// Every export.
const EXPORTS: [&str; 7] =
    ["trends", "violators", "data-types", "policy-violations", "summary", "severity", "incidents"];
const OCTOBER: &str = "start_date=2026-10-01&end_date=2026-10-31";

fn path(export: &str, format: &str, query: &str) -> String {
    format!("/api/v1/export/analytics/{export}/{format}?{query}")
}

/// Asks for something that a worker has to make, and works meanwhile.
async fn get_made(app: &TestApp, tenant: &TestTenant<'_>, role: &str, path: &str) -> Answer {
    let work = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            app.settle().await;
        }
    };
    tokio::select! {
        answer = tenant.call_as(role, "GET", path, None) => answer,
        () = work => unreachable!("the work does not end"),
    }
}

/// Rows of a CSV by the names of its header.
fn parse(answer: &Answer) -> Vec<BTreeMap<String, String>> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let row = |record: csv::StringRecord| {
        header.iter().cloned().zip(record.iter().map(str::to_owned)).collect::<BTreeMap<_, _>>()
    };
    reader.records().map(|record| row(record.expect("every row is as wide as the header"))).collect()
}

/// A value of the JSON answer as it stands in a cell.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(n) if n.is_f64() => n.as_f64().expect("a number").to_string(),
        other => other.to_string(),
    }
}

/// Incidents with something in every column that the exports show.
fn incidents() -> Vec<Value> {
    let one = |n: usize| {
        let mut record = incident(
            &format!("i{n:03}"),
            &format!("2026-10-{:02}T{:02}:15:00Z", n % 28 + 1, n % 24),
            ["critical", "high", "medium", "low"][n % 4],
        );
        record["user"] = json!(format!("user{}", n % 7));
        record["data_type"] = if n.is_multiple_of(5) { Value::Null } else { json!(["pii", "phi"][n % 2]) };
        record["policy_id"] = json!(format!("p{}", n % 3));
        record["policy_name"] = json!(format!("Policy, {}", n % 3));
        record["action"] = json!(["blocked", "allowed", "quarantined", "alerted"][n % 4]);
        record["confidence"] = json!(0.25 * (n % 4) as f64);
        record["agent_id"] = json!(format!("a{}", n % 2));
        record
    };
    (0..60).map(one).collect()
}

#[tokio::test]
async fn every_csv_has_the_numbers_of_the_json_answer() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&incidents()).await;
    let get = async |what: &str, query: &str| {
        acme.get(&format!("/api/v1/analytics/{what}?{OCTOBER}&{query}")).await.expect(200)
    };
    let export = async |what: &str, query: &str| {
        parse(&acme.get(&path(what, "csv", &format!("{OCTOBER}&{query}"))).await)
    };

    for query in ["", "interval=week&group_by=severity", "interval=hour&group_by=policy_id&severity=high"] {
        let (answer, rows) = (get("trends", query).await, export("trends", query).await);
        let mut points = 0;
        for (series, list) in answer["series"].as_object().expect("series by key") {
            for point in list.as_array().expect("points") {
                points += 1;
                let found = rows
                    .iter()
                    .find(|row| row["series"] == *series && row["timestamp"] == cell(&point["timestamp"]));
                assert_eq!(found.map(|row| row["count"].clone()), Some(cell(&point["count"])), "{point}");
            }
        }
        assert!(points > 0 && points == rows.len(), "{query}: {points} points, {} rows", rows.len());
    }
    for (what, json, query) in [
        ("violators", "top-violators", "by=user&limit=5"),
        ("violators", "top-violators", "by=agent&team=blue"),
        ("data-types", "data-types", ""),
        ("policy-violations", "policy-violations", "severity=critical&severity=high"),
    ] {
        let (answer, rows) = (get(json, query).await, export(what, query).await);
        let list = answer.as_array().expect("a list");
        assert!(!list.is_empty() && list.len() == rows.len(), "{what}");
        for (value, row) in list.iter().zip(&rows) {
            for (name, text) in row {
                assert_eq!(*text, cell(&value[name]), "{what}: {name} of {value}");
            }
        }
    }
    let (answer, rows) = (get("severity-distribution", "").await, export("severity", "").await);
    for (value, row) in answer["distribution"].as_array().expect("rows").iter().zip(&rows) {
        assert!(row.iter().all(|(name, text)| *text == cell(&value[name])), "{row:?} {value}");
    }
    let (answer, rows) = (get("summary", "").await, export("summary", "").await);
    assert_eq!(rows.len(), 1);
    for (name, text) in &rows[0] {
        let value = answer.pointer(&format!("/{}", name.replace('.', "/")));
        assert_eq!(*text, cell(value.unwrap_or_else(|| panic!("no {name} in {answer}"))), "{name}");
    }
    assert!(rows[0].contains_key("previous.mttr_minutes.median"));
}

#[tokio::test]
async fn incidents_come_back_as_they_were_sent_but_for_the_guard() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let hostile = [
        "=HYPERLINK(\"http://example.test\")",
        "+1",
        "-1",
        "@SUM(A1)",
        "  =1",
        "\t=1",
        "'=1",
        "\"=1\"",
        "a,b",
        "two\r\nlines",
        "semi;=1+1",
        "\u{202e}gnp.exe",
        "\u{feff}=1",
        "plain",
        "' OR 1=1",
    ];
    let record = |(n, text): (usize, &&str)| {
        let mut record = incident(&format!("h{n:02}"), "2026-10-05T10:00:00.25Z", "low");
        record["title"] = json!(text);
        record["user"] = json!(text);
        record["tags"] = json!([text, "second"]);
        record["confidence"] = json!(0.125);
        record["reopen_count"] = json!(3);
        record["custom"] = json!({"note": text, "score": -4.5, "on": true, "labels": ["x", "y"]});
        record
    };
    let records: Vec<Value> = hostile.iter().enumerate().map(record).collect();
    acme.ingest(&records).await;
    let answer = acme.get(&path("incidents", "csv", OCTOBER)).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"incidents_20261118.csv\"");
    assert!(answer.text().ends_with("\r\n"));
    let rows = parse(&answer);
    assert_eq!(rows.len(), hostile.len());
    for (row, text) in rows.iter().zip(hostile) {
        for column in ["title", "user", "custom.note"] {
            assert_eq!(unguard(&row[column]), text, "{column}");
            let first = row[column].trim_start().chars().next();
            assert!(!matches!(first, Some('=' | '+' | '-' | '@')), "{:?} would run", row[column]);
        }
        assert_eq!(unguard(&row["tags"]), format!("{text}; second"));
        assert_eq!((row["confidence"].as_str(), row["reopen_count"].as_str()), ("0.125", "3"));
        assert_eq!((row["custom.score"].as_str(), row["custom.on"].as_str()), ("-4.5", "true"));
        assert_eq!((row["custom.labels"].as_str(), row["sla_met"].as_str()), ("x; y", "true"));
        assert_eq!(row["created_at"], "2026-10-05T10:00:00.25Z");
        assert_eq!(row["closed_at"], "");
    }
    let ids: Vec<&String> = rows.iter().map(|row| &row["id"]).collect();
    assert!(ids.is_sorted(), "equal times are ordered by id");

    let marked = acme.get(&path("incidents", "csv", &format!("{OCTOBER}&bom=true"))).await;
    assert_eq!(marked.body[..3], [0xEF, 0xBB, 0xBF]);
    assert_eq!(marked.body[3..], answer.body[..]);
}

#[tokio::test]
async fn an_empty_window_gives_the_header_alone() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    for export in EXPORTS {
        let answer = acme.get(&path(export, "csv", "start_date=2026-01-01&end_date=2026-01-01")).await;
        let lines = answer.text().lines().count();
        // A day of zeros, the six severities, and the row of the summary are rows of their own.
        let expected = match export {
            "trends" | "summary" => 2,
            "severity" => 7,
            _ => 1,
        };
        assert_eq!((answer.status, lines), (200, expected), "{export}: {}", answer.text());
    }
}

#[tokio::test]
async fn every_pdf_is_a_run_that_is_waited_for() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&incidents()).await;
    for export in EXPORTS {
        let query = match export {
            "trends" => format!("{OCTOBER}&interval=day&group_by=severity"),
            "violators" => format!("{OCTOBER}&by=agent"),
            _ => format!("{OCTOBER}&severity=high&severity=critical&severity=low"),
        };
        let answer = get_made(&app, &acme, "analyst", &path(export, "pdf", &query)).await;
        assert_eq!(answer.status, 200, "{export}: {}", answer.text());
        assert!(answer.body.starts_with(b"%PDF-"), "{export}");
        let name = format!("attachment; filename=\"{}_20261118.pdf\"", export.replace('-', "_"));
        assert_eq!(answer.header("content-disposition"), name);
    }
    let reports = acme.get("/api/v1/reports?limit=50").await.expect(200);
    let items = reports["items"].as_array().expect("a page");
    assert_eq!(items.len(), EXPORTS.len());
    for item in items {
        let id = item["id"].as_str().expect("an id");
        let report = acme.read_report(id).await;
        assert_eq!(report["status"], "completed", "{report}");
        let sections = report["data"]["sections"].as_array().expect("sections");
        assert!(sections.iter().any(|s| s["tables"].as_array().is_some_and(|t| !t.is_empty())), "{report}");
    }
}

#[tokio::test]
async fn a_pdf_that_takes_longer_than_an_answer_may_is_a_run_to_come_back_for() {
    let limits = TimeLimits { wait_for_run: Duration::ZERO, ..TimeLimits::default() };
    let app = TestApp::start_with(limits).await;
    let acme = app.tenant("acme").await;
    acme.ingest(&incidents()).await;
    for export in EXPORTS {
        let asked = acme.call_as("analyst", "GET", &path(export, "pdf", OCTOBER), None).await;
        assert_eq!(asked.status, 202, "{export}: {}", asked.text());
        let location = asked.header("location").to_owned();
        let waiting = asked.json();
        assert_eq!(location, format!("/api/v1/reports/{}", waiting["id"].as_str().expect("an id")));
        assert_eq!((&waiting["status"], &waiting["artifacts"]), (&json!("queued"), &json!([])), "{export}");
        let entries = entries(&app, &format!("export/{}", export.replace('-', "_"))).await;
        let told = entries.iter().map(|entry| (&entry.detail["report"], entry.detail["state"].as_str()));
        assert_eq!(told.collect::<Vec<_>>(), [(&waiting["id"], Some("queued"))], "{export}");
        let early = acme.call_as("analyst", "GET", &format!("{location}/download"), None).await;
        assert_eq!(
            (early.status, early.code().as_str()),
            (409, "CONFLICT"),
            "{export}: there is no file yet"
        );

        app.settle().await;
        let report = acme.call_as("analyst", "GET", &location, None).await.expect(200);
        assert_eq!((&report["status"], &report["id"]), (&json!("completed"), &waiting["id"]), "{report}");
        let file = acme.call_as("analyst", "GET", &format!("{location}/download"), None).await;
        assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"), "{export}");
        assert!(file.body.starts_with(b"%PDF-"), "{export}");
        let artifact = &report["artifacts"][0];
        assert_eq!(artifact["sha256"], sha256_hex(&file.body), "{export}");
    }
    assert_eq!(acme.get("/api/v1/reports").await.expect(200)["items"].as_array().map(Vec::len), Some(7));
}

#[tokio::test]
async fn a_csv_that_takes_longer_than_an_answer_may_is_refused_and_leaves_nothing_behind() {
    let limits = TimeLimits { export: Duration::ZERO, ..TimeLimits::default() };
    let app = TestApp::start_with(limits).await;
    let acme = app.tenant("acme").await;
    acme.ingest(&incidents()).await;
    for export in EXPORTS {
        // It cannot be done in no time, on whatever machine.
        app.fault(json!({"service": "dynamodb", "operation": "Query", "mode": "delay", "delay_ms": 5_000}))
            .await;
        let refused = acme.get(&path(export, "csv", OCTOBER)).await;
        assert!(app.stack.faults().list().is_empty(), "{export} was slow");
        let told = (refused.status, refused.code());
        assert_eq!(told, (422, "LIMIT_EXCEEDED".to_owned()), "{export}: {}", refused.text());
        assert!(refused.text().contains("narrow the dates or the filters"), "{}", refused.text());
        assert!(exported(&app, &format!("export/{}", export.replace('-', "_"))).await.is_empty(), "{export}");
    }
    assert_eq!(Rows::open(&app, "acme").await.export_objects().await, [] as [String; 0]);
}

#[tokio::test]
async fn the_list_of_incidents_is_the_newest_of_them_and_can_be_reproduced() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let many: Vec<Value> = (0..130)
        .map(|n| {
            incident(&format!("n{n:03}"), &format!("2026-10-{:02}T00:00:{:02}Z", n / 60 + 1, n % 60), "high")
        })
        .collect();
    acme.ingest(&many).await;
    let body = json!({"report_type": "incidents", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["pdf", "pdfa", "html", "csv", "json", "txt"]});
    let report = acme.report(body).await;
    assert_eq!(report["status"], "completed", "{report}");
    let sections = report["data"]["sections"].as_array().expect("sections");
    let table = &sections.iter().find(|s| s["id"] == "incident_list").expect("the list")["tables"][0];
    assert_eq!((&table["total_rows"], &table["truncated"]), (&json!(130), &json!(true)));
    let ids: Vec<&str> =
        table["rows"].as_array().expect("rows").iter().map(|r| r[2].as_str().expect("an id")).collect();
    assert_eq!((ids.len(), ids[0], ids[99]), (100, "n129", "n030"));

    // Later records change nothing of what it was made from.
    acme.ingest(&[incident("n999", "2026-10-31T00:00:00Z", "low")]).await;
    let id = report["id"].as_str().expect("an id");
    let again = acme.post(&format!("/api/v1/reports/{id}/reproduce"), json!({})).await.expect(202);
    app.settle().await;
    let again = acme.read_report(again["id"].as_str().expect("an id")).await;
    assert_eq!(again["status"], "completed", "{again}");
    assert_eq!(again["artifacts"].as_array().map(Vec::len), Some(6));
    assert_eq!(
        again["artifacts"].as_array().map(|a| a.iter().map(|a| a["sha256"].clone()).collect::<Vec<_>>()),
        report["artifacts"].as_array().map(|a| a.iter().map(|a| a["sha256"].clone()).collect::<Vec<_>>()),
    );
}

/// Incidents that make more than 4 MB of CSV.
async fn fill(tenant: &TestTenant<'_>, batches: usize) {
    for batch in 0..batches {
        let one = |n: usize| {
            let mut record = incident(&format!("b{batch}-{n:04}"), "2026-10-05T10:00:00Z", "low");
            record["title"] = json!(format!("{n} {}", "x".repeat(1_000)));
            record
        };
        tenant.ingest(&(0..1_500).map(one).collect::<Vec<_>>()).await;
    }
}

#[tokio::test]
async fn a_large_file_is_sent_to_the_object_store_as_it_is_made() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    fill(&acme, 10).await;
    let answer = acme.get(&path("incidents", "csv", OCTOBER)).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let url = answer.header("location").to_owned();
    assert!(url.contains("/t/acme/exports/"), "{url}");
    let file = app.fetch(&url).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"incidents_20261118.csv\"");
    let rows = parse(&file);
    assert_eq!(rows.len(), 15_000);
    assert!(rows.is_sorted_by(|a, b| a["id"] < b["id"]));
    assert!(rows.iter().all(|row| row["title"].len() > 1_000));
    let audited = exported(&app, "export/incidents").await;
    assert_eq!(
        audited,
        [("csv".to_owned(), 15_000, file.body.len() as u64, "owner@acme.example".to_owned())]
    );
    app.advance_by(61).await;
    assert_eq!(app.fetch(&url).await.status, 403, "the link lives a minute");
}

#[tokio::test]
async fn a_large_pdf_is_fetched_from_where_its_run_has_put_it() {
    // However long this machine takes.
    let limits = TimeLimits { wait_for_run: Duration::from_hours(1), ..TimeLimits::default() };
    let app = TestApp::start_with(limits).await;
    let acme = app.tenant("acme").await;
    // Every character is drawn, in no order that a compressor knows.
    let ideographs: Vec<char> = ('\u{4e00}'..='\u{9fff}').chain('\u{ac00}'..='\u{d7a3}').collect();
    let title = |row: usize| -> String {
        (0..2_600).map(|n| ideographs[(row * 2_600 + n) * 7_919 % ideographs.len()]).collect()
    };
    let record = |n: usize| {
        let mut record = incident(&format!("i{n:03}"), "2026-10-05T10:00:00Z", "high");
        record["title"] = json!(title(n));
        record
    };
    acme.ingest(&(0..100).map(record).collect::<Vec<_>>()).await;
    let answer = get_made(&app, &acme, "analyst", &path("incidents", "pdf", OCTOBER)).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert!(answer.body.is_empty());
    let url = answer.header("location").to_owned();
    let file = app.fetch(&url).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"incidents_20261118.pdf\"");
    assert!(file.body.starts_with(b"%PDF-") && file.body.len() > 4 << 20, "{} bytes", file.body.len());
    let report = &acme.get("/api/v1/reports").await.expect(200)["items"][0];
    let artifact = &report["artifacts"][0];
    assert_eq!(
        (&artifact["sha256"], &artifact["size_bytes"]),
        (&json!(sha256_hex(&file.body)), &json!(file.body.len()))
    );
    let audited = exported(&app, "export/incidents").await;
    assert_eq!(audited, [("pdf".to_owned(), 100, file.body.len() as u64, "analyst@acme.example".to_owned())]);
    // It is the report's own file: whoever downloads that is sent there, too.
    let id = report["id"].as_str().expect("an id");
    let again = acme.get(&format!("/api/v1/reports/{id}/download")).await;
    assert_eq!(again.status, 303, "{}", again.text());
    assert_eq!(app.fetch(again.header("location")).await.body, file.body);
    app.advance_by(61).await;
    assert_eq!(app.fetch(&url).await.status, 403, "the link lives a minute");
}

#[tokio::test]
async fn a_file_that_breaks_in_the_middle_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    fill(&acme, 10).await;
    for (operation, mode, times) in [
        ("CreateMultipartUpload", "error", 4),
        ("UploadPart", "error", 4),
        ("CompleteMultipartUpload", "error", 4),
        // It took effect, and nobody heard of it.
        ("CompleteMultipartUpload", "drop_response", 1),
    ] {
        app.fault(json!({"service": "s3", "operation": operation, "mode": mode, "times": times})).await;
        let answer = acme.get(&path("incidents", "csv", OCTOBER)).await;
        assert_eq!((answer.status, answer.code().as_str()), (503, "UNAVAILABLE"), "{operation}");
        assert_eq!(Rows::open(&app, "acme").await.export_objects().await, [] as [String; 0], "{operation}");
        assert!(exported(&app, "export/incidents").await.is_empty(), "{operation}");
    }
    assert_eq!(acme.get(&path("incidents", "csv", OCTOBER)).await.status, 303);
    assert_eq!(Rows::open(&app, "acme").await.export_objects().await.len(), 1);
}

/// Format, rows, bytes and user of each export in the audit log.
async fn exported(app: &TestApp, object: &str) -> Vec<(String, u64, u64, String)> {
    let of = |detail: &serde_json::Map<String, Value>| {
        let number = |name: &str| detail[name].as_u64().expect("a number");
        let text = |name: &str| detail[name].as_str().expect("a text").to_owned();
        (text("format"), number("rows"), number("bytes"), text("user"))
    };
    entries(app, object).await.iter().map(|entry| of(&entry.detail)).collect()
}

/// What the audit log says of an export.
async fn entries(app: &TestApp, object: &str) -> Vec<AuditEntry> {
    let mut entries = Rows::open(app, "acme").await.audit_entries(object).await;
    entries.retain(|entry| entry.action == "analytics.exported");
    entries
}

#[tokio::test]
async fn each_export_is_in_the_audit_log_with_rows_bytes_and_user() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&incidents()).await;
    let file = acme.call_as("analyst", "GET", &path("violators", "csv", OCTOBER), None).await;
    let expected = ("csv".to_owned(), 7, file.body.len() as u64, "analyst@acme.example".to_owned());
    assert_eq!(exported(&app, "export/violators").await, [expected]);
    let file = get_made(&app, &acme, "analyst", &path("severity", "pdf", OCTOBER)).await;
    let expected = ("pdf".to_owned(), 6, file.body.len() as u64, "analyst@acme.example".to_owned());
    assert_eq!(exported(&app, "export/severity").await, [expected]);
}

#[tokio::test]
async fn viewers_export_nothing_and_bad_parameters_are_named() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    for export in EXPORTS {
        for format in ["csv", "pdf"] {
            let refused = acme.call_as("viewer", "GET", &path(export, format, ""), None).await;
            assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{export}/{format}");
            let anonymous = app.call("GET", &path(export, format, ""), None).await;
            assert_eq!(anonymous.status, 401, "{export}/{format}");
        }
    }
    for (export, query, code, field) in [
        ("trends", "start_date=2026-01-01&end_date=2026-06-01", "DATE_RANGE_TOO_LARGE", "end_date"),
        ("trends", "interval=minute", "VALIDATION_ERROR", "interval"),
        ("trends", "limit=5", "VALIDATION_ERROR", "limit"),
        ("violators", "limit=101", "VALIDATION_ERROR", "limit"),
        ("violators", "by=team", "VALIDATION_ERROR", "by"),
        ("summary", "interval=day", "VALIDATION_ERROR", "interval"),
        ("incidents", "severity=grave", "VALIDATION_ERROR", "severity"),
        ("incidents", "start_date=soon", "VALIDATION_ERROR", "start_date"),
        ("severity", "timezone=Mars/Olympus", "VALIDATION_ERROR", "timezone"),
    ] {
        for format in ["csv", "pdf"] {
            let refused = acme.get(&path(export, format, query)).await;
            let told = (refused.status, refused.code(), refused.field());
            assert_eq!(told, (400, code.to_owned(), field.to_owned()), "{export}/{format}?{query}");
        }
    }
    let refused = acme.get(&path("incidents", "csv", "bom=perhaps")).await;
    assert_eq!((refused.status, refused.field().as_str()), (400, "bom"));
    for missing in ["nothing/csv", "trends/xlsx", "trends"] {
        assert_eq!(acme.get(&format!("/api/v1/export/analytics/{missing}")).await.status, 404, "{missing}");
    }
    assert_eq!(acme.get("/api/v1/reports").await.expect(200)["items"], json!([]), "no run was left behind");
}

#[tokio::test]
async fn an_export_holds_nothing_of_another_tenant() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    acme.ingest(&incidents()).await;
    globex.ingest(&[incident("theirs", "2026-10-05T10:00:00Z", "high")]).await;
    let rows = parse(&globex.get(&path("incidents", "csv", OCTOBER)).await);
    assert_eq!(rows.iter().map(|row| row["id"].as_str()).collect::<Vec<_>>(), ["theirs"]);
    let pdf = get_made(&app, &globex, "owner", &path("incidents", "pdf", OCTOBER)).await;
    assert_eq!(pdf.status, 200);
    let report = globex.get("/api/v1/reports").await.expect(200);
    let report = globex.read_report(report["items"][0]["id"].as_str().expect("an id")).await;
    assert_eq!(report["data"]["metrics"]["total"]["value"], 1);
    assert!(!report.to_string().contains("i001"), "{report}");
}
