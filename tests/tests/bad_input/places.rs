//! Paths, ids, cursors and parameters that do not fit, both spellings of names that do, and whole problem documents.

use insta::assert_json_snapshot;
use serde_json::{Value, json};
use sitrep_tests::data::incident;
use sitrep_tests::{TestApp, TestTenant};

use crate::problem::{Case, NOT_FOUND, Refusal, UNAUTHORIZED, assert_problem, assert_refused, invalid};
use crate::requests::{GENERATE, QUERY, SCHEDULES, USERS, addresses, patched};

#[tokio::test]
async fn parameters_ids_and_cursors_are_refused() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    let body = json!({"report_type": "executive_monthly", "period_type": "monthly", "formats": ["txt"]});
    let report = acme.report(body.clone()).await["id"].as_str().unwrap().to_owned();
    let foreign = globex.report(body).await["id"].as_str().unwrap().to_owned();
    let own_cursor = cursor_of(&acme).await;
    let foreign_cursor = cursor_of(&globex).await;
    let mut cases = vec![
        Case::get("/api/v1/reports?limt=1", invalid("limt", "no parameter")),
        Case::get("/api/v1/reports?limit=1&limit=2", invalid("limit", "once")),
        Case::get("/api/v1/reports?limit=0", invalid("limit", "1 to 200")),
        Case::get("/api/v1/reports?limit=201", invalid("limit", "1 to 200")),
        Case::get("/api/v1/reports?limit=many", invalid("limit", "1 to 200")),
        Case::get("/api/v1/reports?status=done", invalid("status", "completed")),
        Case::get("/api/v1/reports?from=yesterday", invalid("from", "2026-11-20T09:00:00Z")),
        Case::get("/api/v1/reports?schedule_id=abc", invalid("schedule_id", "UUID")),
        Case::get("/api/v1/reports?scheduleId=abc", invalid("schedule_id", "UUID")),
        Case::get(&format!("/api/v1/reports/{report}/download?format=docx"), invalid("format", "txt")),
        Case::get(&format!("/api/v1/reports/{report}/download?format=pdf"), invalid("format", "txt")),
        Case::post(&format!("{QUERY}?dataset=incidents"), "{}", invalid("dataset", "no parameter")),
        Case::post(
            "/api/v1/datasets/incidents/records?atomic=maybe",
            "[]",
            invalid("atomic", "true or false"),
        ),
        Case::post("/api/v1/datasets/incidents/records?mapping=nope", "[]", invalid("mapping", "native")),
        Case::post("/api/v1/datasets/nope/records", "[]", NOT_FOUND),
    ];
    let random = "0198b1c2-7a5e-4c3d-8e2f-1a2b3c4d5e6f";
    for id in ["abc", "%00", "..%2F..%2Facme", random, &foreign, &report.to_uppercase().replace('-', "")] {
        cases.push(Case::get(&format!("/api/v1/reports/{id}"), NOT_FOUND));
        cases.push(Case::get(&format!("/api/v1/reports/{id}/manifest"), NOT_FOUND));
        cases.push(Case::post(&format!("/api/v1/reports/{id}/reproduce"), "{}", NOT_FOUND));
        cases.push(Case::get(&format!("{SCHEDULES}/{id}"), NOT_FOUND));
    }
    let changed =
        own_cursor.replacen(&own_cursor[..1], if own_cursor.starts_with('A') { "B" } else { "A" }, 1);
    for cursor in ["AAAA", "%F0%9F%92%A9", "!", &foreign_cursor, &changed] {
        cases.push(Case::get(&format!("{USERS}?limit=1&cursor={cursor}"), invalid("cursor", "cursor")));
    }
    // A cursor of one list in another.
    cases.push(Case::get(&format!("/api/v1/reports?cursor={own_cursor}"), invalid("cursor", "cursor")));
    let share = |body: Value, refusal| {
        Case::post(&format!("/api/v1/reports/{report}/share"), body.to_string(), refusal)
    };
    let to = |patch: Value| {
        let body = json!({"recipients": ["auditor@outside.example"], "variant": "full"});
        serde_json::from_slice(&patched(body, &patch)).expect("it was written as JSON")
    };
    cases.extend([
        share(to(json!({"variant": null})), invalid("variant", "full")),
        share(to(json!({"expires_in_hours": 721})), invalid("expires_in_hours", "720")),
        share(to(json!({"expires_in_hours": 0})), invalid("expires_in_hours", "720")),
        share(to(json!({"recipients": []})), invalid("recipients", "at least one")),
        share(to(json!({"recipients": addresses(21)})), invalid("recipients", "at most 20")),
        share(to(json!({"formats": ["pdf"]})), invalid("format", "txt")),
        share(to(json!({"passphrase": "x"})), invalid("passphrase", "expected")),
    ]);
    assert_refused(&app, &acme, cases).await;
    let own = acme.get(&format!("{USERS}?limit=1&cursor={own_cursor}")).await;
    assert_eq!(own.status, 200, "the cursor itself is good: {}", own.text());
}

async fn cursor_of(tenant: &TestTenant<'_>) -> String {
    let page = tenant.get("/api/v1/users?limit=1").await.expect(200);
    page["next_cursor"].as_str().expect("there are more users").to_owned()
}

