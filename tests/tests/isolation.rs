//! Isolation: to a tenant, what another tenant has looks exactly like what nobody has.
//!
//! Every operation of the OpenAPI document is called by one tenant's owner with the other tenant's ids and with ids that
//! nobody has, and the answers are compared byte by byte. An operation without a line in [`NAMED`] fails the test.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use sitrep_tests::data::incident;
use sitrep_tests::{Answer, TestApp, TestTenant};

/// What a part of a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    Report,
    Schedule,
    Delivery,
    Share,
    User,
    /// A mapping of the dataset `incidents`.
    Mapping,
    Upload,
    /// A word that is the same for every tenant.
    Word(&'static str),
    /// The secret of a link, which is meant for whoever has it.
    Token,
}

/// What the path of each operation names. Aliases (`…_2`) are looked up under the operation's own name.
const NAMED: &[(&str, Named)] = &[
    ("update_user", Named::User),
    ("delete_user", Named::User),
    ("get_dataset", Named::Word("incidents")),
    ("ingest_records", Named::Word("incidents")),
    ("list_mappings", Named::Word("incidents")),
    ("get_mapping", Named::Mapping),
    // A name that the tenant chooses: whoever else has one of that name, it makes the tenant's own.
    ("put_mapping", Named::Word("of-my-own")),
    ("delete_mapping", Named::Mapping),
    ("test_mapping", Named::Mapping),
    ("create_upload", Named::Word("incidents")),
    ("list_uploads", Named::Word("incidents")),
    ("get_upload", Named::Upload),
    ("get_metric", Named::Word("total")),
    ("get_report", Named::Report),
    ("show_report", Named::Report),
    ("view_report", Named::Report),
    ("download_report", Named::Report),
    ("get_manifest", Named::Report),
    ("cancel_report", Named::Report),
    ("rerun_report", Named::Report),
    ("reproduce_report", Named::Report),
    ("delete_report", Named::Report),
    ("get_schedule", Named::Schedule),
    ("update_schedule", Named::Schedule),
    ("delete_schedule", Named::Schedule),
    ("run_schedule_now", Named::Schedule),
    ("list_report_deliveries", Named::Report),
    ("list_schedule_deliveries", Named::Schedule),
    ("retry_delivery", Named::Delivery),
    ("create_share", Named::Report),
    ("share_stats", Named::Report),
    ("revoke_share", Named::Share),
    ("revoke_report_shares", Named::Report),
    ("open_share", Named::Token),
    ("redeem_share", Named::Token),
];

/// A UUID that nobody has.
const NOBODYS: &str = "0f6ad2f0-7f2a-4f6e-9a53-7d2f3f5b9c11";
const WINDOW: &str = r#"{"dataset":"incidents","start":"2026-10-01T00:00:00Z","end":"2026-11-01T00:00:00Z",
    "metrics":[{"as":"n","measure":{"op":"count"}}]}"#;

/// An operation of the OpenAPI document.
struct Operation {
    id: String,
    method: String,
    path: String,
    body: Option<Value>,
}

impl Operation {
    /// Its own name, also for an alias.
    fn name(&self) -> &str {
        match self.id.rsplit_once('_') {
            Some((name, n)) if n.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => &self.id,
        }
    }

    fn named(&self) -> Option<Named> {
        NAMED.iter().find(|(name, _)| *name == self.name()).map(|(_, named)| *named)
    }

    /// Whether reading it makes a run, which `exports.rs` and `templates` look into.
    fn makes_a_run(&self) -> bool {
        self.id == "make_compliance_pdf"
            || self.path.starts_with("/api/v1/export/") && self.path.ends_with("/pdf")
    }

