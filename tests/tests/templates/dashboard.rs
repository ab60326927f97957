//! The compliance PDF, the dashboard and the KPIs through HTTP, and reports of a requester's own questions.

use std::time::Duration;

use serde_json::{Value, json};
use sitrep_app::time_limits::TimeLimits;
use sitrep_tests::data::incident;
use sitrep_tests::rows::Rows;
use sitrep_tests::{Answer, TestApp, TestTenant};

const OCTOBER: &str = "start_date=2026-10-01&end_date=2026-10-31&timezone=UTC";

/// Asks for something that a worker has to make, and works meanwhile.
async fn get_made(app: &TestApp, tenant: &TestTenant<'_>, role: &str, path: &str) -> Answer {
    let work = async {
        loop {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            app.settle().await;
        }
    };
    tokio::select! {
        answer = tenant.call_as(role, "GET", path, None) => answer,
        () = work => unreachable!("the work does not end"),
    }
}

async fn fill(tenant: &TestTenant<'_>) {
    tenant
        .ingest(&[
            incident("i1", "2026-10-05T10:00:00Z", "critical"),
            incident("i2", "2026-10-06T10:00:00Z", "low"),
            incident("i3", "2026-09-06T10:00:00Z", "low"),
        ])
        .await;
    let traces = json!([
        {"id": "t1", "created_at": "2026-10-05T10:00:00Z", "agent_name": "bot", "status": "approved", "confidence": 0.9,
            "policy_id": "p1"},
        {"id": "t2", "created_at": "2026-10-05T11:00:00Z", "agent_name": "bot", "status": "escalated", "confidence": 0.4},
    ]);
    let _ = tenant.post("/api/v1/datasets/traces/records", traces).await.expect(200);
}

fn kpi<'v>(list: &'v Value, id: &str) -> &'v Value {
    let list = list.as_array().expect("a list");
    list.iter().find(|kpi| kpi["id"] == id).unwrap_or_else(|| panic!("no {id}"))
}

#[tokio::test]
async fn the_compliance_pdf_is_a_recorded_run_that_the_caller_waits_for() {
    let app = TestApp::start().await;
    let acme = app.tenant_on("acme", "starter").await;
    fill(&acme).await;
    let path = format!("/api/v1/reports/compliance?{OCTOBER}");
    let answer = get_made(&app, &acme, "analyst", &path).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"), "{}", answer.text());
    assert!(answer.body.starts_with(b"%PDF-"));
    let disposition = answer.header("content-disposition");
    assert!(disposition.starts_with("attachment; filename=\"compliance_posture_"), "{disposition}");
    let listed = acme.get("/api/v1/reports?type=compliance_posture").await.expect(200);
    let run = &listed["items"][0];
    assert_eq!((&run["status"], &run["trigger"]), (&json!("completed"), &json!("api")), "{listed}");
    let report = acme.read_report(run["id"].as_str().expect("an id")).await;
    let metrics = &report["data"]["metrics"];
    assert_eq!(metrics["trace_volume"]["value"], 2);
    assert_eq!(metrics["policy_coverage"]["value"], 50.0);
    assert_eq!(metrics["critical"]["value"], 1);
    let sections: Vec<&Value> =
        report["data"]["sections"].as_array().expect("sections").iter().map(|s| &s["id"]).collect();
    for id in
        ["trace_status", "agent_alerts", "incident_clocks", "legal_clocks", "regulator_mapping", "integrity"]
    {
        assert!(sections.contains(&&json!(id)), "{id}: {sections:?}");
    }
    assert!(!sections.contains(&&json!("low_confidence")), "it comes when it is asked for");
    let object = format!("report/{}", run["id"].as_str().expect("an id"));
    let audit = Rows::open(&app, "acme").await.audit_of(&object).await;
    for action in ["report.requested", "report.completed", "artifact.downloaded"] {
        assert!(audit.iter().any(|(done, _)| done == action), "{action}: {audit:?}");
    }
}

