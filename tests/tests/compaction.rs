//! Compaction, its reaper, late data and the kept answers, through the API and the queue: whatever is made of segments,
//! and wherever it stops half way, every answer and every report stays as it was.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::join_all;
use serde_json::{Value, json};
use sitrep_app::data::{list_segments, measure};
use sitrep_app::jobs::maintain_dataset;
use sitrep_app::services::Services;
use sitrep_aws::entities::Reader;
use sitrep_aws::objects::Bucket;
use sitrep_domain::dataset::DatasetId;
use sitrep_domain::ids::TenantId;
use sitrep_domain::measure::Measure;
use sitrep_domain::query::Query;
use sitrep_domain::scope::TenantScope;
use sitrep_domain::snapshot::SegmentMeta;
use sitrep_domain::template::LateDataPolicy;
use sitrep_domain::templates::TEMPLATES;
use sitrep_tests::data::incident;
use sitrep_tests::{TestApp, TestTenant, at};

/// The function that looks after datasets.
const FUNCTION: &str = "ingest";
const DAY_S: i64 = 86_400;

/// What lies behind the API for one tenant.
struct Behind {
    services: Arc<Services>,
    scope: TenantScope,
}

impl Behind {
    async fn open(app: &TestApp, tenant: &str) -> Self {
        let services = sitrep::application::connect(app.stack.backend()).await.unwrap();
        let tenant = TenantId::new(tenant).unwrap();
        let (scope, _) = services.open_job(&tenant, "test", "test").await.unwrap().unwrap();
        Self { services, scope }
    }

    /// Rows of segments: those that are read, and those that were.
    async fn segments(&self) -> (Vec<SegmentMeta>, usize) {
        let rows = list_segments(&self.services, &self.scope, DatasetId::Incidents).await.unwrap();
        let rows = rows.into_iter().map(|row| row.value);
        let (living, old): (Vec<_>, Vec<_>) = rows.partition(|meta| meta.gen_to.is_none());
        (living, old.len())
    }

    /// Files of the dataset.
    async fn files(&self) -> BTreeSet<String> {
        let prefix = format!("t/{}/d/incidents/", self.scope.tenant());
        let end = at("2199-01-01T00:00:00Z");
        let files = self.services.objects.list_older(&self.scope, Bucket::Records, &prefix, end).await;
        files.unwrap().into_iter().collect()
    }

    /// Looks after the dataset until there is nothing left to be made one.
    async fn compact(&self) -> usize {
        let mut compactions = 0;
        loop {
            let tenant = self.scope.tenant();
            let done = maintain_dataset(&self.services, tenant, DatasetId::Incidents, "test").await.unwrap();
            compactions += done.compactions;
            if done.compactions == 0 {
                return compactions;
            }
        }
    }
}

/// Versions of a few hundred incidents in many small bodies: opened and resolved in either order, some moved to another
/// month, some with equal times, some twice.
fn bodies() -> Vec<Vec<Value>> {
    let id = |n: usize| format!("INC{n:04}");
    let opened = |n: usize| {
        let (month, day) = (8 + n % 3, 1 + n % 27);
        let severity = ["high", "low", "critical"][n % 3];
        json!({"id": id(n), "created_at": format!("2026-{month:02}-{day:02}T10:00:00Z"),
            "updated_at": format!("2026-{month:02}-{day:02}T10:00:00Z"), "severity": severity,
            "team": "blue", "tags": ["a", "b"], "custom": {"site": n % 5}})
    };
    let resolved = |n: usize| {
        let mut row = opened(n);
        row["updated_at"] = json!("2026-11-02T00:00:00Z");
        row["resolved_at"] = json!("2026-11-01T12:00:00Z");
        row["custom"] = json!({"site": "x", "loud": true});
        if n.is_multiple_of(7) {
            row["created_at"] = json!("2026-09-09T09:00:00Z");
        }
        row
    };
    let mut bodies: Vec<Vec<Value>> = Vec::new();
    for chunk in 0..60 {
        let ids = || (chunk * 5)..(chunk * 5 + 5);
        let (first, second): (Vec<_>, Vec<_>) = (ids().map(opened).collect(), ids().map(resolved).collect());
        bodies.extend(if chunk % 2 == 0 { [first, second] } else { [second, first] });
        if chunk % 10 == 3 {
            // The same time once more: the later arrival wins.
            bodies.push(
                ids()
                    .map(|n| {
                        let mut row = resolved(n);
                        row["team"] = json!("red");
                        row
                    })
                    .collect(),
            );
        }
    }
    bodies
}