    fn path_with(&self, id: &str) -> String {
        // Datasets are the same for every tenant; what is below them is not.
        let is_below = self.path.contains("{dataset}/") && self.path.matches('{').count() > 1;
        let parts = self.path.split('/').map(|part| match part {
            "{dataset}" if is_below => "incidents",
            part if part.starts_with('{') => id,
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

async fn operations(app: &TestApp) -> Vec<Operation> {
    let document = app.call("GET", "/api/v1/openapi.json", None).await.expect(200);
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            operations.push(Operation {
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                body: operation.pointer("/requestBody/content/application~1json/example").cloned(),
            });
        }
    }
    operations
}

/// Makes something of every kind, and gives its ids.
async fn fill(app: &TestApp, tenant: &TestTenant<'_>) -> BTreeMap<Named, String> {
    let slug = tenant.id.clone();
    tenant
        .ingest(&[
            incident(&format!("{slug}-1"), "2026-10-05T10:00:00Z", "high"),
            incident(&format!("{slug}-2"), "2026-10-06T10:00:00Z", "low"),
        ])
        .await;
    let schedule = json!({"name": format!("Weekly of {slug}"), "report_type": "incident_summary",
        "frequency": "weekly", "formats": ["txt"], "recipients": [format!("viewer@{slug}.example")]});
    let schedule = id_of(&tenant.post("/api/v1/reports/schedules", schedule).await.expect(201), "id");
    let run =
        tenant.post(&format!("/api/v1/reports/schedules/{schedule}/run-now"), json!({})).await.expect(202);
    app.settle().await;
    let asked = json!({"report_type": "executive_monthly", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["pdf", "html", "json"], "recipients": [format!("viewer@{slug}.example")]});
    let report = id_of(&tenant.report(asked).await, "id");
    let deliveries = tenant.get(&format!("/api/v1/reports/{report}/deliveries")).await.expect(200);
    let share =
        json!({"recipients": [format!("owner@{slug}.example")], "formats": ["pdf"], "variant": "full"});
    let share = tenant.post(&format!("/api/v1/reports/{report}/share"), share).await.expect(201);
    let users = tenant.get("/api/v1/users").await.expect(200);
    let mapping = format!("of-{slug}");
    let rules =
        json!({"fields": {"id": {"from": "key"}, "created_at": {"from": "at"}, "title": {"constant": slug}}});
    let path = format!("/api/v1/datasets/incidents/mappings/{mapping}");
    let _ = tenant.call_as("owner", "PUT", &path, Some(rules)).await.expect(201);
    let upload =
        tenant.post("/api/v1/datasets/incidents/uploads", json!({"format": "ndjson"})).await.expect(201);
    assert_eq!(run["schedule_id"], json!(schedule));
    BTreeMap::from([
        (Named::Report, report),
        (Named::Schedule, schedule),
        (Named::Delivery, id_of(&deliveries["items"][0], "id")),
        (Named::Upload, id_of(&upload, "id")),
        (Named::Share, id_of(&share["shares"][0], "share_id")),
        (Named::User, id_of(&users["items"][0], "id")),
        (Named::Mapping, mapping),
    ])
}

fn id_of(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}

/// What a caller sees of an answer, with the id asked for, the id of the request and what remains of a limit taken out.
/// Time stands still.
fn seen(answer: &Answer, id: &str) -> String {
    let headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["x-request-id", "x-ratelimit-remaining", "ratelimit"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")))
        .collect();
    format!("{}\n{}\n\n{}", answer.status, headers.join("\n"), answer.text()).replace(id, "<id>")
}

/// Everything that the tenant can read of its own, by path.
async fn read_all(
    tenant: &TestTenant<'_>,
    ids: &BTreeMap<Named, String>,
    all: &[Operation],
) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for operation in
        all.iter().filter(|o| o.method == "GET" && !o.path.starts_with("/s/") && !o.makes_a_run())
    {
        let path = match operation.named() {
            Some(Named::Word(word)) => operation.path_with(word),
            Some(named) => operation.path_with(&ids[&named]),
            None => operation.path.clone(),
        };
        let path = if operation.id == "list_deliveries" { format!("{path}?state=delivered") } else { path };
        let answer = tenant.get(&path).await;
        assert!(answer.status < 400, "{path}: {}", answer.text());
        read.insert(path, answer.text());
    }
    read
}

#[tokio::test]
async fn another_tenants_ids_answer_exactly_as_ids_that_nobody_has() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    let ids = fill(&app, &acme).await;
    fill(&app, &globex).await;
    let all = operations(&app).await;
    let before = read_all(&acme, &ids, &all).await;
    let mails = app.stack.mailbox().len();

    let mut compared = BTreeSet::new();
    for operation in all.iter().filter(|operation| operation.path.contains('{')) {
        let named = operation.named();
        let named = named.unwrap_or_else(|| panic!("say in NAMED what the path of {} names", operation.id));
        compared.insert(operation.name());
        let Some(theirs) = ids.get(&named) else { continue };
        for body in [None, Some(json!({})), operation.body.clone()] {
            if body.is_some() && operation.method == "GET" {
                continue;
            }
            let ask = async |id: &str| {
                let answer =
                    globex.call_as("owner", &operation.method, &operation.path_with(id), body.clone()).await;
                (answer.status, answer.code(), seen(&answer, id))
            };
            let (status, code, text) = ask(theirs).await;
            assert_eq!((status, code.as_str()), (404, "NOT_FOUND"), "{}: {text}", operation.id);
            assert_eq!(text, ask(NOBODYS).await.2, "{} {body:?}", operation.id);
            assert!(!text.contains("acme"), "{}: {text}", operation.id);
        }
    }
    let stale: Vec<_> = NAMED.iter().filter(|(name, _)| !compared.contains(name)).collect();
    assert!(stale.is_empty(), "in NAMED, but no operation of the API: {stale:?}");

    app.settle().await;
    assert_eq!(app.stack.mailbox().len(), mails, "nothing was sent");
    let after = read_all(&acme, &ids, &all).await;
    for (path, text) in &before {
        assert_eq!(Some(text), after.get(path), "{path} was changed by the other tenant");
    }
}

#[tokio::test]
async fn lists_and_queries_hold_nothing_of_another_tenant() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    let ids = fill(&app, &acme).await;
    let all = operations(&app).await;
    let own: BTreeSet<String> = ["/health", "/api/v1/openapi.json", "/api/docs"].map(str::to_owned).into();
    for operation in
        all.iter().filter(|o| o.method == "GET" && !o.path.contains('{') && !own.contains(&o.path))
    {
        if operation.makes_a_run() {
            continue;
        }
        for role in sitrep_tests::tenant::ROLES {
            for query in ["", &format!("?schedule_id={}", ids[&Named::Schedule]), "?state=delivered"] {
                let answer = globex.call_as(role, "GET", &format!("{}{query}", operation.path), None).await;
                let text = answer.text();
                let leaked: Vec<_> = ids.values().filter(|id| text.contains(*id)).collect();
                // A parameter that the operation does not know is named in the refusal.
                assert!(answer.status >= 400 || leaked.is_empty(), "{}{query}: {text}", operation.path);
                assert!(!text.contains("acme"), "{}{query}: {text}", operation.path);
            }
        }
    }
    let by_schedule = format!("/api/v1/reports?schedule_id={}", ids[&Named::Schedule]);
    assert_eq!(globex.get(&by_schedule).await.expect(200)["items"], json!([]));