#[tokio::test]
async fn paths_and_methods_that_are_not_there_answer_problems() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let not_allowed = Refusal { status: 405, code: "METHOD_NOT_ALLOWED", field: None, told: "method" };
    assert_refused(
        &app,
        &acme,
        vec![
            Case::get("/api/v1/nothing", NOT_FOUND),
            Case::get("/api/v2/reports", NOT_FOUND),
            Case::send("DELETE", "/api/v1/reports", "application/json", "", not_allowed),
            Case::send("PUT", GENERATE, "application/json", "{}", not_allowed),
        ],
    )
    .await;
    // Who is nobody hears nothing of what is there.
    let answer = app.call("GET", "/api/v1/reports", None).await;
    assert_problem("no token", "/api/v1/reports", &answer, UNAUTHORIZED);
}

#[tokio::test]
async fn field_names_may_be_written_in_camel_case() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[json!({"id": "a", "createdAt": "2026-10-05T10:00:00Z", "resolvedBy": "ann", "custom": {"costCentre": "x"}})])
        .await;
    let query = json!({"dataset": "incidents", "start": "2026-10-01", "end": "2026-10-31", "groupBy": ["custom.costCentre"],
        "metrics": [{"as": "n", "measure": {"op": "count"}}], "orderBy": ["-n"]});
    let answer = acme.post(QUERY, query).await.expect(200);
    assert_eq!(answer["rows"], json!([["x", 1]]));
    let report = acme
        .report(json!({"reportType": "executive_monthly", "periodType": "monthly", "formats": ["txt"]}))
        .await;
    assert_eq!(report["status"], "completed", "{report}");
    let schedule = json!({"name": "Weekly", "reportType": "executive_monthly", "frequency": "weekly",
        "recipients": ["viewer@acme.example"], "subjectTemplate": "{name} {date}", "isActive": false});
    let made = acme.post(SCHEDULES, schedule).await.expect(201);
    assert_eq!((&made["subject_template"], &made["is_active"]), (&json!("{name} {date}"), &json!(false)));
    let listed =
        acme.get(&format!("/api/v1/reports?scheduleId={}", made["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn whole_problem_documents_are_as_written_down() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let body = json!({"name": "x".repeat(300), "report_type": "executive", "start_date": "2026-02-01",
        "end_date": "2026-01-01", "recipients": addresses(21)});
    assert_json_snapshot!(acme.post(GENERATE, body).await.json(), @r#"
    {
      "code": "VALIDATION_ERROR",
      "detail": "a template is one of executive_monthly, incident_summary, sla_performance, detection_coverage, connector_health, analyst_throughput, compliance_evidence, compliance_posture, analytics_digest, changes_summary, dora_snapshot, audit_log, custom_query, summary, trends, violators, data_types, policy_violations, severity, incidents",
      "errors": [
        {
          "code": "unknown_template",
          "detail": "a template is one of executive_monthly, incident_summary, sla_performance, detection_coverage, connector_health, analyst_throughput, compliance_evidence, compliance_posture, analytics_digest, changes_summary, dora_snapshot, audit_log, custom_query, summary, trends, violators, data_types, policy_violations, severity, incidents",
          "field": "report_type"
        },
        {
          "code": "bad_length",
          "detail": "a text of 1 to 120 characters; this has 300",
          "field": "name"
        },
        {
          "code": "too_many",
          "detail": "recipients, cc and bcc together are at most 20",
          "field": "recipients"
        },
        {
          "code": "end_before_start",
          "detail": "end_date must be after start_date; a bare day is included whole",
          "field": "end_date"
        }
      ],
      "instance": "/api/v1/reports/generate",
      "status": 400,
      "status_code": 400,
      "timestamp": "2026-11-18T00:00:00Z",
      "title": "The input is not valid",
      "type": "urn:sitrep:validation-error"
    }
    "#);
    let rows =
        json!([{"id": "a", "created_at": "soon"}, {"created_at": "2026-10-05T10:00:00Z", "severty": "low"}]);
    assert_json_snapshot!(acme.post("/api/v1/datasets/incidents/records", rows).await.json(), @r#"
    {
      "accepted": 0,
      "code": "VALIDATION_ERROR",
      "detail": "no record was accepted; nothing was stored",
      "errors": [
        {
          "code": "bad_time",
          "detail": "created_at is an RFC 3339 time such as 2026-11-20T09:00:00Z",
          "field": "created_at",
          "line": 1
        },
        {
          "code": "unknown_field",
          "detail": "incidents has no such field; put your own fields below custom",
          "field": "severty",
          "line": 2
        },
        {
          "code": "missing",
          "detail": "id is required",
          "field": "id",
          "line": 2
        }
      ],
      "instance": "/api/v1/datasets/incidents/records",
      "rejected": 2,
      "status": 400,
      "status_code": 400,
      "timestamp": "2026-11-18T00:00:00Z",
      "title": "The input is not valid",
      "type": "urn:sitrep:validation-error"
    }
    "#);
    let missing = acme.get("/api/v1/reports/0198b1c2-7a5e-4c3d-8e2f-1a2b3c4d5e6f").await.json();
    assert_json_snapshot!(missing, {".instance" => "[path]", ".timestamp" => "[now]"}, @r#"
    {
      "code": "NOT_FOUND",
      "detail": "there is no such report",
      "errors": [],
      "instance": "[path]",
      "status": 404,
      "status_code": 404,
      "timestamp": "[now]",
      "title": "There is no such thing",
      "type": "urn:sitrep:not-found"
    }
    "#);
}