#[tokio::test]
async fn a_compliance_pdf_takes_an_analyst_a_good_period_and_a_worker() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let path = "/api/v1/reports/compliance";
    assert_eq!(acme.call_as("viewer", "GET", path, None).await.status, 403);
    for (query, field) in [
        ("start_date=2026-10-01", "end_date"),
        ("start_date=2001-01-01&end_date=2026-01-01", "end_date"),
        ("timezone=Mars", "timezone"),
        ("nope=1", "nope"),
    ] {
        let refused = acme.get(&format!("{path}?{query}")).await;
        assert_eq!((refused.status, refused.field().as_str()), (400, field), "{query}: {}", refused.text());
    }
    assert_eq!(
        acme.get("/api/v1/reports").await.expect(200)["items"],
        json!([]),
        "a refusal leaves nothing behind"
    );
}

#[tokio::test]
async fn a_compliance_pdf_that_takes_longer_than_an_answer_may_is_a_run_to_come_back_for() {
    let limits = TimeLimits { wait_for_run: Duration::ZERO, ..TimeLimits::default() };
    let app = TestApp::start_with(limits).await;
    let acme = app.tenant("acme").await;
    let waiting = acme.get("/api/v1/reports/compliance").await;
    assert_eq!((waiting.status, &waiting.json()["status"]), (202, &json!("queued")), "{}", waiting.text());
    let location = waiting.header("location");
    app.settle().await;
    assert_eq!(acme.get(location).await.expect(200)["status"], "completed");
    assert!(acme.get(&format!("{location}/download")).await.body.starts_with(b"%PDF-"));
}

#[tokio::test]
async fn the_11th_compliance_pdf_of_an_hour_is_refused_and_says_what_helps() {
    let app = TestApp::start_limited().await;
    let acme = app.tenant("acme").await;
    fill(&acme).await;
    let path = "/api/v1/reports/compliance";
    let made = get_made(&app, &acme, "analyst", &format!("{path}?{OCTOBER}")).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let stands = |answer: &Answer| {
        ["x-ratelimit-limit", "x-ratelimit-remaining"].map(|name| answer.header(name).to_owned())
    };
    assert_eq!(stands(&made), ["10", "9"]);
    // What is refused for another reason counts, too, and waits for no worker.
    for n in 2..=10 {
        let answer = acme.call_as("analyst", "GET", &format!("{path}?nope=1"), None).await;
        assert_eq!((answer.status, stands(&answer)), (400, ["10".to_owned(), (10 - n).to_string()]), "{n}");
    }
    let refused = acme.call_as("analyst", "GET", path, None).await;
    assert_eq!((refused.status, refused.code().as_str()), (429, "RATE_LIMITED"), "{}", refused.text());
    assert_eq!(stands(&refused), ["10", "0"]);
    assert_eq!(refused.header("ratelimit-policy"), "\"requests\";q=100;w=60, \"compliance_pdf\";q=10;w=3600");
    assert!(refused.header("ratelimit").contains("\"compliance_pdf\";r=0;t=3600"));
    assert_eq!(refused.header("retry-after"), "3600");
    assert!(refused.text().contains("scheduled report"), "{}", refused.text());
    assert_eq!(
        acme.get("/api/v1/reports").await.expect(200)["items"].as_array().map(Vec::len),
        Some(1),
        "a refusal leaves nothing behind"
    );
    // Others of the tenant have limits of their own, and so has what else the user asks for.
    assert_eq!(stands(&acme.get(&format!("{path}?nope=1")).await), ["10", "9"]);
    assert_eq!(acme.call_as("analyst", "GET", "/api/v1/me", None).await.status, 200);
    app.advance_by(3_600).await;
    acme.sign_out();
    let later = acme.call_as("analyst", "GET", &format!("{path}?nope=1"), None).await;
    assert_eq!((later.status, stands(&later)), (400, ["10".to_owned(), "9".to_owned()]));
}

