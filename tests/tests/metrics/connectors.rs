//! Connector metrics on real health checks.

use serde_json::{Value, json};
use sitrep_tests::TestApp;
use sitrep_tests::data::expected;

use crate::compare::{Comparison, percent};
use crate::rows::{ask_rows, checks, list, send, text};

#[tokio::test]
async fn uptime_and_latency_of_each_connector_are_the_expected_ones() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    send(&acme, "connectors", &checks()).await;
    let asked = json!({"dataset": "connectors", "start": "2020-08-01", "end": "2020-10-31",
        "group_by": ["connector"], "metrics": [{"metric": "connector_uptime"}, {"metric": "connector_latency_p95"},
        {"as": "checks", "measure": {"op": "count"}}]});
    let rows = ask_rows(&acme, asked).await;
    let mut figures = Comparison::default();
    let expected = expected("upptime");
    let targets = list(&expected["targets"]);
    figures.add("connectors", "all", &json!(targets.len()), &json!(rows.len()));
    for target in targets {
        let name = text(&target["target"]);
        let row = rows.iter().find(|row| row["connector"] == name).unwrap_or_else(|| panic!("no {name}"));
        let up = target["checks"].as_u64().unwrap() - target["down"].as_u64().unwrap();
        figures.add("checks", name, &target["checks"], &row["checks"]);
        figures.add(
            "connector_uptime",
            name,
            &percent(&json!(up), &target["checks"]),
            &row["connector_uptime"],
        );
        let latency = &row["connector_latency_p95"];
        // What was never up has none.
        match up {
            0 => figures.add_without_value("connector_latency_p95", name, latency),
            _ => figures.add("connector_latency_p95", name, &target["p95_ms"], latency),
        }
    }
    figures.finish("upptime");
}

#[tokio::test]
async fn a_degraded_connector_is_up_and_an_unknown_status_is_left_out() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let check = |i: usize, status: Value, latency: Value| json!({"id": i.to_string(), "created_at": "2026-11-01T00:00:00Z", "status": status, "latency_ms": latency});
    let rows = [
        check(0, json!("up"), json!(100)),
        check(1, json!("degraded"), json!(900)),
        check(2, json!("down"), json!(0)),
        check(3, Value::Null, json!(500)),
        check(4, json!("up"), Value::Null),
    ];
    send(&acme, "connectors", &rows).await;
    let asked = json!({"dataset": "connectors", "start": "2026-11-01", "end": "2026-11-01",
        "metrics": [{"metric": "connector_uptime"}, {"metric": "connector_latency_p95"}]});
    let row = ask_rows(&acme, asked).await.remove(0);
    assert_eq!(row["connector_uptime"], 75.0, "three of the four that say");
    assert_eq!(row["connector_latency_p95"], 860.0, "of 100, 500 and 900");
}
