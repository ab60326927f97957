//! Tokens that are too old, or not ours.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sitrep_tests::data::incident;
use sitrep_tests::{Answer, TestApp};

use crate::problem::{UNAUTHORIZED, assert_problem};

const PATHS: [(&str, &str); 3] = [
    ("GET", "/api/v1/me"),
    ("POST", "/api/v1/datasets/incidents/records"),
    ("DELETE", "/api/v1/reports/abc"),
];

#[tokio::test]
async fn a_token_is_good_for_an_hour_and_no_longer() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let token = acme.token("owner").await;
    app.advance_by(3_599).await;
    assert_eq!(call(&app, "GET", "/api/v1/me", &format!("Bearer {token}")).await.status, 200);
    app.advance_by(2).await;
    assert_refused(&app, "expired", &format!("Bearer {token}")).await;
    acme.sign_out();
    assert_eq!(acme.get("/api/v1/datasets/incidents").await.expect(200)["generation"], 0);
}

#[tokio::test]
async fn forged_tokens_open_nothing() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.tenant("acme").await, app.tenant("globex").await);
    let token = acme.token("owner").await;
    let services = sitrep::application::connect(app.stack.backend()).await.unwrap();
    let key = services.secrets.token_key.as_slice();
    let hs256 = json!({"alg": "HS256", "typ": "JWT"});
    let claims = claims_of(&token);
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let good = call(&app, "GET", "/api/v1/me", &format!("Bearer {}", sign(&hs256, &claims, key))).await;
    assert_eq!(good.status, 200, "the forger's tools work: {}", good.text());

    let signature = token.rsplit_once('.').unwrap().1;
    let unsigned = |header: &Value, signature: &str| format!("{}.{signature}", encode(header, &claims));
    let globex_user = claims_of(&globex.token("owner").await)["sub"].clone();
    for (what, token) in [
        ("alg none", unsigned(&json!({"alg": "none"}), "")),
        ("alg none with a signature", unsigned(&json!({"alg": "none"}), signature)),
        ("alg RS256", unsigned(&json!({"alg": "RS256"}), signature)),
        ("HS256 said to be HS512", sign(&json!({"alg": "HS512"}), &claims, key)),
        ("no signature", unsigned(&hs256, "")),
        ("another key", sign(&hs256, &claims, &[7; 32])),
        ("an empty key", sign(&hs256, &claims, b"")),
        ("another tenant's data", sign(&hs256, &with("tenant", json!("globex")), key)),
        ("another tenant's user", sign(&hs256, &with("sub", globex_user), key)),
        ("a key as tenant", sign(&hs256, &with("tenant", json!("acme#DS#incidents")), key)),
        ("no such user", sign(&hs256, &with("sub", json!("0198b1c2-7a5e-4c3d-8e2f-1a2b3c4d5e6f")), key)),
        ("another audience", sign(&hs256, &with("aud", json!("another-api")), key)),
        ("another issuer", sign(&hs256, &with("iss", json!("https://evil.example")), key)),
        ("another version", sign(&hs256, &with("ver", json!(99)), key)),
        ("expired", sign(&hs256, &with("exp", json!(1_000)), key)),
        ("no expiry", sign(&hs256, &with("exp", Value::Null), key)),
        ("no token", "abc".to_owned()),
        ("nothing", String::new()),
    ] {
        assert_refused(&app, what, &format!("Bearer {token}")).await;
    }
    assert_refused(&app, "another scheme", &format!("Basic {token}")).await;
    for tenant in [&acme, &globex] {
        assert_eq!(tenant.get("/api/v1/datasets/incidents").await.expect(200)["generation"], 0);
    }
}

async fn assert_refused(app: &TestApp, what: &str, authorization: &str) {
    for (method, path) in PATHS {
        let answer = call(app, method, path, authorization).await;
        assert_problem(&format!("{what}: {method} {path}"), path, &answer, UNAUTHORIZED);
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{what}");
    }
}

async fn call(app: &TestApp, method: &str, path: &str, authorization: &str) -> Answer {
    let record = json!([incident("a", "2026-10-05T10:00:00Z", "high")]).to_string();
    let body = if method == "POST" { Bytes::from(record) } else { Bytes::new() };
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    app.send(request.header("authorization", authorization).body(body).unwrap()).await
}

fn claims_of(token: &str) -> Value {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

fn encode(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// A token signed with HMAC-SHA-256 under `key`, whatever its header says.
fn sign(header: &Value, claims: &Value, key: &[u8]) -> String {
    let signed = encode(header, claims);
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(hmac_sha256(key, signed.as_bytes())))
}

/// HMAC (RFC 2104) for keys of at most a block.
fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let pad =
        |with: u8| -> Vec<u8> { (0..64).map(|i| key.get(i).copied().unwrap_or_default() ^ with).collect() };
    let inner = Sha256::digest([pad(0x36).as_slice(), message].concat());
    Sha256::digest([pad(0x5c).as_slice(), &inner[..]].concat()).to_vec()
}