#[tokio::test]
async fn the_dashboard_judges_figures_by_word_and_colour_and_lists_the_latest_reports() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    fill(&acme).await;
    let asked = json!({"report_type": "incident_summary", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["txt"]});
    let report = acme.report(asked).await;
    let shown = acme
        .call_as("viewer", "GET", &format!("/api/v1/reports/dashboard?{OCTOBER}"), None)
        .await
        .expect(200);
    assert_eq!((&shown["period_start"], &shown["period_end"]), (&json!("2026-10-01"), &json!("2026-10-31")));
    let total = kpi(&shown["kpis"], "total");
    assert_eq!(
        (&total["value"], &total["previous"], &total["colour"]),
        (&json!(2), &json!(1), &json!("grey"))
    );
    let sla = kpi(&shown["kpis"], "sla_compliance");
    assert_eq!((&sla["value"], &sla["colour"]), (&json!(100.0), &json!("green")), "{sla}");
    assert_eq!((&sla["status"], &sla["status_text"]), (&json!("good"), &json!("On target")));
    assert_eq!(kpi(&shown["compliance"], "trace_volume")["value"], 2);
    assert_eq!(kpi(&shown["compliance"], "requirement_coverage")["value"], Value::Null);
    assert_eq!(shown["latest_reports"][0]["id"], report["id"]);
    let kpis =
        acme.call_as("viewer", "GET", &format!("/api/v1/reports/kpis?{OCTOBER}"), None).await.expect(200);
    assert_eq!(kpis["kpis"], shown["kpis"]);
    // Nobody else's, and nothing measured.
    let globex = app.tenant("globex").await;
    let shown = globex.get("/api/v1/reports/dashboard").await.expect(200);
    assert_eq!((&kpi(&shown["kpis"], "total")["value"], &shown["latest_reports"]), (&json!(0), &json!([])));
}

#[tokio::test]
async fn a_broken_source_degrades_a_report_or_fails_it_as_its_template_says() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    fill(&acme).await;
    Rows::open(&app, "acme").await.remove_records("traces").await;
    let body = |template: &str| json!({"report_type": template, "start_date": "2026-10-01", "end_date": "2026-10-31", "formats": ["txt", "json"]});
    let report = acme.report(body("compliance_posture")).await;
    assert_eq!((&report["status"], &report["degraded"]), (&json!("completed"), &json!(true)), "{report}");
    let metrics = &report["data"]["metrics"];
    assert_eq!((&metrics["trace_volume"]["value"], &metrics["critical"]["value"]), (&Value::Null, &json!(1)));
    let path = format!("/api/v1/reports/{}/download?format=txt", report["id"].as_str().expect("an id"));
    let text = acme.get(&path).await.text();
    assert!(text.contains("This report is not whole"), "{text}");
    let whole = acme.report(body("incident_summary")).await;
    assert_eq!((&whole["status"], &whole["degraded"]), (&json!("completed"), &json!(false)));

    // A template that takes no part for the whole fails, and so does one of which nothing is left.
    let globex = app.tenant("globex").await;
    fill(&globex).await;
    Rows::open(&app, "globex").await.remove_records("incidents").await;
    for template in ["executive_monthly", "incident_summary"] {
        let failed = globex.report(body(template)).await;
        let (status, class) = (&failed["status"], &failed["failure"]["class"]);
        assert_eq!((status, class), (&json!("failed"), &json!("source_unavailable")), "{failed}");
    }
    let report = globex.report(body("compliance_posture")).await;
    let metrics = &report["data"]["metrics"];
    assert_eq!((&metrics["trace_volume"]["value"], &metrics["critical"]["value"]), (&json!(2), &Value::Null));
}

