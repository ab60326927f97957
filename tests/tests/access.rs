//! Access: role by permission through HTTP, the order of checks, and what ends a session.
//!
//! The table of roles is written out here once more, from the contract and not from the code that decides.

use serde_json::{Value, json};
use sitrep_domain::access::Permission;
use sitrep_tests::data::incident;
use sitrep_tests::tenant::{PASSWORD, ROLES};
use sitrep_tests::{Answer, TestApp, TestTenant};

/// A request that takes one permission and nothing more.
#[derive(Clone, Copy)]
struct Ask {
    method: &'static str,
    path: &'static str,
    body: fn() -> Value,
}

const fn get(path: &'static str) -> Option<Ask> {
    Some(Ask { method: "GET", path, body: || Value::Null })
}

const fn post(path: &'static str, body: fn() -> Value) -> Option<Ask> {
    Some(Ask { method: "POST", path, body })
}

const SCHEDULES: &str = "/api/v1/reports/schedules";

/// Each permission, the least role that has it, and a request that takes it; none while no operation does.
/// `{report}` stands for a report of the tenant.
const TABLE: [(Permission, &str, Option<Ask>); 18] = [
    (Permission::ReadReports, "viewer", get("/api/v1/reports")),
    (Permission::ReadDeliveries, "viewer", get("/api/v1/reports/{report}/deliveries")),
    (Permission::ReadSchedules, "viewer", get(SCHEDULES)),
    (
        Permission::Ingest,
        "analyst",
        post("/api/v1/datasets/incidents/records", || json!([incident("x", "2026-10-07T10:00:00Z", "low")])),
    ),
    (
        Permission::Query,
        "analyst",
        post("/api/v1/query", || {
            json!({"dataset": "incidents", "start": "2026-10-01T00:00:00Z",
            "end": "2026-11-01T00:00:00Z", "metrics": [{"as": "n", "measure": {"op": "count"}}]})
        }),
    ),
    (Permission::Generate, "analyst", post("/api/v1/reports/generate", || report(&[]))),
    (Permission::Download, "analyst", get("/api/v1/reports/{report}/download?format=txt")),
    (
        Permission::SaveReports,
        "analyst",
        post(SCHEDULES, || json!({"name": "Saved", "report_type": "incident_summary"})),
    ),
    (
        Permission::Schedule,
        "approver",
        post(SCHEDULES, || {
            json!({"name": "Weekly", "report_type": "incident_summary", "frequency": "weekly",
            "recipients": ["viewer@acme.example"]})
        }),
    ),
    (Permission::Approve, "approver", None),
    (
        Permission::ExternalRecipients,
        "admin",
        post("/api/v1/reports/generate", || report(&["auditor@outside.example"])),
    ),
    (
        Permission::Share,
        "admin",
        // To a user of the tenant, so that nothing but the share itself takes an administrator.
        post("/api/v1/reports/{report}/share", || {
            json!({"recipients": ["viewer@acme.example"],
            "variant": "full"})
        }),
    ),
    (
        Permission::ManageMappings,
        "admin",
        Some(Ask {
            method: "PUT",
            path: "/api/v1/datasets/incidents/mappings/mine",
            body: || json!({"fields": {"id": {"from": "key"}, "created_at": {"from": "at"}}}),
        }),
    ),
    (Permission::ManageTemplates, "admin", None),
    (Permission::ManageUsers, "admin", get("/api/v1/users")),
    (Permission::ManageSettings, "admin", get("/api/v1/settings")),
    (
        Permission::DeleteReports,
        "owner",
        Some(Ask { method: "DELETE", path: "/api/v1/reports/{report}", body: || Value::Null }),
    ),
    (Permission::DestroyTenantData, "owner", None),
];

fn report(recipients: &[&str]) -> Value {
    json!({"report_type": "incident_summary", "start_date": "2026-10-01", "end_date": "2026-10-31",
        "formats": ["txt"], "recipients": recipients})
}

async fn ask(acme: &TestTenant<'_>, role: &str, ask: Ask, report: &str) -> Answer {
    let body = Some((ask.body)()).filter(|body| !body.is_null());
    acme.call_as(role, ask.method, &ask.path.replace("{report}", report), body).await
}

fn rank(role: &str) -> usize {
    ROLES.iter().position(|r| *r == role).unwrap()
}

