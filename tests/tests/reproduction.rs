//! A report made again from its snapshot has the same bytes, whatever happened since; made again on new records it has
//! others. The manifest says what it was made from, and its hashes can be recomputed.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::{Value, json};
use sitrep_domain::canonical::{hash_of, sha256_hex};
use sitrep_tests::data::{incident, read};
use sitrep_tests::{TestApp, TestTenant};

const FORMATS: [&str; 6] = ["pdf", "pdfa", "html", "csv", "json", "txt"];
const NOW: &str = "2026-11-18T00:00:00Z";

#[tokio::test]
async fn a_reproduction_has_the_same_bytes_in_every_format() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let original = make_original(&acme).await;
    app.advance_by(86_400).await;
    acme.sign_out();
    let first = reproduce(&app, &acme, &original).await;
    assert_same(&acme, &original, &first).await;

    // Newer records, and newer versions of records that the report counted.
    acme.ingest(&[
        incident("new", "2026-10-07T10:00:00Z", "critical"),
        json!({"id": "a", "created_at": "2026-10-05T10:00:00Z", "updated_at": "2026-11-19T00:00:00Z", "severity": "low"}),
    ])
    .await;
    let second = reproduce(&app, &acme, &original).await;
    assert_same(&acme, &original, &second).await;

    let of_reproduction = reproduce_as(&app, &acme, &second, id_of(&original)).await;
    assert_same(&acme, &original, &of_reproduction).await;
    assert_eq!(app.stack.mailbox().len(), 1, "a reproduction is sent to nobody");
}

#[tokio::test]
async fn real_incidents_reproduce_over_several_segments_and_templates() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest_gzip("uci_itsm", read("uci-itsm/itsm_incidents.ndjson.gz")).await;
    let body = json!({"report_types": ["executive_monthly", "sla_performance"], "name": "Ωmega — März",
        "start_date": "2016-02-01", "end_date": "2017-02-28", "timezone": "Europe/Berlin", "formats": FORMATS,
        "filters": {"severity": ["critical", "high", "medium"]}});
    let original = acme.report(body).await;
    assert_eq!(original["status"], "completed", "{original}");
    acme.ingest_gzip("vcdb", read("vcdb/incidents_vcdb.ndjson.gz")).await;
    let again = reproduce(&app, &acme, &original).await;
    assert_same(&acme, &original, &again).await;
}

#[tokio::test]
async fn a_reproduction_after_a_restart_has_the_same_bytes() {
    let dir = TempDir::make("reproduction");
    let app = TestApp::start_in(&dir.0, NOW).await;
    let acme = app.tenant("acme").await;
    let original = make_original(&acme).await;
    let files = download_all(&acme, &original).await;
    drop(acme);
    drop(app);

    let app = TestApp::start_in(&dir.0, NOW).await;
    let acme = TestTenant::open(&app, "acme");
    assert_eq!(acme.read_report(id_of(&original)).await, original, "the report survives the restart");
    assert_eq!(download_all(&acme, &original).await, files);
    let again = reproduce(&app, &acme, &original).await;
    assert_same(&acme, &original, &again).await;
}

#[tokio::test]
async fn a_rerun_on_new_records_differs_and_supersedes() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let original = make_original(&acme).await;
    acme.ingest(&[incident("new", "2026-10-07T10:00:00Z", "critical")]).await;
    let asked =
        acme.post(&format!("/api/v1/reports/{}/rerun", id_of(&original)), json!({})).await.expect(202);
    app.settle().await;
    let rerun = acme.read_report(id_of(&asked)).await;
    assert_eq!((&rerun["status"], &rerun["trigger"]), (&json!("completed"), &json!("rerun")), "{rerun}");
    assert_eq!((&rerun["supersedes"], &rerun["reproduces"]), (&original["id"], &Value::Null));
    assert_eq!(rerun["input_hash"], original["input_hash"], "it is the same question");
    assert_eq!(rerun["data"]["metrics"]["total"]["value"], 3);
    for format in FORMATS {
        assert_ne!(sha256_of(&rerun, format), sha256_of(&original, format), "{format}");
    }
    let superseded = acme.read_report(id_of(&original)).await;
    assert_eq!(superseded["superseded_by"], rerun["id"]);
    assert_eq!(superseded["artifacts"], original["artifacts"], "the original keeps its bytes");
    // The superseded report is still provable.
    let again = reproduce(&app, &acme, &original).await;
    assert_same(&acme, &original, &again).await;
}

