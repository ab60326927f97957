//! Requests that would cost far more than they look: each is refused before it does, by a limit that has a name.
//!
//! The list is for a test, which holds what each answers, and for the example `bombs`, which prints how long that takes.

use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{Answer, TestTenant, data};

const QUERY: &str = "/api/v1/query";
const RECORDS: &str = "/api/v1/datasets/incidents/records";
const OCTOBER: &str = "start_date=2026-10-01&end_date=2026-10-31";
const LIMIT: (u16, &str) = (422, "LIMIT_EXCEEDED");
const TOO_LONG: (u16, &str) = (400, "DATE_RANGE_TOO_LARGE");
const NOT_VALID: (u16, &str) = (400, "VALIDATION_ERROR");
const TOO_LARGE: (u16, &str) = (413, "PAYLOAD_TOO_LARGE");

/// A request, and how it is refused.
pub struct Bomb {
    /// What is too much.
    pub what: &'static str,
    /// The status and the code it is refused with.
    pub refusal: (u16, &'static str),
    /// What the refusal says of the limit.
    pub told: &'static str,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, &'static str)>,
    body: Bytes,
}

impl Bomb {
    /// Sends it as the owner.
    pub async fn send(&self, tenant: &TestTenant<'_>) -> Answer {
        tenant.send_as("owner", self.method, &self.path, &self.headers, self.body.clone()).await
    }

    fn post(
        what: &'static str,
        path: &str,
        body: &Value,
        refusal: (u16, &'static str),
        told: &'static str,
    ) -> Self {
        let headers = vec![("content-type", "application/json")];
        Self {
            what,
            refusal,
            told,
            method: "POST",
            path: path.to_owned(),
            headers,
            body: body.to_string().into(),
        }
    }

    /// A query over October.
    fn query(what: &'static str, members: &Value, told: &'static str) -> Self {
        let mut body = json!({"dataset": "incidents", "start": "2026-10-01", "end": "2026-10-31",
            "metrics": [{"as": "n", "measure": {"op": "count"}}]});
        for (name, value) in members.as_object().expect("members of a query") {
            body[name.as_str()] = value.clone();
        }
        Self::post(what, QUERY, &body, LIMIT, told)
    }

    fn get(what: &'static str, path: String, refusal: (u16, &'static str), told: &'static str) -> Self {
        Self { what, refusal, told, method: "GET", path, headers: Vec::new(), body: Bytes::new() }
    }