async fn user_id(acme: &TestTenant<'_>, role: &str) -> String {
    let users = acme.get("/api/v1/users").await.expect(200);
    let email = format!("{role}@{}.example", acme.id);
    let user = users["items"].as_array().unwrap().iter().find(|user| user["email"] == json!(email)).cloned();
    user.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn sign_in(app: &TestApp, username: &str, password: &str) -> Answer {
    app.call("POST", "/api/v1/auth/login", Some(json!({"username": username, "password": password}))).await
}

async fn call_with(app: &TestApp, token: &str, method: &str, path: &str, body: &Value) -> Answer {
    let request =
        http::Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.header("authorization", format!("Bearer {token}"));
    app.send(request.body(body.to_string().into()).unwrap()).await
}

#[tokio::test]
async fn each_role_may_what_the_table_says_and_nothing_else() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    acme.ingest(&[incident("a", "2026-10-05T10:00:00Z", "high")]).await;
    let mut cells = 0;
    for (permission, least, request) in TABLE {
        let Some(request) = request else { continue };
        for role in ROLES {
            let made = acme.report(report(&[])).await;
            let answer = ask(&acme, role, request, made["id"].as_str().unwrap()).await;
            if rank(role) >= rank(least) {
                assert!(answer.status < 300, "{role} {permission:?}: {}", answer.text());
            } else {
                assert_eq!(
                    (answer.status, answer.code().as_str()),
                    (403, "FORBIDDEN"),
                    "{role} {permission:?}"
                );
                let above = &ROLES[rank(role) + 1..];
                assert!(
                    above.iter().any(|role| answer.text().contains(role)),
                    "it says who may: {}",
                    answer.text()
                );
            }
            cells += 1;
        }
    }
    assert_eq!(cells, 15 * ROLES.len());
}

#[tokio::test]
async fn a_callers_permissions_are_those_of_the_table() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    assert_eq!(TABLE.map(|(permission, ..)| permission), Permission::ALL, "every permission has its line");
    for role in ROLES {
        let token = acme.token(role).await;
        let me = call_with(&app, &token, "GET", "/api/v1/me", &Value::Null).await.expect(200);
        let expected: Vec<Value> =
            TABLE.iter().filter(|(_, least, _)| rank(role) >= rank(least)).map(|(p, ..)| json!(p)).collect();
        assert_eq!((&me["role"], &me["permissions"]), (&json!(role), &json!(expected)));
    }
}

#[tokio::test]
async fn every_operation_refuses_roles_below_its_permission_before_it_looks_at_anything_else() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let document = app.call("GET", "/api/v1/openapi.json", None).await.expect(200);
    let nobodys = "0f6ad2f0-7f2a-4f6e-9a53-7d2f3f5b9c11";
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            let method = method.to_uppercase();
            let parts: Vec<&str> =
                path.split('/').map(|p| if p.starts_with('{') { nobodys } else { p }).collect();
            let path = format!("{}?nonsense=1", parts.join("/"));
            if operation["security"] == json!([]) {
                continue;
            }
            let broken = json!({"nonsense": 1});
            let stranger = app.call(&method, &path, Some(broken.clone())).await;
            assert_eq!((stranger.status, stranger.code().as_str()), (401, "UNAUTHORIZED"), "{id}");
            let Some(permission) = operation["x-permission"].as_str() else { continue };
            let line = TABLE.iter().find(|(p, ..)| json!(p) == json!(permission)).unwrap();
            for role in ROLES.iter().filter(|role| rank(role) < rank(line.1)) {
                let refused = acme.call_as(role, &method, &path, Some(broken.clone())).await;
                assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{id} as {role}");
                asked += 1;
            }
        }
    }
    assert!(asked > 30, "{asked}");
}