async fn ingest_all(tenant: &TestTenant<'_>, bodies: &[Vec<Value>]) {
    for body in bodies {
        tenant.ingest(body).await;
    }
}

fn questions() -> Vec<Value> {
    let window = |mut body: Value| {
        body["dataset"] = json!("incidents");
        body["start"] = json!("2026-08-01");
        body["end"] = json!("2026-10-31");
        body
    };
    let count = json!([{"as": "n", "measure": {"op": "count"}}]);
    vec![
        window(json!({"metrics": count, "group_by": ["severity"]})),
        window(json!({"metrics": count, "group_by": ["custom.site", "team"]})),
        window(
            json!({"metrics": count, "group_by": ["tags", {"time": "day"}], "filters": {"team": ["red"]}}),
        ),
        window(
            json!({"metrics": [{"metric": "mttr_median"}, {"metric": "backlog_end"}, {"metric": "total"}]}),
        ),
    ]
}

/// The answers to all questions, without what names the snapshot.
async fn answers(tenant: &TestTenant<'_>) -> Vec<Value> {
    join_all(questions().into_iter().map(|question| answer(tenant, question))).await
}

async fn answer(tenant: &TestTenant<'_>, question: Value) -> Value {
    let mut answer = tenant.post("/api/v1/query", question).await.expect(200);
    answer.as_object_mut().unwrap().remove("snapshot");
    answer
}

#[tokio::test]
async fn eight_readers_get_the_same_answers_before_while_and_after_segments_become_few() {
    let app = TestApp::start().await;
    let (acme, plain) = (app.tenant("acme").await, app.tenant("plain").await);
    let bodies = &bodies()[..50];
    ingest_all(&acme, bodies).await;
    plain.ingest(&bodies.concat()).await;
    let expected = answers(&acme).await;
    assert_eq!(expected, answers(&plain).await, "neither bodies nor their number matter");
    let behind = Behind::open(&app, "acme").await;
    let before = behind.segments().await.0.len();

    let is_done = std::sync::atomic::AtomicBool::new(false);
    let reader = async |n: usize| {
        let mut rounds = 0;
        while !is_done.load(std::sync::atomic::Ordering::SeqCst) || rounds == 0 {
            let which = (n + rounds) % expected.len();
            assert_eq!(answer(&acme, questions().swap_remove(which)).await, expected[which]);
            rounds += 1;
            // Known answers come at once; the others must have their turn.
            tokio::task::yield_now().await;
        }
        rounds
    };
    let compact = async {
        let compactions = behind.compact().await;
        is_done.store(true, std::sync::atomic::Ordering::SeqCst);
        compactions
    };
    let (compactions, rounds) = futures::join!(compact, join_all((0..8).map(reader)));
    assert_eq!(answers(&acme).await, expected);
    let (living, old) = behind.segments().await;
    println!(
        "{before} segments, {compactions} compactions, {} left; rounds of readers {rounds:?}",
        living.len()
    );
    assert!(before > 80 && living.len() < 30, "{before} became {}", living.len());
    assert!(rounds.iter().sum::<usize>() > 16, "readers read while segments became few: {rounds:?}");
    assert!(old > 0, "who began before reads on");
}

