//! The main job, end to end: records, report, mail, link.

use serde_json::json;
use sitrep_tests::TestApp;
use sitrep_tests::data::incident;
use sitrep_tests::rows::Rows;

#[tokio::test]
async fn records_become_a_report_in_a_mailbox_and_behind_a_link() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[
        incident("a", "2026-10-05T10:00:00Z", "high"),
        incident("b", "2026-10-06T10:00:00Z", "low"),
        incident("c", "2026-11-06T10:00:00Z", "low"),
    ])
    .await;
    let report = acme
        .report(json!({"report_type": "executive_monthly", "period_type": "monthly",
            "formats": ["pdf", "json"], "recipients": ["viewer@acme.example"]}))
        .await;
    assert_eq!(report["status"], "completed", "{report}");
    assert_eq!(report["data"]["metrics"]["total"]["value"], 2);
    let id = report["id"].as_str().unwrap();

    let mails = app.stack.mailbox();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["viewer@acme.example"]);
    let deliveries = acme.get(&format!("/api/v1/reports/{id}/deliveries")).await.expect(200);
    assert_eq!(deliveries["items"][0]["state"], "delivered", "{deliveries}");

    let body = json!({"recipients": ["auditor@outside.example"], "formats": ["pdf"], "variant": "full"});
    let shared = acme.post(&format!("/api/v1/reports/{id}/share"), body).await.expect(201);
    let url = shared["shares"][0]["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(app.stack.backend().public_url()).unwrap();
    let page = app.call("GET", path, None).await;
    assert_eq!(page.status, 200);
    let redirect = app.call("POST", path, None).await;
    assert_eq!(redirect.status, 303, "{}", redirect.text());
    let file = app.fetch(redirect.header("location")).await;
    assert!(file.body.starts_with(b"%PDF-"));
    let promised = report["artifacts"].as_array().unwrap().iter().find(|a| a["format"] == "pdf").unwrap();
    assert_eq!(promised["sha256"], sitrep_domain::canonical::sha256_hex(&file.body));
}

#[tokio::test]
async fn each_change_of_a_report_and_of_its_delivery_has_one_audit_entry() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let report = acme
        .report(json!({"report_type": "incident_summary", "period_type": "weekly", "recipients": ["viewer@acme.example"]}))
        .await;
    let id = report["id"].as_str().unwrap();
    let deliveries = acme.get(&format!("/api/v1/reports/{id}/deliveries")).await.expect(200);
    let delivery = deliveries["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(acme.get(&format!("/api/v1/reports/{id}/pdf")).await.status, 200);

    let rows = Rows::open(&app, "acme").await;
    let actions = |entries: Vec<(String, String)>| {
        let mut actions: Vec<String> = entries.into_iter().map(|(action, _)| action).collect();
        actions.sort();
        actions
    };
    let of_report = actions(rows.audit_of(&format!("report/{id}")).await);
    assert_eq!(of_report, ["artifact.downloaded", "report.completed", "report.requested", "report.started"]);
    let of_delivery = actions(rows.audit_of(&format!("delivery/{delivery}")).await);
    assert_eq!(
        of_delivery,
        ["delivery.attempted", "delivery.ended", "delivery.news"],
        "sent, accepted, delivered"
    );
}