    let query: Value = serde_json::from_str(WINDOW).unwrap();
    let count = async |tenant: &TestTenant<'_>| {
        tenant.post("/api/v1/query", query.clone()).await.expect(200)["rows"][0][0].clone()
    };
    assert_eq!((count(&acme).await, count(&globex).await), (json!(2), json!(0)));
    let report = globex
        .report(
            json!({"report_type": "executive_monthly", "start_date": "2026-10-01", "end_date": "2026-10-31",
            "formats": ["json"]}),
        )
        .await;
    assert_eq!(report["data"]["metrics"]["total"]["value"], 0, "{report}");
}

#[tokio::test]
async fn a_cursor_opens_nothing_for_another_tenant_nor_for_another_list() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    fill(&app, &acme).await;
    fill(&app, &globex).await;
    let mut tried = 0;
    for list in ["/api/v1/reports", "/api/v1/users", "/api/v1/reports/deliveries?state=delivered"] {
        let and = if list.contains('?') { '&' } else { '?' };
        let page = acme.get(&format!("{list}{and}limit=1")).await.expect(200);
        let cursor = id_of(&page, "next_cursor");
        let next = format!("{list}{and}cursor={cursor}");
        assert_eq!(acme.get(&next).await.status, 200, "{list}");
        let refused = globex.get(&next).await;
        assert_eq!((refused.status, refused.field().as_str()), (400, "cursor"), "{list}: {}", refused.text());
        let elsewhere = acme.get(&format!("/api/v1/reports/shared?cursor={cursor}")).await;
        assert_eq!((elsewhere.status, elsewhere.field().as_str()), (400, "cursor"), "{list}");
        tried += 1;
    }
    assert_eq!(tried, 3);
}

