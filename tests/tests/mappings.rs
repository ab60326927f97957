//! Mappings as a resource: made, read, replaced, removed, tried and used, each with what it leaves in the audit intake.

use http::StatusCode;
use serde_json::{Value, json};
use sitrep_tests::rows::Rows;
use sitrep_tests::{Answer, TestApp, TestTenant};

const MAPPINGS: &str = "/api/v1/datasets/incidents/mappings";
const JSON: (&str, &str) = ("content-type", "application/json");

fn helpdesk() -> Value {
    json!({"fields": {
        "id": {"from": "key"},
        "created_at": {"from": "opened", "format": "%d/%m/%Y %H:%M", "timezone": "Europe/Berlin"},
        "severity": {"from": "prio", "enum": {"P1": "critical", "camelCase": "low"}, "otherwise": null},
        "tags": {"from": "labels.name"},
        "custom.costCentre": {"template": "{unit}/{centre}"},
    }})
}

async fn put(tenant: &TestTenant<'_>, name: &str, body: &Value, if_match: &str) -> Answer {
    let path = format!("{MAPPINGS}/{name}");
    tenant.send_as("admin", "PUT", &path, &[JSON, ("if-match", if_match)], body.to_string()).await
}

#[tokio::test]
async fn a_mapping_is_made_replaced_and_removed_and_each_change_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let made = put(&acme, "helpdesk", &helpdesk(), "").await;
    assert_eq!((made.status, made.header("etag")), (201, "\"1\""), "{}", made.text());
    assert_eq!(made.header("location"), format!("{MAPPINGS}/helpdesk"));
    let shown = made.json();
    assert_eq!(
        (&shown["name"], &shown["dataset"], &shown["origin"]),
        (&json!("helpdesk"), &json!("incidents"), &json!("tenant"))
    );
    assert_eq!(shown["fields"], helpdesk()["fields"], "words and custom names stay as they were written");
    assert_eq!(shown["updated_by"], "admin@acme.example");

    let mut changed = helpdesk();
    changed["refuse_unknown"] = json!(true);
    assert_eq!(put(&acme, "helpdesk", &changed, "\"7\"").await.code(), "PRECONDITION_FAILED");
    let replaced = put(&acme, "helpdesk", &changed, "\"1\"").await;
    assert_eq!((replaced.status, replaced.header("etag")), (200, "\"2\""), "{}", replaced.text());
    let read = acme.get(&format!("{MAPPINGS}/helpdesk")).await;
    assert_eq!((read.header("etag"), read.json()), ("\"2\"", replaced.json()));
    assert_eq!(put(&acme, "other", &helpdesk(), "\"1\"").await.status, 412, "there is none to be based on");

    let list = acme.get(MAPPINGS).await.expect(200);
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().filter_map(|m| m["name"].as_str()).collect();
    assert!(names.starts_with(&["native", "ocsf"]) && names.ends_with(&["helpdesk"]), "{names:?}");

    let path = format!("{MAPPINGS}/helpdesk");
    let stale = acme.send_as("admin", "DELETE", &path, &[("if-match", "\"1\"")], "").await;
    assert_eq!(stale.status, 412);
    assert_eq!(acme.delete(&path).await.status, StatusCode::NO_CONTENT.as_u16());
    assert_eq!(acme.get(&path).await.status, 404);
    assert_eq!(acme.delete(&path).await.status, 404);
    let ok = |action: &str| (action.to_owned(), "ok".to_owned());
    let audit = Rows::open(&app, "acme").await.audit_of("mapping/incidents/helpdesk").await;
    let mut found = audit.clone();
    found.sort();
    assert_eq!(found, [ok("mapping.changed"), ok("mapping.created"), ok("mapping.deleted")], "{audit:?}");
}

#[tokio::test]
async fn built_in_mappings_are_read_and_never_changed() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let native = acme.get(&format!("{MAPPINGS}/native")).await.expect(200);
    assert_eq!((&native["origin"], &native["created_at"]), (&json!("built_in"), &json!(null)));
    assert_eq!(acme.get("/api/v1/datasets/policies/mappings/ocsf").await.status, 404, "it has no policies");
    for name in ["native", "ocsf"] {
        for dataset in ["incidents", "policies"] {
            let path = format!("/api/v1/datasets/{dataset}/mappings/{name}");
            let refused = acme.call_as("owner", "PUT", &path, Some(helpdesk())).await;
            assert_eq!((refused.status, refused.code().as_str()), (409, "CONFLICT"), "{path}");
            assert_eq!(acme.delete(&path).await.status, 409, "{path}");
        }
    }
}

#[tokio::test]
async fn whoever_sends_records_may_try_a_mapping_and_nothing_is_stored_by_it() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let _ = put(&acme, "helpdesk", &helpdesk(), "").await.expect(201);
    let path = format!("{MAPPINGS}/helpdesk/test");
    let row = json!({"key": "k", "opened": "25/10/2026 02:30", "prio": "P1", "unit": "it", "centre": 7,
        "labels": [{"name": "a"}, {"name": "b"}]});
    let record = json!({"id": "k", "created_at": "2026-10-25T00:30:00Z", "severity": "critical", "tags": ["a", "b"],
        "custom": {"costCentre": "it/7"}});
    let bad = json!({"key": "k", "opened": "10/25/2026 02:30"});
    let ndjson = format!("{row}\n\n{bad}\n{row}\n");
    let csv = "key,opened,prio,unit,centre,labels\nk,25/10/2026 02:30,P1,it,7,\nk,,P9,it,7,\n";
    let mut from_csv = record.clone();
    from_csv.as_object_mut().unwrap().remove("tags");
    for (media_type, body, limit, expected, line) in [
        ("application/json", json!([row, bad]).to_string(), 10, json!([{"line": 1, "record": record}]), 2),
        ("application/x-ndjson", ndjson, 2, json!([{"line": 1, "record": record}]), 3),
        ("text/csv", csv.to_owned(), 10, json!([{"line": 2, "record": from_csv}]), 3),
    ] {
        let path = format!("{path}?limit={limit}");
        let answer = acme.send_as("analyst", "POST", &path, &[("content-type", media_type)], body).await;
        let answer = answer.expect(200);
        assert_eq!(answer["rows"], expected, "{media_type}");
        assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(1), &json!(1)));
        assert_eq!(answer["truncated"], json!(limit == 2));
        let error = &answer["errors"][0];
        assert_eq!((&error["line"], &error["field"]), (&json!(line), &json!("created_at")));
        assert!(error["detail"].as_str().unwrap().contains("opened"), "{error}");
    }
    let dataset = acme.get("/api/v1/datasets/incidents").await.expect(200);
    assert_eq!((&dataset["rows"], &dataset["generation"]), (&json!(0), &json!(0)));
    let none = acme.post(&format!("{MAPPINGS}/none/test"), json!([])).await;
    assert_eq!(none.status, 404);
}