#[tokio::test]
async fn the_queue_makes_segments_few_and_a_crash_after_any_step_loses_and_doubles_nothing() {
    for step in ["compared", "compacted", "stored", "committed", "reaped"] {
        let app = TestApp::start().await;
        let acme = app.tenant("acme").await;
        ingest_all(&acme, &bodies()).await;
        let expected = answers(&acme).await;
        let crash =
            json!({"service": "function", "operation": FUNCTION, "mode": "crash", "after": step, "times": 2});
        app.fault(crash).await;
        app.advance_by(1_800).await;
        acme.sign_out();
        assert_eq!(answers(&acme).await, expected, "{step}");
        let behind = Behind::open(&app, "acme").await;
        let (living, _) = behind.segments().await;
        assert!(living.len() < 30, "{step}: {} segments", living.len());

        // What nobody needs is gone within two days: every file has a row.
        app.advance_by(2 * DAY_S).await;
        ingest_all(&acme_again(&app, &acme), &bodies()[..20]).await;
        app.advance_by(DAY_S).await;
        let (living, old) = behind.segments().await;
        let named: BTreeSet<String> = living.into_iter().map(|meta| meta.key).collect();
        assert_eq!((old, behind.files().await), (0, named), "{step}");
    }
}

/// The same tenant, signed in anew.
fn acme_again<'a>(app: &'a TestApp, tenant: &TestTenant<'a>) -> TestTenant<'a> {
    TestTenant::open(app, &tenant.id)
}

#[tokio::test]
async fn of_two_who_make_segments_few_at_once_one_gives_way() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    ingest_all(&acme, &bodies()).await;
    let expected = answers(&acme).await;
    app.fault(json!({"service": "dynamodb", "operation": "TransactWriteItems", "mode": "delay", "delay_ms": 5, "times": 1_000_000})).await;
    let (first, second) = (Behind::open(&app, "acme").await, Behind::open(&app, "acme").await);
    let (a, b) = futures::join!(first.compact(), second.compact());
    assert!(a + b > 0);
    assert_eq!(answers(&acme).await, expected);
    let view = acme.get("/api/v1/datasets/incidents").await.expect(200);
    let (living, _) = first.segments().await;
    let rows: u64 = living.iter().map(|meta| meta.rows).sum();
    assert_eq!((view["segments"].as_u64(), view["rows"].as_u64()), (Some(living.len() as u64), Some(rows)));
    assert!(living.len() < 30, "{}", living.len());
}

#[tokio::test]
async fn a_report_can_be_made_again_to_the_byte_until_its_retention_ends() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    ingest_all(&acme, &bodies()).await;
    let body = json!({"report_type": "executive_monthly", "start_date": "2026-09-01", "end_date": "2026-09-30",
        "formats": ["json", "txt", "csv"]});
    let original = acme.report(body).await;
    assert_eq!(original["status"], "completed", "{original}");
    let behind = Behind::open(&app, "acme").await;
    let files = behind.files().await;
    app.advance_by(1_800).await;
    app.advance_by(3 * DAY_S).await;
    let (living, old) = behind.segments().await;
    assert!(living.len() < 30 && old == 0, "{} living, {old} old", living.len());
    assert!(files.is_subset(&behind.files().await), "what the report read is kept");

    let id = original["id"].as_str().unwrap();
    let tenant = acme_again(&app, &acme);
    let asked = tenant.post(&format!("/api/v1/reports/{id}/reproduce"), json!({})).await.expect(202);
    app.settle().await;
    let made = tenant.read_report(asked["id"].as_str().unwrap()).await;
    assert_eq!(made["status"], "completed", "{made}");
    let hashes = |report: &Value| -> Vec<Value> {
        report["artifacts"].as_array().unwrap().iter().map(|artifact| artifact["sha256"].clone()).collect()
    };
    assert_eq!(hashes(&made), hashes(&original));
    assert_eq!(made["stale"], original["stale"]);

    // Retention is 90 days; two days later nothing is kept for either report.
    app.advance_by(91 * DAY_S).await;
    let tenant = acme_again(&app, &acme);
    let gone = tenant.post(&format!("/api/v1/reports/{id}/reproduce"), json!({})).await;
    assert_eq!((gone.status, gone.code().as_str()), (410, "GONE"), "{}", gone.text());
    app.advance_by(6 * DAY_S).await;
    let named: BTreeSet<String> = behind.segments().await.0.into_iter().map(|meta| meta.key).collect();
    assert_eq!(behind.files().await, named, "the files that only reports needed are gone");
}