#[tokio::test]
async fn a_token_works_inside_its_own_tenant_alone() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    for (tenant, other) in [(&acme, "globex"), (&globex, "acme")] {
        let me = tenant.get("/api/v1/me").await.expect(200);
        assert_eq!((&me["tenant"]["id"], &me["user"]["tenant_id"]), (&json!(tenant.id), &json!(tenant.id)));
        assert!(!me.to_string().contains(other), "{me}");
        let users = tenant.get("/api/v1/users").await.expect(200);
        assert!(users["items"].as_array().unwrap().iter().all(|user| user["tenant_id"] == json!(tenant.id)));
    }
    // An address is one person in the whole deployment; whose it is, is not said.
    let taken =
        json!({"email": "viewer@acme.example", "password": "correct horse battery", "role": "viewer"});
    let refused = globex.post("/api/v1/users", taken).await;
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(!refused.text().contains("acme"), "{}", refused.text());
}

#[tokio::test]
async fn a_presigned_address_opens_its_own_object_and_no_other() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    let (theirs, ours) = (fill(&app, &acme).await, fill(&app, &globex).await);
    let url_of = async |tenant: &TestTenant<'_>, ids: &BTreeMap<Named, String>| {
        let path = format!("/api/v1/reports/{}/download?format=pdf&redirect=true", ids[&Named::Report]);
        let answer = tenant.get(&path).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").to_owned()
    };
    let (their_url, our_url) = (url_of(&acme, &theirs).await, url_of(&globex, &ours).await);
    assert!(app.fetch(&our_url).await.body.starts_with(b"%PDF-"));
    let (our_path, our_query) = our_url.split_once('?').unwrap();
    let (their_path, _) = their_url.split_once('?').unwrap();
    let bucket = our_path.split_once("/t/").unwrap().0;
    for forged in [
        format!("{their_path}?{our_query}"),
        our_url.replace("t/globex/", "t/acme/"),
        our_url.replace("/t/globex/", "/t/globex/../acme/"),
        our_url.replace("/t/globex/", "/t/globex/%2e%2e/acme/"),
        our_url.replace("X-Amz-Expires=60", "X-Amz-Expires=604800"),
        format!("{our_url}&x-id=ListObjects"),
        our_path.to_owned(),
        format!("{bucket}?list-type=2&prefix=t/acme/"),
    ] {
        let answer = app.fetch(&forged).await;
        assert!(matches!(answer.status, 400 | 403 | 404), "{forged}: {}", answer.status);
        assert!(!answer.body.starts_with(b"%PDF-"), "{forged}");
    }
    let put = Request::put(our_url.as_str()).body(Bytes::from_static(b"x")).unwrap();
    assert_eq!(app.stack.fetch(put).await.unwrap().status(), 403, "a link to read is no link to write");
    assert!(app.fetch(&our_url).await.body.starts_with(b"%PDF-"));
    app.advance_by(61).await;
    assert_eq!(app.fetch(&our_url).await.status, 403, "it lives a minute");
}