#[tokio::test]
async fn only_a_completed_report_can_be_reproduced() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    let body = json!({"report_type": "executive_monthly", "period_type": "monthly", "formats": ["txt"]});
    let queued = acme.post("/api/v1/reports/generate", body.clone()).await.expect(202);
    assert_eq!(queued["status"], "queued");
    assert_refused(&acme, &queued).await;

    let cancelled =
        acme.post(&format!("/api/v1/reports/{}/cancel", id_of(&queued)), json!({})).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    assert_refused(&acme, &cancelled).await;

    // Every attempt finds the store of objects refusing, until the run gives up.
    app.fault(json!({"service": "s3", "operation": "PutObject", "mode": "error", "times": 1_000})).await;
    let asked = acme.post("/api/v1/reports/generate", body).await.expect(202);
    app.settle().await;
    app.advance_by(3_000).await;
    let failed = acme.read_report(id_of(&asked)).await;
    assert_eq!(failed["status"], "failed", "{failed}");
    assert_refused(&acme, &failed).await;

    let random = "0198b1c2-7a5e-4c3d-8e2f-1a2b3c4d5e6f";
    let answer = acme.post(&format!("/api/v1/reports/{random}/reproduce"), json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn the_manifest_says_what_was_read_and_made_and_its_hashes_can_be_recomputed() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let original = make_original(&acme).await;
    let answer = acme.get(&format!("/api/v1/reports/{}/manifest", id_of(&original))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(original["manifest_sha256"], sha256_hex(&answer.body), "the bytes are those that were hashed");
    let manifest = answer.json();
    assert_eq!((&manifest["schema"], &manifest["report_id"]), (&json!("sitrep.manifest/1"), &original["id"]));
    assert_eq!(manifest["input_hash"], original["input_hash"]);
    assert_eq!(manifest["input_hash"], hash_of(&manifest["input"]), "the input gives its hash");
    assert_eq!(manifest["input"]["templates"][0], json!({"id": "executive_monthly", "version": 1}));
    assert_eq!(manifest["generated_at"], original["generated_at"]);
    assert_eq!(manifest["metrics"], original["data"]["metrics"]);
    assert_eq!(manifest["redactions"], json!([]));
    assert!(manifest["renderer_version"].as_str().is_some_and(|version| !version.is_empty()));
    for format in FORMATS {
        let made = manifest["artifacts"].as_array().unwrap().iter().find(|a| a["format"] == format).unwrap();
        assert_eq!(made["sha256"], sha256_of(&original, format), "{format}");
    }

    // One generation, one segment per month of the records, each by its hash, of this tenant alone.
    let snapshot = &manifest["snapshots"][0];
    assert_eq!(manifest["snapshots"].as_array().map(Vec::len), Some(1));
    assert_eq!((&snapshot["tenant"], &snapshot["dataset"]), (&json!("acme"), &json!("incidents")));
    assert_eq!(snapshot["generation"], 1);
    let segments = snapshot["segments"].as_array().unwrap();
    let months: Vec<&str> = segments.iter().map(|segment| segment["month"].as_str().unwrap()).collect();
    assert_eq!(months, ["202609", "202610"]);
    assert!(segments.iter().all(|segment| segment["sha256"].as_str().is_some_and(|hash| hash.len() == 64)));

    let again = reproduce(&app, &acme, &original).await;
    let repeated = acme.get(&format!("/api/v1/reports/{}/manifest", id_of(&again))).await.json();
    for name in
        ["input", "input_hash", "snapshots", "metrics", "renderer_version", "generated_at", "report_id"]
    {
        assert_eq!(repeated[name], manifest[name], "{name}");
    }
}

/// A completed report in all formats, with a reader.
async fn make_original(tenant: &TestTenant<'_>) -> Value {
    tenant
        .ingest(&[
            incident("a", "2026-10-05T10:00:00Z", "high"),
            incident("b", "2026-10-06T10:00:00Z", "low"),
            incident("c", "2026-09-06T10:00:00Z", "low"),
        ])
        .await;
    let body = json!({"report_type": "executive_monthly", "period_type": "monthly", "formats": FORMATS,
        "recipients": [format!("viewer@{}.example", tenant.id)]});
    let report = tenant.report(body).await;
    assert_eq!(report["status"], "completed", "{report}");
    assert_eq!(report["data"]["metrics"]["total"]["value"], 2);
    report
}

/// Reproduces an original.
async fn reproduce(app: &TestApp, tenant: &TestTenant<'_>, original: &Value) -> Value {
    reproduce_as(app, tenant, original, id_of(original)).await
}

/// Reproduces a report that goes back to the one with the id `source`.
async fn reproduce_as(app: &TestApp, tenant: &TestTenant<'_>, of: &Value, source: &str) -> Value {
    let answer = tenant.post(&format!("/api/v1/reports/{}/reproduce", id_of(of)), json!({})).await;
    let location = answer.header("location").to_owned();
    let asked = answer.expect(202);
    assert_eq!(location, format!("/api/v1/reports/{}", id_of(&asked)));
    app.settle().await;
    let made = tenant.get(&location).await.expect(200);
    assert_eq!((&made["status"], &made["trigger"]), (&json!("completed"), &json!("reproduce")), "{made}");
    assert_eq!(made["reproduces"], source);
    assert_ne!(made["id"], of["id"]);
    made
}

/// Hash by hash and byte by byte, with the figures that they tell.
async fn assert_same(tenant: &TestTenant<'_>, original: &Value, made: &Value) {
    for format in FORMATS {
        assert_eq!(sha256_of(made, format), sha256_of(original, format), "{format}");
    }
    assert_eq!(download_all(tenant, made).await, download_all(tenant, original).await);
    for name in ["data", "input_hash"] {
        assert_eq!(made[name], original[name], "{name}");
    }
}

async fn assert_refused(tenant: &TestTenant<'_>, report: &Value) {
    let answer = tenant.post(&format!("/api/v1/reports/{}/reproduce", id_of(report)), json!({})).await;
    let problem = answer.expect(409);
    assert_eq!(
        (&problem["code"], &problem["errors"][0]["code"]),
        (&json!("CONFLICT"), &json!("not_completed"))
    );
}

/// The files of a report, each with the hash that it was promised with.
async fn download_all(tenant: &TestTenant<'_>, report: &Value) -> Vec<Bytes> {
    let mut files = Vec::new();
    for format in FORMATS {
        let answer = tenant.get(&format!("/api/v1/reports/{}/download?format={format}", id_of(report))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(sha256_of(report, format), sha256_hex(&answer.body), "{format}");
        files.push(answer.body);
    }
    files
}

fn sha256_of<'a>(report: &'a Value, format: &str) -> &'a str {
    let artifacts = report["artifacts"].as_array().expect("a list of artifacts");
    let artifact =
        artifacts.iter().find(|artifact| artifact["format"] == format).expect("a file of that format");
    artifact["sha256"].as_str().expect("a hash")
}

fn id_of(report: &Value) -> &str {
    report["id"].as_str().expect("a report has an id")
}

/// A directory that is removed when the test ends.
struct TempDir(PathBuf);

impl TempDir {
    fn make(name: &str) -> Self {
        let dir = std::env::temp_dir().join(format!("sitrep-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&dir).expect("the directory can be made");
        Self(dir)
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}