/// A completed report on October, and then what came late.
async fn stale_after(late: &[Value], body: Value) -> bool {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[
        incident("a", "2026-10-05T10:00:00Z", "high"),
        incident("b", "2026-09-06T10:00:00Z", "low"),
        incident("old", "2026-02-06T10:00:00Z", "low"),
        json!({"id": "open", "created_at": "2026-10-06T10:00:00Z", "severity": "low"}),
    ])
    .await;
    let report = acme.report(body).await;
    assert_eq!((&report["status"], &report["stale"]), (&json!("completed"), &json!(false)), "{report}");
    acme.ingest(late).await;
    app.advance_by(30).await;
    let id = report["id"].as_str().unwrap();
    let after = acme.read_report(id).await;
    assert_eq!(after["artifacts"], report["artifacts"], "a stale report keeps its bytes");
    let newer = acme
        .report(json!({"report_type": "executive_monthly", "start_date": "2026-10-01",
        "end_date": "2026-10-31", "formats": ["json"]}))
        .await;
    app.advance_by(120).await;
    let newer = acme.read_report(newer["id"].as_str().unwrap()).await;
    assert_eq!(newer["stale"], false, "a report that read the late data is not stale");
    after["stale"].as_bool().unwrap()
}

#[tokio::test]
async fn a_report_is_stale_when_what_it_read_has_changed_and_only_then() {
    let october = json!({"report_type": "executive_monthly", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["json"]});
    let mut of_high = october.clone();
    of_high["filters"] = json!({"severity": ["high"]});
    let moved = json!({"id": "a", "created_at": "2026-11-05T10:00:00Z", "updated_at": "2026-11-06T00:00:00Z", "severity": "high"});
    let resolved = json!({"id": "open", "created_at": "2026-10-06T10:00:00Z", "updated_at": "2026-11-06T00:00:00Z",
        "severity": "low", "resolved_at": "2026-11-06T00:00:00Z"});
    let outdated = json!({"id": "a", "created_at": "2026-10-05T10:00:00Z", "updated_at": "2026-10-04T10:00:00Z", "severity": "high"});
    for (what, late, body, expected) in [
        ("a record of the window", incident("new", "2026-10-07T10:00:00Z", "high"), &october, true),
        ("a record of the period before", incident("new", "2026-09-10T10:00:00Z", "low"), &october, true),
        (
            "a record that was open at the end",
            json!({"id": "n", "created_at": "2026-03-01T00:00:00Z"}),
            &october,
            true,
        ),
        ("a record of the month after", incident("new", "2026-11-07T10:00:00Z", "high"), &october, false),
        ("a record long resolved before", incident("new", "2026-01-07T10:00:00Z", "high"), &october, false),
        ("a record that moves out of the window", moved, &october, true),
        ("a record that is resolved later", resolved.clone(), &october, true),
        ("an older version of a record", outdated, &october, false),
        ("a record that the filter admits", incident("new", "2026-10-07T10:00:00Z", "high"), &of_high, true),
        (
            "a record that the filter leaves out",
            incident("new", "2026-10-07T10:00:00Z", "low"),
            &of_high,
            false,
        ),
        ("a change of one that the filter leaves out", resolved, &of_high, false),
    ] {
        assert_eq!(stale_after(&[late], body.clone()).await, expected, "{what}");
    }
}

#[tokio::test]
async fn a_report_that_completes_after_late_data_were_looked_at_is_stale_all_the_same() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    app.advance_by(30).await;
    // It measures at once and needs a second to store its files; meanwhile another commit is compared with all reports
    // that there are.
    let slow =
        json!({"service": "s3", "operation": "PutObject", "mode": "delay", "delay_ms": 400, "times": 3});
    app.fault(slow).await;
    let behind = Behind::open(&app, "acme").await;
    let body = json!({"report_type": "executive_monthly", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["json"]});
    let late = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let rows = [incident("b", "2026-10-06T10:00:00Z", "high")];
        let body = Value::Array(rows.to_vec());
        let headers = [("content-type", "application/json")];
        // Its own file is not to wait: the delays are taken by the report's.
        let _ = acme
            .send_as("owner", "POST", "/api/v1/datasets/incidents/records", &headers, body.to_string())
            .await
            .expect(200);
        behind.compact().await;
    };
    let (report, ()) = futures::join!(acme.report(body), late);
    assert_eq!(
        (&report["status"], &report["data"]["metrics"]["total"]["value"]),
        (&json!("completed"), &json!(1))
    );
    app.settle().await;
    assert_eq!(acme.read_report(report["id"].as_str().unwrap()).await["stale"], true);
}

