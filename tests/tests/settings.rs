//! Settings of a tenant through HTTP: read and changed by administrators, based on a revision, told in the audit log, and
//! in effect from the next request on, for that tenant alone.

use serde_json::{Value, json};
use sitrep_tests::rows::Rows;
use sitrep_tests::{Answer, TestApp, TestTenant};

const SETTINGS: &str = "/api/v1/settings";

async fn patch_if(tenant: &TestTenant<'_>, etag: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/merge-patch+json"), ("if-match", etag)];
    tenant.send_as("admin", "PATCH", SETTINGS, &headers, body.to_string()).await
}

#[tokio::test]
async fn settings_change_by_their_revision_with_one_audit_entry_each() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let first = acme.get(SETTINGS).await;
    let default = json!({"reports_timezone": "UTC", "branding": {"name": "acme", "accent_colour": "#1f4e79",
            "text_colours": {"on_light": "#1f4e79", "on_dark": "#6283a1"}, "logo": null},
        "allowed_recipient_domains": [], "confidence_threshold": 0.7, "retention_days": 90});
    let mut told = first.json();
    told["branding"]["name"] = "acme".into();
    assert_eq!((first.status, told), (200, default));
    let etag = first.header("etag").to_owned();

    let change = json!({"reportsTimezone": "Asia/Tokyo", "branding": {"accentColour": "#00ff7f"},
        "allowed_recipient_domains": ["ACME.example"], "retention_days": 30});
    let changed = patch_if(&acme, &etag, &change).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let settings = changed.json();
    assert_eq!(settings["reports_timezone"], "Asia/Tokyo");
    assert_eq!(settings["branding"]["accent_colour"], "#00ff7f");
    assert_eq!(settings["branding"]["name"], first.json()["branding"]["name"], "what is not named stays");
    assert_eq!(settings["allowed_recipient_domains"], json!(["acme.example"]));
    assert_eq!(acme.get(SETTINGS).await.json(), settings);
    assert_eq!(acme.get("/api/v1/me").await.json()["tenant"]["reports_timezone"], "Asia/Tokyo");

    let late = patch_if(&acme, &etag, &json!({"retention_days": 1})).await;
    assert_eq!((late.status, late.code().as_str()), (412, "PRECONDITION_FAILED"));
    let reset = patch_if(&acme, changed.header("etag"), &json!({"reports_timezone": null})).await;
    assert_eq!(reset.json()["reports_timezone"], "UTC", "{}", reset.text());
    let audited = Rows::open(&app, "acme").await.audit_of("settings").await;
    assert_eq!(audited, vec![("settings.changed".to_owned(), "ok".to_owned()); 2]);
}

#[tokio::test]
async fn a_setting_that_cannot_be_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let before = acme.get(SETTINGS).await;
    for (body, field) in [
        (json!({"reports_timezone": "Mars/Base"}), "reports_timezone"),
        (json!({"reports_timezone": 7}), "reports_timezone"),
        (json!({"branding": {"accent_colour": "blue"}}), "branding.accent_colour"),
        (json!({"branding": {"logo": "x"}}), "branding.logo"),
        (json!({"confidence_threshold": 1.5}), "confidence_threshold"),
        (json!({"retention_days": 0}), "retention_days"),
        (json!({"allowed_recipient_domains": ["a b"]}), "allowed_recipient_domains[0]"),
        (json!({"plan": "enterprise"}), "plan"),
    ] {
        let answer = acme.patch(SETTINGS, body.clone()).await;
        assert_eq!((answer.status, answer.field().as_str()), (400, field), "{body}: {}", answer.text());
    }
    let after = acme.get(SETTINGS).await;
    assert_eq!((after.header("etag"), after.json()), (before.header("etag"), before.json()));
    assert!(Rows::open(&app, "acme").await.audit_of("settings").await.is_empty());
}

#[tokio::test]
async fn the_share_of_low_confidence_goes_by_the_tenants_own_threshold() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    let decision = |n: usize| json!({"id": n.to_string(), "created_at": "2026-11-01T00:00:00Z", "confidence": n as f64 / 10.0});
    let rows: Vec<Value> = (0..10).map(decision).collect();
    for tenant in [&acme, &globex] {
        let sent = tenant.post("/api/v1/datasets/traces/records", json!(rows)).await.expect(200);
        assert_eq!(sent["accepted"], 10, "{sent}");
    }
    for (threshold, expected) in [(0.7, 70.0), (0.25, 30.0), (0.0, 0.0), (1.0, 100.0)] {
        let changed = acme.patch(SETTINGS, json!({"confidence_threshold": threshold})).await;
        assert_eq!(changed.status, 200, "{}", changed.text());
        for (tenant, expected) in [(&acme, expected), (&globex, 70.0)] {
            let body = json!({"dataset": "traces", "start": "2026-11-01", "end": "2026-11-01",
                "metrics": [{"metric": "low_confidence_share"}]});
            let answer = tenant.post("/api/v1/query", body).await.expect(200);
            assert_eq!(answer["rows"][0][0], json!(expected), "{threshold}");
        }
    }
}
