//! Requests whose body, parameters or ids do not fit.

use insta::assert_json_snapshot;
use serde_json::{Value, json};
use sitrep_tests::data::incident;
use sitrep_tests::{TestApp, TestTenant};

use crate::problem::{
    Case, NOT_FOUND, Refusal, assert_problem, assert_refused, invalid, limit, too_long, unsupported,
};

const GENERATE: &str = "/api/v1/reports/generate";
const SCHEDULES: &str = "/api/v1/reports/schedules";
const QUERY: &str = "/api/v1/query";
const USERS: &str = "/api/v1/users";

/// The template with other members; a null removes one.
fn patched(mut template: Value, patch: &Value) -> Vec<u8> {
    for (name, value) in patch.as_object().expect("a patch is an object") {
        match value {
            Value::Null => drop(template.as_object_mut().expect("a template is an object").remove(name)),
            value => template[name.as_str()] = value.clone(),
        }
    }
    template.to_string().into_bytes()
}

/// A case for each patch of a template that would be taken.
fn patches(path: &str, template: &Value, table: Vec<(Value, Refusal)>) -> Vec<Case> {
    table
        .into_iter()
        .map(|(patch, refusal)| Case::post(path, patched(template.clone(), &patch), refusal))
        .collect()
}

fn addresses(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("reader{i}@acme.example")).collect()
}

fn nested(depth: usize) -> Value {
    (0..depth).fold(json!({"severity": ["high"]}), |inner, _| json!({"not": inner}))
}

#[tokio::test]
async fn bodies_that_are_not_json_objects_are_refused() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let deep = [br#"{"name": "#.as_slice(), &b"[".repeat(100_000)].concat();
    let mut cases = Vec::new();
    for path in [GENERATE, SCHEDULES, QUERY, USERS] {
        for (body, refusal) in [
            (&b"{\"report_type\": "[..], invalid("body", "not JSON")),
            (b"", invalid("body", "not JSON")),
            (b"{} {}", invalid("body", "not JSON")),
            (b"{\"name\": NaN}", invalid("body", "not JSON")),
            (b"[]", invalid("body", "JSON object")),
            (b"null", invalid("body", "JSON object")),
            (b"{\"name\": \"\xff\xfe\"}", invalid("body", "UTF-8")),
            (b"{\"name\": \"a\", \"name\": \"b\"}", invalid("name", "twice")),
            (deep.as_slice(), invalid("body", "not JSON")),
        ] {
            cases.push(Case::post(path, body.to_vec(), refusal));
        }
        for content_type in ["text/plain", "application/xml", "multipart/form-data; boundary=x"] {
            let refusal = unsupported("content-type", "application/json");
            cases.push(Case::send("POST", path, content_type, &b"{}"[..], refusal));
        }
    }
    assert_refused(&app, &acme, cases).await;
}

#[tokio::test]
async fn requests_for_reports_are_refused_by_field() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let template = json!({"report_type": "executive_monthly", "period_type": "monthly"});
    let days = |start: &str, end: &str| json!({"period_type": null, "start_date": start, "end_date": end});
    let table = vec![
        (json!({"nam": "x"}), invalid("nam", "name")),
        (json!({"includeMetrics": true}), invalid("include_metrics", "expected")),
        (json!({"name": 1}), invalid("name", "string")),
        (json!({"name": ""}), invalid("name", "1 to 120 characters")),
        (json!({"name": "x".repeat(300)}), invalid("name", "1 to 120 characters")),
        (json!({"name": "Weekly\r\nBcc: eve@evil.example"}), invalid("name", "one line")),
        (json!({"report_type": null}), invalid("report_type", "report_type")),
        (json!({"report_type": "executive"}), invalid("report_type", "executive_monthly")),
        (json!({"template_id": "sla_performance"}), invalid("report_type", "exactly one")),
        (json!({"report_type": null, "report_types": []}), invalid("report_types", "1 to 5")),
        (json!({"formats": ["pdf", "docx"]}), invalid("formats[1]", "txt")),
        (json!({"formats": []}), invalid("formats", "pdf, html, csv, json, txt")),
        (json!({"formats": "pdf"}), invalid("formats", "sequence")),
        (json!({"timezone": "Mars/Olympus"}), invalid("timezone", "Europe/Berlin")),
        (json!({"timezone": "../../etc/passwd"}), invalid("timezone", "Europe/Berlin")),
        (json!({"sensitivity": "top"}), invalid("sensitivity", "medium")),
        (json!({"period_type": "hourly"}), invalid("period_type", "monthly")),
        (json!({"period_type": null}), invalid("start_date", "period_type")),
        (json!({"start_date": "2026-01-01", "end_date": "2026-01-31"}), invalid("period_type", "not both")),
        (days("2026-02-01", "2026-01-31"), invalid("end_date", "after start_date")),
        (days("2026-02-30", "2026-03-31"), invalid("start_date", "2026-11-20")),
        (days("yesterday", "2026-03-31"), invalid("start_date", "2026-11-20")),
        (days("2026-01-01", "2026-03-31T00:00:00"), invalid("end_date", "2026-11-20")),
        (days("2010-01-01", "2026-01-01"), too_long("end_date", "3660 days")),
        (days("0001-01-01", "9999-12-31"), too_long("end_date", "3660 days")),
        (json!({"recipients": addresses(21)}), invalid("recipients", "at most 20")),
        (json!({"recipients": ["ann@acme.example", 2]}), invalid("recipients[1]", "string")),
        (json!({"recipients": ["ann@acme.example", "bob"]}), invalid("recipients[1]", "name@example.com")),
        (
            json!({"recipients": ["a@acme.example\r\nBcc: b@x.example"]}),
            invalid("recipients[0]", "name@example.com"),
        ),
        (json!({"recipients": ["ann@acme.example", "Ann@acme.example"]}), invalid("recipients", "twice")),
        (json!({"filters": {"severty": ["high"]}}), invalid("filters.field", "severity")),
        (
            json!({"filters": {"field": "severity", "op": "is", "value": "high"}}),
            invalid("filters.op", "contains"),
        ),
        (
            json!({"filters": {"field": "sla_met", "op": "eq", "value": "yes"}}),
            invalid("filters.value", "true or false"),
        ),
        (json!({"filters": 3}), invalid("filters", "an object")),
    ];
    let mut cases = patches(GENERATE, &template, table);
    cases.extend(patches(
        "/api/v1/reports/generated/generate",
        &template,
        vec![
            (json!({"filters": nested(20)}), limit(DEEP, "16 deep")),
            (json!({"filters": {"severity": vec!["high"; 1_001]}}), limit("filters.severity", "1000")),
        ],
    ));
    assert_refused(&app, &acme, cases).await;
}

