//! Uploads from the request for a link to the records in the dataset: in every format, with lost and doubled news,
//! workers that die at every step, broken files, and files that never come.

use std::io::Write as _;

use bytes::Bytes;
use http::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use sitrep_app::time_limits::TimeLimits;
use sitrep_tests::rows::Rows;
use sitrep_tests::{Answer, TestApp, TestTenant};

const UPLOADS: &str = "/api/v1/datasets/incidents/uploads";

/// Asks for an upload.
async fn ask(tenant: &TestTenant<'_>, body: Value) -> Value {
    tenant.post(UPLOADS, body).await.expect(201)
}

/// Puts a file where and how the upload says.
async fn put(app: &TestApp, upload: &Value, file: impl Into<Bytes>) -> Answer {
    let put = &upload["put"];
    let mut request = Request::builder().method("PUT").uri(put["url"].as_str().expect("a link"));
    for (name, value) in put["headers"].as_object().expect("headers") {
        request = request.header(name, value.as_str().expect("a value"));
    }
    let request = request.body(file.into()).expect("the request is well-formed");
    Answer::new(app.stack.fetch(request).await.expect("no fault is planned for it"))
}

async fn look(tenant: &TestTenant<'_>, upload: &Value) -> Value {
    tenant.get(&format!("{UPLOADS}/{}", upload["id"].as_str().expect("an id"))).await.expect(200)
}

/// Uploads a file, does what is due, and looks at what became of it.
async fn upload(app: &TestApp, tenant: &TestTenant<'_>, body: Value, file: impl Into<Bytes>) -> Value {
    let asked = ask(tenant, body).await;
    assert_eq!(put(app, &asked, file).await.status, 200);
    app.settle().await;
    look(tenant, &asked).await
}

/// How many records the dataset has, newest versions alone.
async fn count(tenant: &TestTenant<'_>) -> u64 {
    let query = json!({"dataset": "incidents", "start": "2026-01-01", "end": "2026-12-31",
        "metrics": [{"as": "n", "measure": {"op": "count"}}]});
    let answer = tenant.post("/api/v1/query", query).await.expect(200);
    answer["rows"][0][0].as_u64().unwrap_or_else(|| panic!("no count in {answer}"))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).expect("memory takes it");
    encoder.finish().expect("memory takes it")
}

fn lines(rows: std::ops::Range<u32>) -> String {
    let line = |n| format!("{{\"id\":\"i{n}\",\"created_at\":\"2026-{:02}-05T00:00:00Z\"}}\n", n % 9 + 1);
    rows.map(line).collect()
}

fn in_format(format: &str, rows: std::ops::Range<u32>) -> String {
    let text = lines(rows);
    match format {
        "json" => format!("[{}]", text.trim_end().replace('\n', ",\n")),
        "csv" => {
            let row = |line: &str| {
                let row: Value = serde_json::from_str(line).expect("a line is JSON");
                format!(
                    "{},{}\n",
                    row["id"].as_str().expect("an id"),
                    row["created_at"].as_str().expect("a time")
                )
            };
            format!("id,created_at\n{}", text.lines().map(row).collect::<String>())
        }
        _ => text,
    }
}

