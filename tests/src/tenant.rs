//! A tenant for tests: one user per role, each signed in when first needed.

use std::collections::HashMap;
use std::sync::Mutex;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::{Answer, TestApp, data};

/// Roles, least first.
pub const ROLES: [&str; 5] = ["viewer", "analyst", "approver", "admin", "owner"];
/// The password of every test user.
pub const PASSWORD: &str = "correct horse battery";

/// A tenant of the product under test.
pub struct TestTenant<'a> {
    app: &'a TestApp,
    /// Its slug.
    pub id: String,
    tokens: Mutex<HashMap<String, String>>,
}

impl<'a> TestTenant<'a> {
    /// Makes the tenant.
    pub async fn make(app: &'a TestApp, id: &str, plan: &str) -> Self {
        let user = |role: &&str| json!({"email": format!("{role}@{id}.example"), "password": PASSWORD, "role": role});
        let users: Vec<Value> = ROLES.iter().map(user).collect();
        let body = json!({"id": id, "name": format!("Tenant {id}"), "plan": plan, "users": users});
        let _ = app.call("POST", "/_local/tenants", Some(body)).await.expect(200);
        Self::open(app, id)
    }

    /// A tenant that exists already.
    #[must_use]
    pub fn open(app: &'a TestApp, id: &str) -> Self {
        Self { app, id: id.to_owned(), tokens: Mutex::default() }
    }

    /// An access token of the user with that role.
    pub async fn token(&self, role: &str) -> String {
        if let Some(token) = self.tokens.lock().expect("no test panics holding it").get(role) {
            return token.clone();
        }
        let body = json!({"username": format!("{role}@{}.example", self.id), "password": PASSWORD});
        let answer = self.app.call("POST", "/api/v1/auth/login", Some(body)).await.expect(200);
        let token = answer["access_token"].as_str().expect("a token").to_owned();
        self.tokens.lock().expect("no test panics holding it").insert(role.to_owned(), token.clone());
        token
    }

    /// Forgets tokens, as when they have expired.
    pub fn sign_out(&self) {
        self.tokens.lock().expect("no test panics holding it").clear();
    }

    /// Sends a request as the user with that role.
    pub async fn call_as(&self, role: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        self.send_as(role, method, path, &[("content-type", "application/json")], bytes).await
    }

    /// Sends bytes as the user with that role.
    pub async fn send_as(
        &self,
        role: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Answer {
        let token = self.token(role).await;
        let mut request =
            Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.app.send(request.body(body.into()).expect("the request is well-formed")).await
    }

    /// GET as the owner.
    pub async fn get(&self, path: &str) -> Answer {
        self.call_as("owner", "GET", path, None).await
    }

    /// POST as the owner.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call_as("owner", "POST", path, Some(body)).await
    }

    /// PATCH as the owner.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.call_as("owner", "PATCH", path, Some(body)).await
    }

    /// DELETE as the owner.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call_as("owner", "DELETE", path, None).await
    }

    /// Sends records as a JSON array, which must all be accepted.
    pub async fn ingest(&self, records: &[Value]) {
        let answer =
            self.post("/api/v1/datasets/incidents/records", Value::Array(records.to_vec())).await.expect(200);
        assert_eq!(answer["rejected"], 0, "{answer}");
    }

    /// Sends gzip-encoded NDJSON through a mapping.
    pub async fn ingest_gzip(&self, mapping: &str, gzip: impl Into<Bytes>) -> Value {
        let headers = [("content-type", "application/x-ndjson"), ("content-encoding", "gzip")];
        let path = format!("/api/v1/datasets/incidents/records?mapping={mapping}");
        self.send_as("owner", "POST", &path, &headers, gzip).await.expect(200)
    }

    /// Puts a mapping from below `tests/data` under a name.
    pub async fn put_mapping(&self, dataset: &str, name: &str, file: &str) {
        let path = format!("/api/v1/datasets/{dataset}/mappings/{name}");
        let headers = [("content-type", "application/json")];
        let answer = self.send_as("admin", "PUT", &path, &headers, data::read(file)).await;
        assert!(matches!(answer.status, 200 | 201), "{file}: {}", answer.text());
    }

    /// Sends a file of incidents from below `tests/data` through the mapping that lies beside it.
    pub async fn ingest_incidents(&self, folder: &str, file: &str) -> Value {
        self.put_mapping("incidents", file, &format!("{folder}/mapping.{file}.json")).await;
        self.ingest_gzip(file, data::read(&format!("{folder}/{file}.ndjson.gz"))).await
    }

    /// Asks for a report and does what is due until it has ended.
    pub async fn report(&self, body: Value) -> Value {
        let asked = self.post("/api/v1/reports/generate", body).await.expect(202);
        self.app.settle().await;
        self.read_report(asked["id"].as_str().expect("an id")).await
    }

    /// Reads a report.
    pub async fn read_report(&self, id: &str) -> Value {
        self.get(&format!("/api/v1/reports/{id}")).await.expect(200)
    }
}