#[tokio::test]
async fn a_report_on_nothing_is_looked_at_once_and_stale_when_records_come() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let body = json!({"report_type": "executive_monthly", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["json"]});
    let report = acme.report(body).await;
    let id = report["id"].as_str().unwrap();
    assert_eq!((&report["status"], &report["stale"]), (&json!("completed"), &json!(false)), "{report}");
    app.advance_by(180).await;
    let behind = Behind::open(&app, "acme").await;
    let reader = (DatasetId::Incidents, id.parse().unwrap());
    let row = behind.services.store.find::<Reader>(&behind.scope, &reader).await.unwrap().unwrap();
    assert!(!row.value.is_new, "the sweep need not come again");
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    app.advance_by(90).await;
    assert_eq!(acme.read_report(id).await["stale"], true);
}

#[tokio::test]
async fn a_reproduction_of_a_stale_report_is_as_stale() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    let body = json!({"report_type": "executive_monthly", "start_date": "2026-10-01", "end_date": "2026-10-31", "formats": ["json"]});
    let original = acme.report(body).await;
    let id = original["id"].as_str().unwrap();
    let reproduce = || async {
        let asked = acme.post(&format!("/api/v1/reports/{id}/reproduce"), json!({})).await.expect(202);
        app.settle().await;
        asked["id"].as_str().unwrap().to_owned()
    };
    let fresh = reproduce().await;
    acme.ingest(&[incident("b", "2026-10-06T10:00:00Z", "high")]).await;
    let between = reproduce().await;
    app.advance_by(90).await;
    let late = reproduce().await;
    for (what, id) in [("before", &fresh), ("between", &between), ("after", &late)] {
        let made = acme.read_report(id).await;
        assert_eq!((&made["status"], &made["stale"]), (&json!("completed"), &json!(true)), "{what}: {made}");
    }
}

#[tokio::test]
async fn no_answer_is_older_than_the_records_and_no_tenant_gets_anothers() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    let behind = Behind::open(&app, "acme").await;
    let question = json!({"dataset": "incidents", "start": "2026-10-01", "end": "2026-10-31", "metrics": [{"metric": "total"}]});
    let total = |answer: Value| answer["rows"][0][0].as_u64().unwrap();
    let window =
        sitrep_domain::window::Window::new(at("2026-10-01T00:00:00Z"), at("2026-11-01T00:00:00Z")).unwrap();
    let query = Query::new(DatasetId::Incidents, Some(window)).measure("n", Measure::count());
    for round in 1..=24_u64 {
        acme.ingest(&[incident(&format!("i{round}"), "2026-10-07T10:00:00Z", "high")]).await;
        globex.ingest(&[incident("only", "2026-10-07T10:00:00Z", "high")]).await;
        for _ in 0..2 {
            assert_eq!(total(acme.post("/api/v1/query", question.clone()).await.expect(200)), round);
            assert_eq!(
                total(globex.post("/api/v1/query", question.clone()).await.expect(200)),
                1,
                "round {round}"
            );
        }
        if round % 8 == 0 {
            assert!(behind.compact().await > 0, "round {round}");
            assert_eq!(total(acme.post("/api/v1/query", question.clone()).await.expect(200)), round);
        }
        // The same process, and one that starts cold.
        for behind in [&behind, &Behind::open(&app, "acme").await] {
            let measured =
                measure(&behind.services, &behind.scope, std::slice::from_ref(&query), None).await.unwrap();
            assert_eq!(measured.results[0].rows[0].figures[0].population, round);
        }
    }
}

#[test]
fn no_template_asks_for_what_is_not_done_about_late_data() {
    // Reports are flagged or left alone; a corrected report is made by hand, with `rerun`.
    let unknown = TEMPLATES.iter().find(|template| template.late_data == LateDataPolicy::Rerun);
    assert!(unknown.is_none(), "{:?}", unknown.map(|template| template.id));
}