#[tokio::test]
async fn a_file_comes_in_in_every_format_packed_or_not() {
    let app = TestApp::start().await;
    for format in ["ndjson", "json", "csv"] {
        for packed in [false, true] {
            let tenant = app.tenant(&format!("{format}-{packed}")).await;
            let text = in_format(format, 0..1_000);
            let file = if packed { gzip(&text) } else { text.into_bytes() };
            let size = file.len();
            let done = upload(&app, &tenant, json!({"format": format, "gzip": packed}), file).await;
            assert_eq!(done["status"], "completed", "{done}");
            assert_eq!((&done["accepted"], &done["rejected"]), (&json!(1_000), &json!(0)), "{done}");
            let progress = json!({"bytes_read": size, "bytes_total": size, "rows": 1_000});
            assert_eq!(done["progress"], progress, "{format} {packed}");
            assert_eq!(done["generations"], json!({"first": 1, "last": 1}));
            assert_eq!(count(&tenant).await, 1_000);
            let listed = tenant.get(UPLOADS).await.expect(200);
            assert_eq!(listed["items"], json!([done]));
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_rows_is_told_by_line_and_the_rest_comes_in() {
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    let long = format!("{{\"id\":\"l\",\"title\":\"{}\"}}\n", "x".repeat(300_000));
    let file = format!("{}{long}{{oops\n{}", lines(0..3), lines(3..5));
    let done = upload(&app, &tenant, json!({"format": "ndjson"}), file).await;
    assert_eq!(
        (&done["status"], &done["accepted"], &done["rejected"]),
        (&json!("completed"), &json!(5), &json!(2))
    );
    let errors: Vec<_> =
        done["errors"].as_array().expect("errors").iter().map(|e| (&e["line"], &e["code"])).collect();
    assert_eq!(errors, [(&json!(4), &json!("too_large")), (&json!(5), &json!("bad_json"))]);
}

#[tokio::test]
async fn news_that_come_twice_or_never_change_nothing() {
    for mode in ["duplicate", "drop_request"] {
        let app = TestApp::start().await;
        let tenant = app.tenant("acme").await;
        app.fault(json!({"service": "s3", "operation": "Notify", "mode": mode})).await;
        let asked = ask(&tenant, json!({"format": "ndjson"})).await;
        assert_eq!(put(&app, &asked, lines(0..10)).await.status, 200);
        app.settle().await;
        if mode == "drop_request" {
            assert_eq!(look(&tenant, &asked).await["status"], "waiting", "nobody was told");
            app.advance_by(7 * 60).await;
        }
        let done = look(&tenant, &asked).await;
        assert_eq!((&done["status"], &done["accepted"]), (&json!("completed"), &json!(10)), "{mode}: {done}");
        assert_eq!(done["generations"], json!({"first": 1, "last": 1}), "{mode}");
    }
}

#[tokio::test]
async fn two_workers_at_the_same_moment_take_a_file_in_once() {
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    app.fault(json!({"service": "function", "operation": "ingest", "mode": "duplicate"})).await;
    let done = upload(&app, &tenant, json!({"format": "ndjson"}), lines(0..500)).await;
    assert_eq!((&done["status"], &done["accepted"]), (&json!("completed"), &json!(500)));
    assert_eq!(done["generations"], json!({"first": 1, "last": 1}));
    assert_eq!(count(&tenant).await, 500);
}

#[tokio::test]
async fn a_worker_that_dies_after_any_step_loses_and_doubles_nothing() {
    for step in ["claimed", "stored", "committed", "completed", "removed"] {
        let app = TestApp::start().await;
        let tenant = app.tenant("acme").await;
        app.fault(json!({"service": "function", "operation": "ingest", "mode": "crash", "after": step}))
            .await;
        let asked = ask(&tenant, json!({"format": "csv"})).await;
        assert_eq!(put(&app, &asked, in_format("csv", 0..300)).await.status, 200);
        app.settle().await;
        assert!(app.stack.faults().list().is_empty(), "{step} was reached");
        app.advance_by(20 * 60).await;
        let done = look(&tenant, &asked).await;
        assert_eq!(
            (&done["status"], &done["accepted"]),
            (&json!("completed"), &json!(300)),
            "{step}: {done}"
        );
        assert_eq!(done["generations"], json!({"first": 1, "last": 1}), "{step}");
        assert_eq!(count(&tenant).await, 300, "{step}");
        // The file is gone: the link would not take another one if it were there.
        assert_eq!(put(&app, &asked, "").await.status, 200, "{step}");
    }
}

#[tokio::test]
async fn a_later_worker_goes_on_behind_the_last_chunk() {
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    let text = lines(0..230_000);
    app.fault(json!({"service": "function", "operation": "ingest", "mode": "crash", "after": "committed"}))
        .await;
    let asked = ask(&tenant, json!({"format": "ndjson", "gzip": true})).await;
    assert_eq!(put(&app, &asked, gzip(&text)).await.status, 200);
    app.settle().await;
    let half = look(&tenant, &asked).await;
    let taken = half["accepted"].as_u64().expect("a count");
    assert!(half["status"] == "running" && (200_000..230_000).contains(&taken), "{half}");
    app.advance_by(3 * 60).await;
    let done = look(&tenant, &asked).await;
    assert_eq!((&done["status"], &done["accepted"]), (&json!("completed"), &json!(230_000)), "{done}");
    assert_eq!(done["generations"], json!({"first": 1, "last": 2}));
    assert_eq!(count(&tenant).await, 230_000);
}

#[tokio::test]
async fn a_worker_whose_time_is_over_hands_the_rest_to_another_and_each_line_counts_once() {
    // No worker has time for more than the chunk that it is at.
    let limits = TimeLimits { upload: SignedDuration::ZERO, ..TimeLimits::default() };
    let app = TestApp::start_with(limits).await;
    let tenant = app.tenant("acme").await;
    let file = format!("{}{{oops\n{}{{oops\n", lines(0..205_000), lines(205_000..230_000));
    let done = upload(&app, &tenant, json!({"format": "ndjson", "gzip": true}), gzip(&file)).await;
    assert_eq!(
        (&done["status"], &done["accepted"], &done["rejected"]),
        (&json!("completed"), &json!(230_000), &json!(2)),
        "{done}"
    );
    let lines: Vec<_> = done["errors"].as_array().expect("errors").iter().map(|e| &e["line"]).collect();
    assert_eq!(lines, [&json!(205_001), &json!(230_002)]);
    assert_eq!(done["generations"], json!({"first": 1, "last": 2}));
    assert_eq!(count(&tenant).await, 230_000);
    let object = format!("upload/{}", done["id"].as_str().expect("an id"));
    let audit = Rows::open(&app, "acme").await.audit_of(&object).await;
    let times = |wanted: &str| audit.iter().filter(|(action, _)| action == wanted).count();
    let worked = ["upload.started", "upload.given_back", "upload.completed"].map(times);
    assert_eq!(worked, [3, 2, 1], "two chunks, and one look at the end: {audit:?}");
}

#[tokio::test]
async fn a_file_that_is_replaced_while_it_is_read_fails_and_leaves_nothing_of_either() {
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    // Three parts, and one chunk.
    let file = |name: &str| -> String {
        let row = |n| json!({"id": format!("{name}{n}"), "created_at": "2026-10-05T00:00:00Z", "title": "x".repeat(8_000)});
        (0..2_200).map(|n| format!("{}\n", row(n))).collect()
    };
    let asked = ask(&tenant, json!({"format": "ndjson"})).await;
    let slow = app.stack.hold("ingest", "fetched");
    assert_eq!(put(&app, &asked, file("a")).await.status, 200);
    futures::join!(app.settle(), async {
        slow.reached().await;
        Rows::open(&app, "acme").await.remove_uploads().await;
        assert_eq!(
            put(&app, &asked, file("b")).await.status,
            200,
            "the same link, and a file of the same size"
        );
        slow.release();
    });
    let failed = look(&tenant, &asked).await;
    assert_eq!((&failed["status"], &failed["accepted"]), (&json!("failed"), &json!(0)), "{failed}");
    let failure = &failed["failure"];
    assert_eq!(failure["class"], "replaced", "{failure}");
    assert!(failure["advice"].as_str().is_some_and(|text| text.len() > 20), "{failure}");
    assert_eq!(tenant.get("/api/v1/datasets/incidents").await.expect(200)["rows"], 0);
}

#[tokio::test]
async fn a_broken_file_fails_with_its_place_and_what_to_do() {
    let app = TestApp::start().await;
    let packed = gzip(&lines(0..1_000));
    let cut = packed[..packed.len() - 20].to_vec();
    for (name, body, file, class, line) in [
        ("json", json!({"format": "json"}), b"[{\"id\":\"a\"},\n{\"id\":}]".to_vec(), "malformed", json!(2)),
        ("open", json!({"format": "json"}), b"[{\"id\":\"a\"}".to_vec(), "malformed", json!(1)),
        ("csv", json!({"format": "csv"}), b"id,id\na,b\n".to_vec(), "malformed", json!(1)),
        (
            "gzip",
            json!({"format": "ndjson", "gzip": true}),
            lines(0..5).into_bytes(),
            "not_gzip",
            Value::Null,
        ),
        ("cut", json!({"format": "ndjson", "gzip": true}), cut, "not_gzip", Value::Null),
        (
            "bomb",
            json!({"format": "ndjson", "gzip": true}),
            gzip(&" ".repeat(70_000_000)),
            "too_large",
            Value::Null,
        ),
        ("empty", json!({"format": "ndjson"}), Vec::new(), "nothing_accepted", Value::Null),
        ("wrong", json!({"format": "ndjson"}), b"{\"x\":1}\n".to_vec(), "nothing_accepted", Value::Null),
    ] {
        let tenant = app.tenant(&format!("acme-{name}")).await;
        let done = upload(&app, &tenant, body, file).await;
        assert_eq!(done["status"], "failed", "{name}: {done}");
        let failure = &done["failure"];
        assert_eq!((&failure["class"], &failure["line"]), (&json!(class), &line), "{name}: {failure}");
        let told = |field: &str| failure[field].as_str().is_some_and(|text| text.len() > 20);
        assert!(told("message") && told("advice"), "{name}: {failure}");
        assert_eq!(tenant.get("/api/v1/datasets/incidents").await.expect(200)["rows"], 0, "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused_before_a_link_is_made() {
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    for (body, field) in [
        (json!({}), "format"),
        (json!({"format": "xml"}), "format"),
        (json!({"format": "csv", "mapping": "nothing"}), "mapping"),
        (json!({"format": "csv", "atomic": true}), "atomic"),
        (json!({"format": "csv", "size": 1}), "size"),
    ] {
        let answer = tenant.post(UPLOADS, body.clone()).await;
        assert_eq!((answer.status, answer.field().as_str()), (400, field), "{body}: {}", answer.text());
    }
    let viewer = tenant.call_as("viewer", "POST", UPLOADS, Some(json!({"format": "csv"}))).await;
    assert_eq!(viewer.status, 403);
    assert_eq!(tenant.post("/api/v1/datasets/none/uploads", json!({"format": "csv"})).await.status, 404);
    assert_eq!(tenant.get(UPLOADS).await.expect(200)["items"], json!([]));
    let other = ask(&tenant, json!({"format": "csv"})).await;
    let elsewhere = format!("/api/v1/datasets/changes/uploads/{}", other["id"].as_str().expect("an id"));
    assert_eq!(tenant.get(&elsewhere).await.status, 404, "an upload is of one dataset");
}

#[tokio::test]
async fn a_body_that_is_too_large_names_the_way_that_is_not() {
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    let headers = [("content-type", "application/x-ndjson")];
    let body = " ".repeat(4 * 1024 * 1024 + 1);
    let answer = tenant.send_as("owner", "POST", "/api/v1/datasets/incidents/records", &headers, body).await;
    assert_eq!((answer.status, answer.code().as_str()), (413, "PAYLOAD_TOO_LARGE"));
    assert!(answer.text().contains("/uploads"), "{}", answer.text());
}

#[tokio::test]
async fn a_link_takes_one_file_for_one_tenant_and_ends() {
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    let asked = ask(&tenant, json!({"format": "ndjson"})).await;
    let url = asked["put"]["url"].as_str().expect("a link");
    assert!(url.contains("/t/acme/uploads/"), "{url}");
    let mut moved = asked.clone();
    moved["put"]["url"] = json!(url.replace("/t/acme/", "/t/globex/"));
    assert_eq!(put(&app, &moved, lines(0..1)).await.status, 403, "the signature covers the key");
    assert_eq!(put(&app, &asked, lines(0..1)).await.status, 200);
    assert_eq!(put(&app, &asked, lines(0..2)).await.status, 412, "a file that is there stays as it is");
    app.settle().await;
    assert_eq!(look(&tenant, &asked).await["accepted"], 1);

    let late = ask(&tenant, json!({"format": "ndjson"})).await;
    app.advance_by(3_601).await;
    assert_eq!(put(&app, &late, lines(0..1)).await.status, 403, "an hour is over");
    tenant.sign_out();
    assert_eq!(look(&tenant, &late).await["status"], "waiting", "one may be on its way still");
    app.advance_by(24 * 3_600).await;
    tenant.sign_out();
    assert_eq!(look(&tenant, &late).await["status"], "expired");
}
