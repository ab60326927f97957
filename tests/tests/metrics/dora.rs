//! Metrics of software delivery on real commits and releases.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sitrep_tests::data::expected;
use sitrep_tests::{TestApp, TestTenant};

use crate::compare::{Comparison, percent};
use crate::rows::{ask_rows, changes, list, reverted_changes, send, text};

const WINDOW: [&str; 2] = ["2023-10-01", "2025-01-31"];

fn in_window(patch: Value) -> Value {
    let mut body = json!({"dataset": "changes", "start": WINDOW[0], "end": WINDOW[1], "timezone": "UTC"});
    body.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
    body
}

async fn by_month(tenant: &TestTenant<'_>, of: &str, metrics: Value) -> BTreeMap<String, Map<String, Value>> {
    let body = in_window(json!({"group_by": [{"time": "month", "of": of}], "metrics": metrics}));
    let rows = ask_rows(tenant, body).await;
    rows.into_iter().map(|row| (text(&row["month"])[..7].to_owned(), row)).collect()
}

fn minutes(seconds: &Value) -> Value {
    seconds.as_f64().map(|s| s / 60.0).into()
}

#[tokio::test]
async fn delivery_figures_are_the_expected_ones_by_month() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    send(&acme, "changes", &changes()).await;
    let expected = expected("changes");
    let mut figures = Comparison::default();
    compare_lead_times(&acme, &expected, &mut figures).await;
    compare_reverts(&acme, &expected, &mut figures).await;
    compare_frequency(&acme, &expected, &mut figures).await;
    figures.finish("changes");
}

async fn compare_lead_times(tenant: &TestTenant<'_>, expected: &Value, figures: &mut Comparison) {
    let lead = json!({"minutes_between": ["created_at", "deployed_at"]});
    let of = |name: &str, measure: Value| json!({"as": name, "measure": measure, "population": "resolved"});
    let metrics = json!([
        {"metric": "change_lead_time"},
        of("n", json!({"op": "count"})),
        of("mean_s", json!({"op": "mean", "of": lead})),
        of("p90_s", json!({"op": "percentile", "p": 0.9, "of": lead})),
        of("p95_s", json!({"op": "percentile", "p": 0.95, "of": lead})),
    ]);
    let months = by_month(tenant, "deployed_at", metrics.clone()).await;
    let wanted = list(&expected["lead_time_by_release_month"]);
    figures.add("months with releases", "all", &json!(wanted.len()), &json!(months.len()));
    let overall = ask_rows(tenant, in_window(json!({"metrics": metrics}))).await.remove(0);
    let all = [("all".to_owned(), &expected["lead_time_overall"][0], &overall)];
    let by_month = wanted.iter().map(|row| (text(&row["m"]).to_owned(), row, &months[text(&row["m"])]));
    for (month, wanted, found) in by_month.chain(all) {
        figures.add("changes deployed", month.as_str(), &wanted["n"], &found["n"]);
        figures.add(
            "change_lead_time",
            month.as_str(),
            &minutes(&wanted["p50_s"]),
            &found["change_lead_time"],
        );
        for name in ["mean_s", "p90_s", "p95_s"] {
            figures.add(
                "lead time, mean, p90, p95",
                format!("{month} {name}"),
                &minutes(&wanted[name]),
                &found[name],
            );
        }
    }
}

/// The expected rates go by the month of the commit, so the metric's formula is asked of all changes by that month.
async fn compare_reverts(tenant: &TestTenant<'_>, expected: &Value, figures: &mut Comparison) {
    let metric = tenant.get("/api/v1/metrics/change_fail_rate").await.expect(200);
    let metrics = json!([{"as": "rate", "measure": metric["measure"], "population": "created"}]);
    let months = by_month(tenant, "updated_at", metrics).await;
    for row in list(&expected["revert_rate_by_month"]) {
        let found = months[text(&row["m"])]["rate"].as_f64().map(|ratio| (ratio * 10_000.0).round() / 100.0);
        let wanted = percent(&row["reverts"], &row["n"]);
        figures.add("formula of change_fail_rate", text(&row["m"]), &wanted, &found.into());
    }
    let all =
        ask_rows(tenant, in_window(json!({"metrics": [{"metric": "change_fail_rate"}]}))).await.remove(0);
    let commits = &expected["commits"][0];
    figures.add(
        "change_fail_rate",
        "all",
        &percent(&commits["reverts"], &commits["n"]),
        &all["change_fail_rate"],
    );
}

async fn compare_frequency(tenant: &TestTenant<'_>, expected: &Value, figures: &mut Comparison) {
    for row in list(&expected["releases_by_month"]) {
        let first: jiff::civil::Date = format!("{}-01", text(&row["m"])).parse().unwrap();
        let body = json!({"dataset": "changes", "start": first, "end": first.last_of_month(), "timezone": "UTC",
            "metrics": [{"metric": "deployment_frequency"}]});
        let found = ask_rows(tenant, body).await.remove(0);
        let wanted = row["n"].as_f64().unwrap() / f64::from(first.days_in_month());
        figures.add("deployment_frequency", text(&row["m"]), &json!(wanted), &found["deployment_frequency"]);
    }
}

#[tokio::test]
async fn the_time_to_revert_is_the_expected_one() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    send(&acme, "changes", &reverted_changes()).await;
    let expected = &expected("changes")["time_to_revert"][0];
    let restore = json!({"minutes_between": ["deployed_at", "restored_at"]});
    let of = |name: &str, measure: Value| json!({"as": name, "measure": measure, "population": "resolved"});
    let row = ask_rows(
        &acme,
        in_window(json!({"metrics": [
            {"metric": "recovery_time"},
            of("n", json!({"op": "count", "where": {"field": "failed", "op": "eq", "value": true}})),
            of("mean", json!({"op": "mean", "of": restore})),
        ]})),
    )
    .await
    .remove(0);
    let mut figures = Comparison::default();
    figures.add("recovery_time", "all", &minutes(&expected["p50_s"]), &row["recovery_time"]);
    figures.add("failed changes", "all", &expected["n"], &row["n"]);
    figures.add("mean time to restore", "all", &minutes(&expected["mean_s"]), &row["mean"]);
    figures.finish("changes, reverts joined");
}

#[tokio::test]
async fn changes_of_one_release_are_one_deployment_and_one_without_release_is_one_too() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let change = |id: usize, day: &str, release: Value, rework: Value| {
        json!({"id": id.to_string(), "created_at": "2026-01-01T00:00:00Z", "deployed_at": format!("{day}T12:00:00Z"),
            "release": release, "rework": rework})
    };
    let rows = [
        change(0, "2026-11-01", json!("1.0"), json!(true)),
        change(1, "2026-11-01", json!("1.0"), json!(false)),
        change(2, "2026-11-02", json!("1.1"), json!(false)),
        change(3, "2026-11-03", Value::Null, Value::Null),
        change(4, "2026-11-04", Value::Null, json!(false)),
        change(5, "2026-11-11", json!("2.0"), json!(true)),
    ];
    send(&acme, "changes", &rows).await;
    let body = json!({"dataset": "changes", "start": "2026-11-01", "end": "2026-11-10", "timezone": "UTC",
        "metrics": [{"metric": "deployment_frequency"}, {"metric": "rework_rate"}, {"metric": "recovery_time"}]});
    let row = ask_rows(&acme, body).await.remove(0);
    assert_eq!(row["deployment_frequency"], 0.4, "4 in 10 days");
    assert_eq!(row["rework_rate"], 25.0, "1 of the 4 that say");
    assert_eq!(row["recovery_time"], Value::Null, "nothing failed");
}