/// Where a filter that nests too deep is cut.
const DEEP: &str = "filters.not.not.not.not.not.not.not.not.not.not.not.not.not.not.not.not.not";

#[tokio::test]
async fn schedules_are_refused_by_field() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let template = json!({"name": "Weekly", "report_type": "executive_monthly", "frequency": "weekly",
        "recipients": ["viewer@acme.example"]});
    let cron = |cron: &str| json!({"frequency": null, "cron": cron});
    let table = vec![
        (json!({"name": null}), invalid("name", "name")),
        (json!({"name": "x".repeat(300)}), invalid("name", "1 to 120 characters")),
        (json!({"nam": "x"}), invalid("nam", "name")),
        (json!({"is_active": "yes"}), invalid("is_active", "boolean")),
        (json!({"frequency": "hourly"}), invalid("frequency", "weekly")),
        (json!({"cron": "0 9 * * 1"}), invalid("cron", "not both")),
        (cron("61 * * * *"), invalid("cron", "0-59")),
        (cron("0 9 * *"), invalid("cron", "five fields")),
        (cron("0 0 9 * * *"), invalid("cron", "five fields")),
        (cron("@daily"), invalid("cron", "five fields")),
        (cron("0 9 ? * 1"), invalid("cron", "*")),
        (cron("*/5 * * * *"), invalid("cron", "15 minutes")),
        (cron("0 0 30 2 *"), invalid("cron", "days that the months have")),
        (cron(&"0 ".repeat(10_000)), invalid("cron", "at most")),
        (json!({"timezone": "Mars/Olympus"}), invalid("timezone", "Europe/Berlin")),
        (json!({"recipients": []}), invalid("recipients", "at least one")),
        (json!({"recipients": addresses(21)}), invalid("recipients", "at most 20")),
        (
            json!({"recipients": addresses(10), "cc": ["cc@acme.example"], "bcc": addresses(21).split_off(11)}),
            invalid("recipients", "at most 20"),
        ),
        (json!({"bcc": ["bob"]}), invalid("bcc[0]", "name@example.com")),
        (json!({"subject_template": "{tenant} {secret}"}), invalid("subject_template", "{date}")),
        (json!({"subject_template": "a\nBcc: eve@evil.example"}), invalid("subject_template", "one line")),
        (json!({"period": {"last_n_days": 0}}), invalid("period.last_n_days", "1")),
        (json!({"period": "next_week"}), invalid("period", "previous_week")),
        (json!({"overlap": "explode"}), invalid("overlap", "skip")),
        (json!({"filters": nested(20)}), limit(DEEP, "16 deep")),
    ];
    assert_refused(&app, &acme, patches(SCHEDULES, &template, table)).await;

    let made = acme.post(SCHEDULES, template).await.expect(201);
    let path = format!("{SCHEDULES}/{}", made["id"].as_str().unwrap());
    let change =
        |body: Value, refusal| Case::send("PATCH", &path, "application/json", body.to_string(), refusal);
    let cases = vec![
        change(json!({"frequency": "daily", "cron": "0 9 * * 1"}), invalid("cron", "not both")),
        change(json!({"recipients": []}), invalid("recipients", "at least one")),
        change(json!({"timezone": "Mars/Olympus"}), invalid("timezone", "Europe/Berlin")),
        change(json!({"next_send_at": "2020-01-01T00:00:00Z"}), invalid("next_send_at", "to come")),
        change(json!({"next_send_at": "soon"}), invalid("next_send_at", "2026-11-20T09:00:00Z")),
        change(json!({"tenant_id": "globex"}), invalid("tenant_id", "expected")),
    ];
    assert_refused(&app, &acme, cases).await;
}