#[tokio::test]
async fn a_source_out_of_reach_is_waited_for_and_degrades_a_report_with_the_last_attempt_alone() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    fill(&acme).await;
    let body = |template: &str| json!({"report_type": template, "start_date": "2026-10-01", "end_date": "2026-10-31", "formats": ["txt"]});
    // The process remembers the incidents from now on, and of traces it knows nothing.
    assert_eq!(acme.report(body("incident_summary")).await["status"], "completed");
    let broken = json!({"service": "s3", "operation": "GetObject", "mode": "error", "times": 1_000_000});
    app.fault(broken.clone()).await;
    let id = acme.report(body("compliance_posture")).await["id"].as_str().expect("an id").to_owned();
    let object = format!("report/{id}");
    let audit = Rows::open(&app, "acme").await;
    let times = async |wanted: &str| {
        audit.audit_of(&object).await.iter().filter(|(action, _)| action == wanted).count()
    };
    // The last one is not woken by its message, which may wait for 15 minutes at most, but by the sweep.
    for (failed, wait_s) in (1..).zip([5, 30, 180, 1_800]) {
        let waiting = acme.read_report(&id).await;
        assert_eq!(
            (&waiting["status"], &waiting["degraded"]),
            (&json!("queued"), &json!(false)),
            "{waiting}"
        );
        assert_eq!(times("report.attempt_failed").await, failed);
        app.advance_by(wait_s).await;
    }
    assert_eq!(times("report.started").await, 5, "{:?}", audit.audit_of(&object).await);
    app.stack.faults().clear();
    let report = acme.read_report(&id).await;
    assert_eq!((&report["status"], &report["degraded"]), (&json!("completed"), &json!(true)), "{report}");
    let metrics = &report["data"]["metrics"];
    assert_eq!((&metrics["trace_volume"]["value"], &metrics["critical"]["value"]), (&Value::Null, &json!(1)));
    let text = acme.get(&format!("/api/v1/reports/{id}/download?format=txt")).await.text();
    assert!(text.contains("This report is not whole"), "{text}");

    // One of which nothing is left is none, with the last attempt as with any.
    let globex = app.tenant("globex").await;
    fill(&globex).await;
    app.fault(broken).await;
    let failed = globex.report(body("compliance_posture")).await;
    assert_eq!(failed["status"], "queued", "{failed}");
    app.advance_by(3_600).await;
    app.stack.faults().clear();
    globex.sign_out();
    let failed = globex.read_report(failed["id"].as_str().expect("an id")).await;
    let told = (&failed["status"], &failed["failure"]["class"]);
    assert_eq!(told, (&json!("failed"), &json!("source_unavailable")), "{failed}");
}

#[tokio::test]
async fn a_report_is_made_of_the_requesters_own_questions() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    fill(&acme).await;
    let queries = json!([
        {"title": "=By severity", "dataset": "incidents", "group_by": ["severity"], "metrics": [{"metric": "total"}],
            "order_by": ["-total", "severity"]},
        {"dataset": "traces", "filters": {"status": ["escalated"]}, "metrics": [{"as": "n", "measure": {"op": "count"}}]},
    ]);
    let asked = json!({"report_type": "custom_query", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["json", "html", "pdf"], "queries": queries});
    let report = acme.report(asked.clone()).await;
    assert_eq!(report["status"], "completed", "{report}");
    let tables = &report["data"]["sections"][0]["tables"];
    assert_eq!(tables[0]["rows"], json!([["critical", 1], ["low", 1]]));
    assert_eq!(tables[1]["rows"], json!([[1]]));
    let reproduced = acme
        .post(&format!("/api/v1/reports/{}/reproduce", report["id"].as_str().unwrap()), json!({}))
        .await
        .expect(202);
    app.settle().await;
    let reproduced = acme.read_report(reproduced["id"].as_str().unwrap()).await;
    assert_eq!(reproduced["artifacts"][0]["sha256"], report["artifacts"][0]["sha256"]);
    for (patch, field) in [
        (json!({"queries": null}), "queries"),
        (json!({"queries": []}), "queries"),
        (json!({"report_type": "incident_summary"}), "queries"),
        (
            json!({"queries": [{"dataset": "incidents", "metrics": [{"metric": "nope"}]}]}),
            "queries[0].metrics[0].metric",
        ),
        (json!({"filters": {"severity": ["high"]}}), "queries[1].dataset"),
    ] {
        let mut body = asked.clone();
        body.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        let refused = acme.post("/api/v1/reports/generate", body).await;
        assert_eq!((refused.status, refused.field().as_str()), (400, field), "{patch}: {}", refused.text());
    }
}