    fn ndjson(
        what: &'static str,
        encoding: Option<&'static str>,
        body: impl Into<Bytes>,
        refusal: (u16, &'static str),
        told: &'static str,
    ) -> Self {
        let mut headers = vec![("content-type", "application/x-ndjson")];
        headers.extend(encoding.map(|encoding| ("content-encoding", encoding)));
        Self { what, refusal, told, method: "POST", path: RECORDS.to_owned(), headers, body: body.into() }
    }
}

/// Takes in what most of the requests are about: 120,000 incidents of as many users, 300 with long lists, and 700 with
/// long names.
pub async fn fill(tenant: &TestTenant<'_>) {
    for part in 0..3 {
        let mut lines = String::new();
        for i in part * 40_000..(part + 1) * 40_000 {
            let (day, hour) = (1 + i % 28, i % 24);
            writeln!(
                lines,
                r#"{{"id":"i{i}","created_at":"2026-10-{day:02}T{hour:02}:00:00Z","confidence":0.{i},"user":"u{i}","type":"t{}","techniques":["T1059"]}}"#,
                i % 40
            )
            .expect("a string takes all");
        }
        tenant.ingest_gzip("native", data::gzip(lines.as_bytes())).await;
    }
    let list = |name: &str| -> Vec<String> { (0..256).map(|i| format!("{name}{i}")).collect() };
    let listed = |i: usize| {
        json!({"id": format!("l{i}"), "created_at": "2026-10-05T08:00:00Z", "tags": list("t"),
            "techniques": list("x"), "custom": {"a": list("a"), "b": list("b")}})
    };
    tenant.ingest(&(0..300).map(listed).collect::<Vec<_>>()).await;
    let long = "n".repeat(8_000);
    let named = |i: usize| {
        let record = json!({"id": format!("n{i}"), "created_at": "2026-10-05T08:00:00Z", "policy_id": format!("p{i}"),
            "policy_name": format!("{i}{long}")});
        format!("{record}\n")
    };
    let lines: String = (0..700).map(named).collect();
    tenant.ingest_gzip("native", data::gzip(lines.as_bytes())).await;
}

/// Every request.
#[must_use]
pub fn bombs() -> Vec<Bomb> {
    [cardinality(), depth(), rows(), windows()].into_iter().flatten().collect()
}

fn measures(count: usize, measure: impl Fn(usize) -> Value) -> Value {
    (0..count).map(|i| json!({"as": format!("m{i}"), "measure": measure(i)})).collect()
}

fn cardinality() -> Vec<Bomb> {
    let hour = json!({"time": "hour", "of": "created_at"});
    let percentiles =
        measures(128, |i| json!({"op": "percentile", "p": i as f64 / 128.0, "of": "confidence"}));
    let means = measures(
        128,
        |i| json!({"op": "mean", "of": "confidence", "where": {"field": "confidence", "op": "ge", "value": i}}),
    );
    let coverage =
        measures(128, |_| json!({"op": "coverage", "catalogue": "attack-18.1", "of": "techniques"}));
    let lists = |keys: Value| json!({"group_by": keys});
    vec![
        Bomb::query("groups by id and hour", &json!({"group_by": ["id", hour]}), "100000 groups"),
        Bomb::query("groups by three keys", &json!({"group_by": [hour, "id", "user"]}), "100000 groups"),
        Bomb::query("means by id", &json!({"group_by": ["id"], "metrics": means}), "62500 groups"),
        Bomb::query(
            "percentiles by id",
            &json!({"group_by": ["id"], "metrics": percentiles}),
            "62500 groups",
        ),
        Bomb::query("coverage by id", &json!({"group_by": ["id"], "metrics": coverage}), "976 groups"),
        Bomb::query("two lists that multiply", &lists(json!(["tags", "techniques"])), "records times groups"),
        Bomb::query(
            "four lists that multiply",
            &lists(json!(["tags", "techniques", "custom.a", "custom.b"])),
            "records times groups",
        ),
        Bomb::get(
            "hours of many series",
            "/api/v1/analytics/trends?start_date=2026-08-03&end_date=2026-10-31&interval=hour&group_by=type"
                .to_owned(),
            LIMIT,
            "50000 points",
        ),
        Bomb::get(
            "an answer too large to travel",
            format!("/api/v1/analytics/policy-violations?{OCTOBER}"),
            LIMIT,
            "narrow the window",
        ),
    ]
}

fn depth() -> Vec<Bomb> {
    let nested = (0..20).fold(json!({"severity": ["high"]}), |inner, _| json!({"not": inner}));
    let ratio =
        (0..6).fold(json!({"op": "count"}), |m, _| json!({"op": "ratio", "num": m, "den": {"op": "count"}}));
    let count = |n: usize| json!({"op": "count", "where": {"field": "confidence", "op": "ge", "value": n}});
    let sum = |i: usize| {
        let terms: Vec<Value> = (0..63).map(|j| json!({"weight": 1, "measure": count(i * 63 + j)})).collect();
        json!({"op": "weighted_sum", "terms": terms})
    };
    let wide = |i: usize| {
        let compare = |j: usize| json!({"field": "confidence", "op": "ne", "value": i * 167 + j});
        json!({"op": "count", "where": {"and": (0..167).map(compare).collect::<Vec<_>>()}})
    };
    let report = json!({"report_type": "incident_summary", "period_type": "monthly", "filters": nested});
    let generate = "/api/v1/reports/generate";
    let brackets = format!("{{\"filters\": {}", "[".repeat(100_000));
    vec![
        Bomb::query("a deep filter", &json!({"filters": nested}), "16 deep"),
        Bomb::post("a deep filter of a report", generate, &report, LIMIT, "16 deep"),
        Bomb::query("a deep ratio", &json!({"metrics": measures(1, |_| ratio.clone())}), "4 deep"),
        Bomb::query("many metrics", &json!({"metrics": measures(129, |_| json!({"op": "count"}))}), "128"),
        Bomb::query("many measures", &json!({"metrics": measures(128, sum)}), "at most 512 measures"),
        Bomb::query("many comparisons", &json!({"metrics": measures(6, wide)}), "at most 1000 comparisons"),
        Bomb::query("many keys", &json!({"group_by": ["severity", "status", "team", "user", "type"]}), "4"),
        Bomb {
            body: brackets.into(),
            ..Bomb::post("100,000 brackets", QUERY, &Value::Null, NOT_VALID, "not JSON")
        },
    ]
}

fn rows() -> Vec<Bomb> {
    // Forty members of 64 MiB each.
    let packed = data::gzip(&vec![b' '; 64 << 20]).repeat(40);
    let long = format!(
        "{{\"id\":\"a\",\"created_at\":\"2026-10-05T08:00:00Z\",\"title\":\"{}\"}}\n",
        "x".repeat(1 << 20)
    );
    vec![
        Bomb::query("many rows", &json!({"group_by": ["id"], "limit": 20_000}), "10000"),
        Bomb::ndjson("2.5 GiB in 3 MB", Some("gzip"), packed, TOO_LARGE, "upload"),
        Bomb::ndjson("a body past 4 MB", None, vec![b' '; (4 << 20) + 1], TOO_LARGE, "upload"),
        Bomb::ndjson("a row of 1 MB", None, long, NOT_VALID, "262144 bytes"),
    ]
}

fn windows() -> Vec<Bomb> {
    let long = |start: &str, end: &str| format!("start_date={start}&end_date={end}");
    let report =
        json!({"report_type": "incident_summary", "start_date": "0001-01-01", "end_date": "9999-12-31"});
    let query = json!({"dataset": "incidents", "start": "0001-01-01", "end": "9999-12-31",
        "metrics": [{"as": "n", "measure": {"op": "count"}}]});
    let ninety = "Date range cannot exceed 90 days";
    let mut bombs: Vec<Bomb> =
        ["trends", "top-violators", "data-types", "policy-violations", "severity-distribution", "summary"]
            .map(|endpoint| {
                let path = format!("/api/v1/analytics/{endpoint}?{}", long("2026-01-01", "2026-04-01"));
                Bomb::get("91 days of analytics", path, TOO_LONG, ninety)
            })
            .into();
    for format in ["csv", "pdf"] {
        let path =
            format!("/api/v1/export/analytics/incidents/{format}?{}", long("0001-01-01", "9999-12-31"));
        bombs.push(Bomb::get("all of time as a file", path, TOO_LONG, ninety));
    }
    let compliance = format!("/api/v1/reports/compliance?{}", long("0001-01-01", "9999-12-31"));
    bombs.push(Bomb::get("all of time as a compliance PDF", compliance, TOO_LONG, "3660 days"));
    bombs.push(Bomb::post("a query over all of time", QUERY, &query, TOO_LONG, "3660 days"));
    bombs.push(Bomb::post(
        "a report over all of time",
        "/api/v1/reports/generate",
        &report,
        TOO_LONG,
        "3660 days",
    ));
    bombs
}