#[tokio::test]
async fn queries_are_refused_by_field() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let template = json!({"dataset": "incidents", "start": "2026-01-01", "end": "2026-01-31",
        "metrics": [{"as": "n", "measure": {"op": "count"}}]});
    let measure = |measure: Value| json!({"metrics": [{"as": "n", "measure": measure}]});
    let many: Vec<Value> =
        (0..129).map(|i| json!({"as": format!("n{i}"), "measure": {"op": "count"}})).collect();
    let ratio =
        (0..6).fold(json!({"op": "count"}), |m, _| json!({"op": "ratio", "num": m, "den": {"op": "count"}}));
    let table = vec![
        (json!({"dataset": "incident"}), invalid("dataset", "GET /datasets")),
        (json!({"dataset": "T#globex"}), invalid("dataset", "GET /datasets")),
        (json!({"start": null}), invalid("start", "give start and end")),
        (json!({"end": null}), invalid("end", "give start and end")),
        (json!({"end": "2025-12-31"}), invalid("end", "after start")),
        (json!({"start": "1990-01-01"}), too_long("end", "3660 days")),
        (json!({"timezone": "CET+1"}), invalid("timezone", "Europe/Berlin")),
        (json!({"metrics": null}), invalid("metrics", "must be there")),
        (json!({"metrics": []}), invalid("metrics", "at least one")),
        (json!({"metrics": [{"metric": "totals"}]}), invalid("metrics[0].metric", "GET /metrics")),
        (json!({"metrics": [{"measure": {"op": "count"}}]}), invalid("metrics[0].as", "has a name")),
        (json!({"metrics": [{"as": "n"}]}), invalid("metrics[0].metric", "metric or measure")),
        (json!({"metrics": [{"as": "n", "measur": {}}]}), invalid("metrics[0].measur", "measure")),
        (measure(json!({"op": "median", "of": "confidence"})), invalid("metrics[0].measure", "percentile")),
        (measure(json!({"op": "mean", "of": "nope"})), invalid("metrics[0].measure.of", "created_at")),
        (measure(json!({"op": "mean", "of": "title"})), invalid("metrics[0].measure.of", "number column")),
        (
            measure(json!({"op": "percentile", "p": 2, "of": "confidence"})),
            invalid("metrics[0].measure.p", "0 to 1"),
        ),
        (
            measure(json!({"op": "count", "where": {"field": "sla_met", "op": "gt", "value": true}})),
            invalid("metrics[0].measure.where.value", "true or false"),
        ),
        (measure(ratio), limit("metrics[0].measure.num.num.num.num.num", "4 deep")),
        (json!({"metrics": many}), limit("metrics", "128")),
        (json!({"group_by": ["severity", "status", "team", "user", "category"]}), limit("group_by", "4")),
        (json!({"group_by": ["severty"]}), invalid("group_by[0]", "severity")),
        (json!({"group_by": [{"time": "month", "of": "title"}]}), invalid("group_by[0].of", "time column")),
        (json!({"order_by": ["-m"]}), invalid("order_by[0]", "n")),
        (json!({"limit": 20_000}), limit("limit", "10000")),
        (json!({"limit": 0}), invalid("limit", "1 or more")),
        (json!({"limit": -1}), invalid("limit", "integer")),
        (json!({"filters": nested(20)}), limit(DEEP, "16 deep")),
        (json!({"sql": "select 1"}), invalid("sql", "expected")),
    ];
    assert_refused(&app, &acme, patches(QUERY, &template, table)).await;
}

#[tokio::test]
async fn users_are_refused_by_field() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let template =
        json!({"email": "bob@acme.example", "password": "correct horse battery", "role": "analyst"});
    let table = vec![
        (json!({"email": null}), invalid("email", "must be there")),
        (json!({"email": "bob"}), invalid("email", "name@example.com")),
        (json!({"password": "short"}), invalid("password", "12")),
        (json!({"role": "root"}), invalid("role", "analyst")),
        (json!({"tenant": "globex"}), invalid("tenant", "expected")),
    ];
    assert_refused(&app, &acme, patches(USERS, &template, table)).await;
}

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
    assert_problem("no token", "/api/v1/reports", &answer, crate::problem::UNAUTHORIZED);
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
      "detail": "a template is one of executive_monthly, incident_summary, sla_performance",
      "errors": [
        {
          "code": "unknown_template",
          "detail": "a template is one of executive_monthly, incident_summary, sla_performance",
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
