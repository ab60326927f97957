//! The history of incidents, replayed: every event as a version of its incident, in file order and shuffled, answers as
//! the incidents themselves do.
//!
//! Each event is completed with what only its incident tells: when it was opened, acknowledged, resolved and closed, its
//! category and who resolved it. `updated_at` is when the event was observed. Events of one incident at one instant
//! keep their order in the shuffled batches, because there the later arrival is the newer version.

use std::collections::HashMap;

use serde_json::{Value, json};
use sitrep_tests::data::{expected, incident, read_ndjson};
use sitrep_tests::{TestApp, TestTenant};

use crate::batches::{Dice, shuffle_but_ties};
use crate::expected::expected_itsm;
use crate::figures::compare;
use crate::queries::ask_itsm;
use crate::sources::send_through;

/// Rows of one body: some megabytes unpacked.
const BATCH: usize = 15_000;

fn completed_events() -> Vec<Value> {
    let incidents: HashMap<String, Value> = read_ndjson("uci-itsm/itsm_incidents.ndjson.gz")
        .into_iter()
        .map(|row| (row["incident_id"].to_string(), row))
        .collect();
    let complete = |mut event: Value| {
        let incident = &incidents[&event["incident_id"].to_string()];
        for name in ["opened_at", "acknowledged_at", "resolved_at", "closed_at", "category", "resolved_by"] {
            event[name] = incident[name].clone();
        }
        event
    };
    read_ndjson("uci-itsm/itsm_events.ndjson.gz").into_iter().map(complete).collect()
}

async fn replay(tenant: &TestTenant<'_>, events: Vec<Value>) {
    tenant.put_mapping("incidents", "itsm_events", "uci-itsm/mapping.itsm_events.json").await;
    let count = events.len();
    let sent = send_through(tenant, "incidents", "itsm_events", events, BATCH).await;
    assert_eq!((sent.accepted, sent.rejected.len()), (count, 0), "{:?}", sent.rejected.first());
}

#[tokio::test]
async fn events_replayed_in_file_order_and_shuffled_answer_like_the_incidents() {
    let app = TestApp::start().await;
    let events = completed_events();
    assert_eq!(events.len(), 75_397);
    let figures = expected_itsm(&expected("uci-itsm"));
    let in_order = app.tenant("in-order").await;
    replay(&in_order, events.clone()).await;
    compare("ITSM events in file order", &figures, &ask_itsm(&in_order).await);
    let shuffled = app.tenant("shuffled").await;
    let tie = |event: &Value| (event["incident_id"].to_string(), event["observed_at"].to_string());
    replay(&shuffled, shuffle_but_ties(&mut Dice(7), events, tie)).await;
    compare("ITSM events shuffled", &figures, &ask_itsm(&shuffled).await);
}

#[tokio::test]
async fn an_id_whose_time_moves_to_another_month_is_counted_once_in_the_newest() {
    let app = TestApp::start().await;
    let version = |created: &str, updated: &str| {
        let mut row = incident("moved", created, "high");
        row["updated_at"] = json!(updated);
        row["resolved_at"] = json!(null);
        row
    };
    let first = version("2026-08-15T10:00:00Z", "2026-10-01T00:00:00Z");
    let second = version("2026-09-15T10:00:00Z", "2026-10-02T00:00:00Z");
    let third = version("2026-07-15T10:00:00Z", "2026-10-03T00:00:00Z");
    for (tenant, versions) in [
        ("in-order", vec![&first, &second, &third]),
        ("backwards", vec![&third, &second, &first]),
        ("mixed", vec![&second, &third, &first, &second]),
    ] {
        let tenant = app.tenant(tenant).await;
        for row in versions {
            tenant.ingest(std::slice::from_ref(row)).await;
        }
        let body = json!({"dataset": "incidents", "start": "2026-07-01", "end": "2026-09-30",
            "group_by": [{"time": "month", "of": "created_at"}], "metrics": [{"as": "n", "measure": {"op": "count"}}]});
        let answer = tenant.post("/api/v1/query", body).await.expect(200);
        assert_eq!(answer["rows"], json!([["2026-07-01T00:00:00Z", 1]]), "{}", tenant.id);
        let august = json!({"dataset": "incidents", "start": "2026-08-01", "end": "2026-09-30",
            "metrics": [{"as": "n", "measure": {"op": "count"}}, {"metric": "backlog_end"}]});
        let answer = tenant.post("/api/v1/query", august).await.expect(200);
        assert_eq!(answer["rows"], json!([[0, 1]]), "{}: created in none of them, open after all", tenant.id);
    }
}