#[tokio::test]
async fn nothing_written_wrong_is_told_of_what_is_not_there() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let document = app.call("GET", "/api/v1/openapi.json", None).await.expect(200);
    let nobodys = "0f6ad2f0-7f2a-4f6e-9a53-7d2f3f5b9c11";
    let (mut absent, mut there) = (0, 0);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            if operation["security"] == json!([]) {
                continue;
            }
            let (id, method) = (operation["operationId"].as_str().unwrap(), method.to_uppercase());
            let varies = path.contains('{');
            let parts = path.split('/').map(|part| if part.starts_with('{') { nobodys } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let expected =
                if varies { (404, "NOT_FOUND".to_owned()) } else { (400, "VALIDATION_ERROR".to_owned()) };
            for query in ["nonsense=1", "limit=0", "limit=1&limit=2", "redirect=perhaps", "format=docx"] {
                let known = operation["parameters"].as_array().is_some_and(|parameters| {
                    parameters.iter().any(|p| query.starts_with(&format!("{}=", p["name"].as_str().unwrap())))
                });
                if query != "nonsense=1" && !known {
                    continue;
                }
                let asked = format!("{path}?{query}");
                let refused = acme.call_as("owner", &method, &asked, Some(json!({"nonsense": 1}))).await;
                let told = (refused.status, refused.code());
                assert_eq!(told, expected, "{id}: {method} {asked}: {}", refused.text());
                if varies { absent += 1 } else { there += 1 }
            }
        }
    }
    assert!(absent > 30 && there > 25, "{absent} and {there}");

    // The same requests of what is there are told what is wrong.
    let report = acme.report(report(&[])).await["id"].as_str().unwrap().to_owned();
    let saved = json!({"name": "Saved", "report_type": "incident_summary"});
    let schedule = acme.post(SCHEDULES, saved).await.expect(201)["id"].as_str().unwrap().to_owned();
    let user = user_id(&acme, "viewer").await;
    for (method, path) in [
        ("GET", format!("/api/v1/reports/{report}")),
        ("DELETE", format!("/api/v1/reports/{report}")),
        ("POST", format!("/api/v1/reports/{report}/rerun")),
        ("GET", format!("{SCHEDULES}/{schedule}/deliveries")),
        ("POST", format!("{SCHEDULES}/{schedule}/run-now")),
        ("DELETE", format!("{SCHEDULES}/{schedule}")),
        ("DELETE", format!("/api/v1/users/{user}")),
        ("GET", "/api/v1/datasets/incidents/mappings/native".to_owned()),
        ("GET", "/api/v1/datasets/incidents/uploads".to_owned()),
        ("GET", "/api/v1/metrics/total".to_owned()),
    ] {
        let refused = acme.call_as("owner", method, &format!("{path}?nonsense=1"), None).await;
        let told = (refused.status, refused.field());
        assert_eq!(told, (400, "nonsense".to_owned()), "{method} {path}: {}", refused.text());
    }
    assert_eq!(acme.get("/api/v1/reports").await.expect(200)["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn checks_come_in_the_order_identity_plan_role_existence_body() {
    let app = TestApp::start().await;
    let (acme, small) = (app.tenant("acme").await, app.tenant_on("small", "starter").await);
    // All of it is wrong at first; each line mends the first fault of the one before.
    let broken = json!({"name": "Weekly", "report_type": "nope", "frequency": "weekly", "recipients": ["x@y.example"]});
    let nobodys = "/api/v1/reports/schedules/0f6ad2f0-7f2a-4f6e-9a53-7d2f3f5b9c11";
    let id = acme.call_as(
        "analyst",
        "POST",
        SCHEDULES,
        Some(json!({"name": "Saved", "report_type": "incident_summary"})),
    );
    let id = id.await.expect(201);
    let there = format!("{SCHEDULES}/{}", id["id"].as_str().unwrap());
    let token = |answer: Answer| (answer.status, answer.code());
    let expected = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(token(app.call("POST", SCHEDULES, Some(broken.clone())).await), expected(401, "UNAUTHORIZED"));
    let plan = small.call_as("analyst", "POST", SCHEDULES, Some(broken.clone())).await;
    assert_eq!(token(plan), expected(403, "UPGRADE_REQUIRED"), "the plan comes before the role");
    let role = acme.call_as("viewer", "PATCH", nobodys, Some(json!({"name": 1}))).await;
    assert_eq!(token(role), expected(403, "FORBIDDEN"), "the role comes before existence");
    let existence = acme.call_as("analyst", "PATCH", nobodys, Some(json!({"name": 1}))).await;
    assert_eq!(token(existence), expected(404, "NOT_FOUND"), "existence comes before the body");
    let body = acme.call_as("analyst", "PATCH", &there, Some(json!({"name": 1}))).await;
    assert_eq!(token(body), expected(400, "VALIDATION_ERROR"));
    let good = acme.call_as("analyst", "PATCH", &there, Some(json!({"name": "Renamed"}))).await;
    assert_eq!(good.status, 200, "{}", good.text());
    let others =
        acme.post(SCHEDULES, json!({"name": "Theirs", "report_type": "incident_summary"})).await.expect(201);
    let others = format!("{SCHEDULES}/{}", others["id"].as_str().unwrap());
    let foreign = acme.call_as("analyst", "PATCH", &others, Some(json!({"name": "Mine"}))).await;
    assert_eq!(token(foreign), expected(403, "FORBIDDEN"), "a saved report of somebody else");
}

#[tokio::test]
async fn a_recipient_outside_the_tenant_takes_an_administrator_and_the_refusal_names_the_field() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let schedule = |recipient: &str| {
        json!({"name": "Weekly", "report_type": "incident_summary",
        "frequency": "weekly", "recipients": ["viewer@acme.example", recipient]})
    };
    let cases = [
        ("POST", SCHEDULES, schedule("auditor@outside.example")),
        ("POST", "/api/v1/reports/generate", report(&["auditor@outside.example"])),
        // The address of another tenant's user is as external as any.
        ("POST", "/api/v1/reports/generate", report(&["viewer@globex.example"])),
    ];
    let _globex = app.tenant("globex").await;
    for (method, path, body) in cases {
        let refused = acme.call_as("approver", method, path, Some(body.clone())).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{}", refused.text());
        assert_eq!(refused.field(), "recipients", "{}", refused.text());
        assert!(acme.call_as("admin", method, path, Some(body)).await.status < 300, "{path}");
    }
    let inside = acme.call_as("approver", "POST", SCHEDULES, Some(schedule("analyst@acme.example"))).await;
    assert_eq!(inside.status, 201, "{}", inside.text());
    let id = inside.json()["id"].as_str().unwrap().to_owned();
    for field in ["recipients", "cc", "bcc"] {
        let patch = Some(json!({field: ["auditor@outside.example"]}));
        let refused = acme.call_as("approver", "PATCH", &format!("{SCHEDULES}/{id}"), patch).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{field}");
    }
    // Running it by hand sends too.
    let external = acme.call_as("admin", "POST", SCHEDULES, Some(schedule("auditor@outside.example"))).await;
    let run_now = format!("{SCHEDULES}/{}/run-now", external.json()["id"].as_str().unwrap());
    for (role, status) in [("analyst", 403), ("approver", 403), ("admin", 202)] {
        assert_eq!(acme.call_as(role, "POST", &run_now, Some(json!({}))).await.status, status, "{role}");
    }
}

