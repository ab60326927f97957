//! Metrics of agents, requirements and risk: on real rows where there are some, else on rows counted by hand.

use serde_json::{Value, json};
use sitrep_tests::TestApp;
use sitrep_tests::data::expected;

use crate::compare::{Comparison, percent};
use crate::rows::{agent_runs, agent_steps, ask_rows, list, requirements, send, text};

#[tokio::test]
async fn agent_figures_are_the_expected_ones_without_any_time() {
    let app = TestApp::start().await;
    let (runs, steps) = (app.tenant("runs").await, app.tenant("steps").await);
    send(&runs, "traces", &agent_runs()).await;
    send(&steps, "traces", &agent_steps()).await;
    let expected = expected("tau-bench");
    let mut figures = Comparison::default();

    let metrics = json!([{"metric": "trace_volume"}, {"metric": "mean_confidence"}, {"metric": "low_confidence_share"},
        {"metric": "policy_coverage"}]);
    let all = ask_rows(&runs, json!({"dataset": "traces", "metrics": metrics})).await.remove(0);
    figures.add("trace_volume", "runs", &expected["runs"]["n"], &all["trace_volume"]);
    for metric in ["mean_confidence", "low_confidence_share"] {
        figures.add_without_value("no confidence, no value", metric, &all[metric]);
    }
    figures.add("policy_coverage", "runs", &json!(0.0), &all["policy_coverage"]);
    let by_status =
        json!({"dataset": "traces", "group_by": ["status"], "metrics": [{"metric": "trace_volume"}]});
    let rows = ask_rows(&runs, by_status).await;
    let completed = rows.iter().find(|row| row["status"] == "completed").unwrap();
    figures.add("trace_volume", "completed", &expected["runs"]["success"], &completed["trace_volume"]);
    let by_role = json!({"dataset": "traces", "group_by": ["custom.role"], "metrics": [{"metric": "trace_volume"},
        {"as": "errors", "measure": {"op": "count", "where": {"field": "custom.error", "op": "eq", "value": true}}}]});
    let rows = ask_rows(&steps, by_role).await;
    for role in list(&expected["steps_by_role"]) {
        let row = rows.iter().find(|row| row["custom.role"] == role["role"]).unwrap();
        figures.add("trace_volume", text(&role["role"]), &role["n"], &row["trace_volume"]);
        figures.add("steps with errors", text(&role["role"]), &role["errors"], &row["errors"]);
    }
    figures.finish("tau-bench");
}

#[tokio::test]
async fn requirement_coverage_of_each_framework_is_the_expected_one() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    send(&acme, "requirements", &requirements()).await;
    let asked = json!({"dataset": "requirements", "group_by": ["framework"],
        "metrics": [{"metric": "requirement_coverage"}, {"as": "n", "measure": {"op": "count"}}]});
    let rows = ask_rows(&acme, asked).await;
    let expected = expected("prowler");
    let frameworks = list(&expected["requirements"]);
    let mut figures = Comparison::default();
    figures.add("frameworks", "all", &json!(frameworks.len()), &json!(rows.len()));
    for framework in frameworks {
        let name = text(&framework["framework_file"]);
        let row = rows.iter().find(|row| row["framework"] == name).unwrap_or_else(|| panic!("no {name}"));
        let wanted = percent(&framework["automated"], &framework["n"]);
        figures.add("requirement_coverage", name, &wanted, &row["requirement_coverage"]);
        figures.add("requirements", name, &framework["n"], &row["n"]);
    }
    figures.finish("prowler");
}

#[tokio::test]
async fn confidence_is_low_below_the_threshold_and_a_decision_without_policy_is_uncovered() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let decision = |(id, (confidence, policy)): (usize, (Value, Value))| json!({"id": id.to_string(), "created_at": "2026-11-01T00:00:00Z", "confidence": confidence, "policy_id": policy});
    let rows: Vec<Value> = [
        (json!(0.7), json!("p1")),
        (json!(0.69), json!("p2")),
        (json!(0.2), Value::Null),
        (json!(1.0), json!("p1")),
        (Value::Null, Value::Null),
    ]
    .into_iter()
    .enumerate()
    .map(decision)
    .collect();
    send(&acme, "traces", &rows).await;
    let body = json!({"dataset": "traces", "start": "2026-11-01", "end": "2026-11-01", "metrics":
        [{"metric": "low_confidence_share"}, {"metric": "policy_coverage"}, {"metric": "mean_confidence"}]});
    let row = ask_rows(&acme, body).await.remove(0);
    assert_eq!(row["low_confidence_share"], 50.0, "2 of the 4 that say; 0.7 itself is not low");
    assert_eq!(row["policy_coverage"], 60.0, "3 of 5");
    assert_eq!(row["mean_confidence"], 0.6475);
}

/// Rows of severity and action, and the score they have.
fn scores() -> Vec<(Vec<(Value, Value)>, Value)> {
    let (critical, high, medium) = (json!("critical"), json!("high"), json!("medium"));
    let (blocked, quarantined, allowed) = (json!("blocked"), json!("quarantined"), json!("allowed"));
    let none = Value::Null;
    vec![
        (vec![], none.clone()),
        (vec![(none.clone(), allowed.clone())], none.clone()),
        (vec![(json!("informational"), none.clone())], json!(0.0)),
        (vec![(critical.clone(), none.clone())], json!(100.0)),
        (vec![(critical.clone(), allowed.clone()), (critical.clone(), allowed.clone())], json!(100.0)),
        (vec![(critical.clone(), blocked.clone())], json!(50.0)),
        (vec![(high.clone(), allowed.clone()), (medium.clone(), none.clone())], json!(55.0)),
        (vec![(high, quarantined), (medium, allowed.clone()), (none, blocked)], json!(37.5)),
        (vec![(json!("low"), allowed), (critical, Value::Null)], json!(55.0)),
    ]
}

#[tokio::test]
async fn the_risk_score_is_the_mean_weight_of_rated_incidents_and_half_for_those_stopped() {
    let app = TestApp::start().await;
    for (place, (incidents, expected)) in scores().into_iter().enumerate() {
        let tenant = app.tenant(&format!("tenant-{place}")).await;
        let row = |(id, (severity, action)): (usize, &(Value, Value))| json!({"id": id.to_string(), "created_at": "2026-11-01T00:00:00Z", "severity": severity, "action": action});
        let rows: Vec<Value> = incidents.iter().enumerate().map(row).collect();
        send(&tenant, "incidents", &rows).await;
        let body = json!({"dataset": "incidents", "start": "2026-11-01", "end": "2026-11-01",
            "metrics": [{"metric": "risk_score"}]});
        assert_eq!(ask_rows(&tenant, body).await[0]["risk_score"], expected, "{incidents:?}");
    }
}
