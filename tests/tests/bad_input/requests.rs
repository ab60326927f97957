//! Requests whose body does not fit.

use serde_json::{Value, json};
use sitrep_tests::TestApp;

use crate::problem::{Case, Refusal, assert_refused, invalid, limit, too_long, unsupported};

pub(crate) const GENERATE: &str = "/api/v1/reports/generate";
pub(crate) const SCHEDULES: &str = "/api/v1/reports/schedules";
pub(crate) const QUERY: &str = "/api/v1/query";
pub(crate) const USERS: &str = "/api/v1/users";

/// The template with other members; a null removes one.
pub(crate) fn patched(mut template: Value, patch: &Value) -> Vec<u8> {
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

pub(crate) fn addresses(count: usize) -> Vec<String> {
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
        (json!({"formats": []}), invalid("formats", "pdf, pdfa, html, csv, json, txt")),
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