#[tokio::test]
async fn a_demotion_takes_effect_at_once_and_a_new_password_ends_sessions() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let (id, token) = (user_id(&acme, "admin").await, acme.token("admin").await);
    let users = async || call_with(&app, &token, "GET", "/api/v1/users", &Value::Null).await;
    assert_eq!(users().await.status, 200);
    let path = format!("/api/v1/users/{id}");
    let _ = acme.patch(&path, json!({"role": "viewer"})).await.expect(200);
    let refused = users().await;
    assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "the same token, a lower role");
    let reports = call_with(&app, &token, "GET", "/api/v1/reports", &Value::Null).await;
    assert_eq!(reports.status, 200, "the session itself goes on");

    let _ = acme.patch(&path, json!({"password": "a wholly new password"})).await.expect(200);
    assert_eq!(users().await.status, 401, "the old session has ended");
    assert_eq!(sign_in(&app, "admin@acme.example", PASSWORD).await.status, 401);
    assert_eq!(sign_in(&app, "admin@acme.example", "a wholly new password").await.status, 200);
    assert_eq!(acme.delete(&path).await.status, 204);
    assert_eq!(sign_in(&app, "admin@acme.example", "a wholly new password").await.status, 401);
}

#[tokio::test]
async fn a_token_lives_an_hour_to_the_second() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let answer = sign_in(&app, "viewer@acme.example", PASSWORD).await.expect(200);
    assert_eq!((&answer["expires_in"], &answer["token_type"]), (&json!(3_600), &json!("Bearer")));
    let token = acme.token("viewer").await;
    let me = async || call_with(&app, &token, "GET", "/api/v1/me", &Value::Null).await;
    app.advance_by(3_599).await;
    assert_eq!(me().await.status, 200);
    app.advance_by(1).await;
    let expired = me().await;
    assert_eq!((expired.status, expired.code().as_str()), (401, "UNAUTHORIZED"));
    assert!(!expired.header("www-authenticate").is_empty());
}

