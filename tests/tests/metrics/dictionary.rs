//! The dictionary itself: what it lists, and that a metric is nothing but its formula over its population.

use serde_json::{Value, json};
use sitrep_tests::{TestApp, TestTenant};

use crate::rows::{agent_runs, ask, changes, checks, detections, list, requirements, send, text};

/// Every metric that the product must have.
const REQUIRED: &str = "total critical open by_severity mtta_mean mtta_median mtta_p95 mttr_mean mttr_median mttr_p95 \
    auto_resolution_rate sla_compliance block_rate reopen_rate backlog_end top_resolvers top_teams top_categories \
    top_users top_agents top_policies data_type_share technique_coverage tactic_coverage connector_uptime \
    connector_latency_p95 analyst_throughput trace_volume mean_confidence low_confidence_share policy_coverage \
    deployment_frequency change_lead_time change_fail_rate recovery_time rework_rate risk_score";

#[tokio::test]
async fn the_dictionary_lists_every_metric_with_all_that_belongs_to_it() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let answer = acme.get("/api/v1/metrics").await.expect(200);
    let metrics = list(&answer["items"]);
    for id in REQUIRED.split_whitespace() {
        assert!(metrics.iter().any(|metric| metric["id"] == id), "{id} is missing");
    }
    for metric in metrics {
        let id = text(&metric["id"]);
        for field in [
            "title",
            "description",
            "unit",
            "direction",
            "dataset",
            "population",
            "null_handling",
            "owner",
            "source",
        ] {
            assert!(!text(&metric[field]).is_empty(), "{id}: {field}");
        }
        assert!(metric["version"].is_u64() && metric["measure"].is_object(), "{id}");
        assert!(metric["used_in"].is_array() && metric.get("targets").is_some(), "{id}");
        assert_eq!(&acme.get(&format!("/api/v1/metrics/{id}")).await.expect(200), metric, "{id}");
    }
    assert_eq!(acme.get("/api/v1/metrics/nope").await.status, 404);
}

async fn with_every_dataset(app: &TestApp) -> TestTenant<'_> {
    let acme = app.tenant("acme").await;
    acme.ingest_incidents("uci-itsm", "itsm_incidents").await;
    for (dataset, rows) in [
        ("detections", detections()),
        ("connectors", checks()),
        ("changes", changes()),
        ("traces", agent_runs()),
        ("requirements", requirements()),
    ] {
        send(&acme, dataset, &rows).await;
    }
    acme
}

/// A window in which the dataset has records, and others before it.
fn window(dataset: &str) -> Value {
    match dataset {
        "incidents" => json!({"start": "2016-03-10", "end": "2016-03-31"}),
        "detections" => json!({"start": "2021-01-01", "end": "2021-12-31"}),
        "connectors" => json!({"start": "2020-09-01", "end": "2020-09-30"}),
        "changes" => json!({"start": "2024-06-01", "end": "2024-06-30"}),
        "audit_log" => json!({"start": "2023-07-10", "end": "2023-07-10"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn a_metric_by_its_id_is_its_formula_over_its_population() {
    let app = TestApp::start().await;
    let acme = with_every_dataset(&app).await;
    let dictionary = acme.get("/api/v1/metrics").await.expect(200);
    let mut with_value = 0;
    for metric in list(&dictionary["items"]) {
        let ask_for = async |metrics: Value| {
            let mut body = window(text(&metric["dataset"]));
            body["dataset"] = metric["dataset"].clone();
            body["metrics"] = metrics;
            let answer = ask(&acme, body).await;
            list(&answer["rows"]).first().and_then(|row| row.as_array()?.last()?.as_f64())
        };
        let trio = |more: Value| json!([more, {"as": "n", "measure": {"op": "count"}}]);
        let id = &metric["id"];
        let by_formula =
            json!({"as": "x", "measure": metric["measure"], "population": metric["population_rule"]});
        let formula = ask_for(json!([by_formula])).await;
        if !["figure", "coverage"].contains(&text(&metric["shape"])) {
            ask_for(json!([{"metric": id}])).await;
            let refused = acme
                .post(
                    "/api/v1/query",
                    json!({"dataset": metric["dataset"], "start": "2016-03-10",
                    "end": "2016-03-31", "metrics": trio(json!({"metric": id}))}),
                )
                .await;
            assert_eq!((refused.status, refused.field()), (400, "metrics[0].metric".to_owned()), "{id}");
            continue;
        }
        let found = ask_for(json!([{"as": "n", "measure": {"op": "count"}}, {"metric": id}])).await;
        let factor = if metric["unit"] == "percent" { 100.0 } else { 1.0 };
        let same =
            formula.zip(found).is_none_or(|(formula, found)| (formula * factor - found).abs() <= 0.005_001);
        assert!(same && formula.is_some() == found.is_some(), "{id}: {formula:?} and {found:?}");
        with_value += usize::from(found.is_some());
    }
    assert!(with_value >= 20, "most metrics have a value here: {with_value}");
}

#[tokio::test]
async fn a_population_that_the_dataset_cannot_have_or_a_metric_brings_itself_is_refused() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let count = |population: Value| json!({"as": "n", "measure": {"op": "count"}, "population": population});
    for (dataset, metric, field) in [
        ("connectors", count(json!("open_at_end")), "metrics[0]"),
        ("incidents", json!({"metric": "total", "population": "resolved"}), "metrics[0].population"),
        ("incidents", json!({"metric": "technique_coverage"}), "metrics[0].metric"),
        (
            "incidents",
            json!({"as": "n", "measure": {"op": "coverage", "of": "techniques", "catalogue": "attack-18.1",
            "tactic": "nope"}}),
            "metrics[0].measure.tactic",
        ),
        (
            "incidents",
            json!({"as": "n", "measure": {"op": "weighted_sum", "terms": []}}),
            "metrics[0].measure.terms",
        ),
    ] {
        let body =
            json!({"dataset": dataset, "start": "2026-11-01", "end": "2026-11-02", "metrics": [metric]});
        let answer = acme.post("/api/v1/query", body).await;
        assert_eq!((answer.status, answer.field()), (400, field.to_owned()), "{metric}: {}", answer.text());
    }
    let wide =
        json!({"op": "weighted_sum", "terms": vec![json!({"weight": 1, "measure": {"op": "count"}}); 64]});
    let body = json!({"dataset": "incidents", "start": "2026-11-01", "end": "2026-11-02",
        "metrics": [{"as": "n", "measure": wide}]});
    let answer = acme.post("/api/v1/query", body).await;
    assert_eq!((answer.status, answer.code()), (422, "LIMIT_EXCEEDED".to_owned()), "{}", answer.text());
    let soon = json!({"dataset": "incidents", "start": "2026-11-01", "end": "2026-11-02", "metrics": [count(json!("soon"))]});
    assert_eq!(acme.post("/api/v1/query", soon).await.status, 400, "a population that there is not");
}