#[tokio::test]
async fn records_come_in_through_the_tenants_own_mapping_and_nobody_elses() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    let _ = put(&acme, "helpdesk", &helpdesk(), "").await.expect(201);
    let records = "/api/v1/datasets/incidents/records?mapping=helpdesk";
    let rows = json!([{"key": "k", "opened": "01/10/2026 09:00", "prio": "P1"}]);
    assert_eq!(acme.call_as("analyst", "POST", records, Some(rows.clone())).await.expect(200)["accepted"], 1);
    for (tenant, path) in [
        (&globex, records),
        (&acme, "/api/v1/datasets/incidents/records?mapping=Helpdesk"),
        (&acme, "/api/v1/datasets/incidents/records?mapping=%23"),
        (&acme, "/api/v1/datasets/changes/records?mapping=helpdesk"),
    ] {
        let refused = tenant.post(path, rows.clone()).await;
        assert_eq!(
            (refused.status, refused.field().as_str()),
            (400, "mapping"),
            "{path}: {}",
            refused.text()
        );
    }
    let theirs = globex.get(MAPPINGS).await.text();
    assert!(!theirs.contains("helpdesk"), "{theirs}");
    let ours = acme.get(&format!("{MAPPINGS}/helpdesk")).await.text();
    let same_name = json!({"fields": {"id": {"from": "other"}, "created_at": {"from": "other"}}});
    assert_eq!(put(&globex, "helpdesk", &same_name, "").await.status, 201, "a name is each tenant's own");
    assert_eq!(acme.get(&format!("{MAPPINGS}/helpdesk")).await.text(), ours);
    let body = json!({"dataset": "incidents", "start": "2026-10-01", "end": "2026-10-01", "timezone": "Europe/Berlin",
        "group_by": ["severity"], "metrics": [{"as": "n", "measure": {"op": "count"}}]});
    assert_eq!(acme.post("/api/v1/query", body).await.expect(200)["rows"], json!([["critical", 1]]));
}

#[tokio::test]
async fn a_mapping_that_cannot_work_is_refused_by_path_and_leaves_nothing() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let with = |target: &str, rule: Value| {
        let mut body = helpdesk();
        body["fields"][target] = rule;
        body
    };
    let many: serde_json::Map<String, Value> = (0..300).map(|n| (format!("w{n}"), json!("low"))).collect();
    for (name, body, status, code, field) in [
        ("m", with("severty", json!({"from": "x"})), 400, "VALIDATION_ERROR", "fields.severty"),
        (
            "m",
            with("severity", json!({"from": "x", "enum": {"a": "urgent"}})),
            400,
            "VALIDATION_ERROR",
            "fields.severity.enum.a",
        ),
        ("m", with("title", json!({"form": "x"})), 400, "VALIDATION_ERROR", "fields.title.form"),
        ("m", with("title", json!({"from": 3})), 400, "VALIDATION_ERROR", "fields.title.from"),
        (
            "m",
            with("closed_at", json!({"from": "x", "format": "%H"})),
            400,
            "VALIDATION_ERROR",
            "fields.closed_at.format",
        ),
        (
            "m",
            with("severity", json!({"from": "x", "enum": many})),
            422,
            "LIMIT_EXCEEDED",
            "fields.severity.enum",
        ),
        ("m", json!({"fields": {"id": {"from": "x"}}}), 400, "VALIDATION_ERROR", "fields.created_at"),
        ("m", json!({}), 400, "VALIDATION_ERROR", "fields"),
        ("m", json!({"fields": {}, "name": "m"}), 400, "VALIDATION_ERROR", "name"),
        ("Bad", helpdesk(), 400, "VALIDATION_ERROR", "name"),
    ] {
        let refused = put(&acme, name, &body, "").await;
        let found = (refused.status, refused.code(), refused.field());
        assert_eq!(found, (status, code.to_owned(), field.to_owned()), "{}", refused.text());
    }
    let unknown = acme.call_as("owner", "PUT", "/api/v1/datasets/nope/mappings/m", Some(json!({}))).await;
    assert_eq!(unknown.status, 404, "existence comes before the body");
    let analyst = acme.call_as("analyst", "PUT", "/api/v1/datasets/nope/mappings/m", Some(json!({}))).await;
    assert_eq!(analyst.status, 403, "and the role before existence");
    assert_eq!(acme.get(&format!("{MAPPINGS}/m")).await.status, 404);
    let post = acme.post(&format!("{MAPPINGS}/m"), helpdesk()).await;
    assert_eq!((post.status, post.header("allow").contains("PUT")), (405, true), "{}", post.header("allow"));
}