#[tokio::test]
async fn nobody_grants_or_changes_a_role_above_their_own() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let new = |role: &str, n: usize| json!({"email": format!("new{n}@acme.example"), "password": PASSWORD, "role": role});
    for (n, role) in ROLES.iter().enumerate() {
        let answer = acme.call_as("admin", "POST", "/api/v1/users", Some(new(role, n))).await;
        if *role == "owner" {
            assert_eq!((answer.status, answer.field().as_str()), (403, "role"), "{}", answer.text());
        } else {
            assert_eq!(answer.status, 201, "{role}: {}", answer.text());
        }
    }
    let (owner, viewer) = (user_id(&acme, "owner").await, user_id(&acme, "viewer").await);
    for (method, id, body) in [
        ("PATCH", &viewer, Some(json!({"role": "owner"}))),
        ("PATCH", &owner, Some(json!({"role": "viewer"}))),
        ("PATCH", &owner, Some(json!({"password": "a wholly new password"}))),
        ("DELETE", &owner, None),
    ] {
        let refused = acme.call_as("admin", method, &format!("/api/v1/users/{id}"), body.clone()).await;
        assert_eq!((refused.status, refused.code().as_str()), (403, "FORBIDDEN"), "{method} {body:?}");
    }
    assert_eq!(sign_in(&app, "owner@acme.example", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn the_last_owner_stays() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let owner = format!("/api/v1/users/{}", user_id(&acme, "owner").await);
    let demoted = acme.patch(&owner, json!({"role": "admin"})).await;
    assert_eq!((demoted.status, demoted.code().as_str()), (409, "CONFLICT"), "{}", demoted.text());
    assert_eq!(acme.delete(&owner).await.status, 409);
    let second = json!({"email": "second@acme.example", "password": PASSWORD, "role": "owner"});
    let _ = acme.post("/api/v1/users", second).await.expect(201);
    let _ = acme.patch(&owner, json!({"role": "admin"})).await.expect(200);
    assert_eq!(acme.get("/api/v1/me").await.expect(200)["role"], "admin");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_answer_the_same() {
    let app = TestApp::start().await;
    let _acme = app.tenant("acme").await;
    let known = sign_in(&app, "viewer@acme.example", "not the password").await;
    assert_eq!((known.status, known.code().as_str()), (401, "INVALID_CREDENTIALS"));
    for (username, password) in [
        ("nobody@acme.example", PASSWORD),
        ("nobody@elsewhere.example", PASSWORD),
        ("not an address", PASSWORD),
        ("", ""),
        ("viewer@acme.example", ""),
    ] {
        let answer = sign_in(&app, username, password).await;
        assert_eq!(answer.text(), known.text(), "{username}: time stands still, so every byte is the same");
        assert_eq!(answer.status, 401);
    }
    assert_eq!(sign_in(&app, "VIEWER@Acme.Example", PASSWORD).await.status, 200, "addresses know no case");
}

#[tokio::test]
async fn what_a_person_made_stays_under_their_name_and_their_links_end_when_they_go() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let body = json!({"name": "Weekly", "report_type": "incident_summary", "formats": ["txt"],
        "frequency": "weekly", "recipients": ["viewer@acme.example"]});
    let schedule = acme.call_as("admin", "POST", SCHEDULES, Some(body)).await.expect(201);
    let report = acme.report(report(&[])).await;
    let share = json!({"recipients": ["auditor@outside.example"], "variant": "full"});
    let path = format!("/api/v1/reports/{}/share", report["id"].as_str().unwrap());
    let shared = acme.call_as("admin", "POST", &path, Some(share)).await.expect(201);
    let link = shared["shares"][0]["url"].as_str().unwrap().to_owned();
    let link = link.strip_prefix(app.stack.backend().public_url()).unwrap();
    assert_eq!(app.call("GET", link, None).await.status, 200);

    let gone = user_id(&acme, "admin").await;
    assert_eq!(acme.delete(&format!("/api/v1/users/{gone}")).await.status, 204);
    let view = acme.get(&format!("{SCHEDULES}/{}", schedule["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(
        (&view["created_by_email"], &view["created_by"]),
        (&json!("admin@acme.example"), &json!(gone))
    );
    assert_eq!(app.call("GET", link, None).await.status, 404, "links of whoever is gone open nothing");
    let stats = acme.get(&format!("/api/v1/reports/{}/share-stats", report["id"].as_str().unwrap())).await;
    assert_eq!(stats.expect(200)["revoked"], 1);
}
