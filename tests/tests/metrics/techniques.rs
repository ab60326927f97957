//! Coverage of ATT&CK on real detection rules.

use serde_json::{Value, json};
use sitrep_tests::data::expected;
use sitrep_tests::{TestApp, TestTenant};

use crate::compare::{Comparison, percent};
use crate::rows::{ask, ask_rows, detections, list, send, text};

fn question(metrics: Value) -> Value {
    // The rules are up to ten years older than the window: what stands counts, not what was written in it.
    json!({"dataset": "detections", "start": "2022-04-25", "end": "2022-04-30", "metrics": metrics})
}

async fn with_rules(app: &TestApp) -> TestTenant<'_> {
    let acme = app.tenant("acme").await;
    send(&acme, "detections", &detections()).await;
    acme
}

#[tokio::test]
async fn coverage_is_the_expected_one_overall_and_by_tactic() {
    let app = TestApp::start().await;
    let acme = with_rules(&app).await;
    let expected = expected("sigma");
    let mut figures = Comparison::default();

    let answer = ask(&acme, question(json!([{"metric": "technique_coverage"}]))).await;
    let overall = &expected["coverage_overall"];
    let wanted = percent(&overall["covered_exact"], &overall["techniques"]);
    figures.add("technique_coverage", "all", &wanted, &answer["rows"][0][0]);
    let told = &answer["coverage"];
    for (name, member) in
        [("techniques", "techniques"), ("covered_exact", "covered"), ("covered_rolled", "covered_rolled")]
    {
        figures.add("coverage, overall", name, &overall[name], &told["overall"][member]);
    }
    let rows = ask_rows(&acme, question(json!([{"metric": "tactic_coverage"}]))).await;
    figures.add("tactics", "all", &json!(14), &json!(rows.len()));
    for tactic in list(&expected["coverage_by_tactic"]) {
        let name = text(&tactic["tactic"]);
        let row = rows.iter().find(|row| row["tactic"] == name).unwrap_or_else(|| panic!("no {name}"));
        let wanted = percent(&tactic["covered_exact"], &tactic["techniques"]);
        figures.add("tactic_coverage", name, &wanted, &row["tactic_coverage"]);
        let line = list(&told["tactics"]).iter().find(|line| line["tactic"] == name).unwrap();
        figures.add(
            "coverage, rolled up by tactic",
            name,
            &tactic["covered_rolled"],
            &line["covered_rolled"],
        );
        let share = percent(&tactic["covered_rolled"], &tactic["techniques"]);
        figures.add("coverage, rolled up by tactic in percent", name, &share, &line["percent_rolled"]);
    }
    for tactic in list(&expected["coverage_parents_by_tactic"]) {
        let name = text(&tactic["tactic"]);
        let line = list(&told["tactics"]).iter().find(|line| line["tactic"] == name).unwrap();
        figures.add("techniques without sub-techniques", name, &tactic["techniques"], &line["parents"]);
        figures.add("these rolled up", name, &tactic["covered_rolled"], &line["parents_rolled"]);
    }
    figures.finish("sigma");
}

#[tokio::test]
async fn ids_that_do_not_count_are_told_with_the_reason() {
    let app = TestApp::start().await;
    let acme = with_rules(&app).await;
    let answer = ask(&acme, question(json!([{"metric": "technique_coverage"}]))).await;
    let expected = expected("sigma");
    let wanted: Vec<Value> = list(&expected["ids_revoked_or_deprecated"])
        .iter()
        .map(|id| {
            let reason = if id["revoked"] == true { "revoked" } else { "deprecated" };
            json!({"id": id["v"], "reason": reason, "replaced_by": id["revoked_by"], "records": id["n"]})
        })
        .collect();
    let mut told: Vec<Value> = list(&answer["coverage"]["not_counted"]).to_vec();
    for id in &mut told {
        let counting = id.as_object_mut().unwrap().remove("counting_records");
        assert_eq!(counting, Some(json!(0)), "all four are carried by deprecated rules: {id}");
    }
    assert_eq!(told, wanted);
    assert!(list(&expected["ids_unknown_in_catalogue"]).is_empty(), "and no other");
    println!("sigma: ids that do not count, compared {}, equal {}", wanted.len(), wanted.len());
}

#[tokio::test]
async fn rules_that_are_withdrawn_switched_off_or_written_later_cover_nothing() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let rule = |id: &str, year: u16, status: Value, enabled: Value, technique: &str| {
        json!({"id": id, "created_at": format!("{year}-06-01T00:00:00Z"), "status": status, "enabled": enabled,
            "techniques": [technique]})
    };
    let rules = [
        rule("old", 2012, json!("stable"), json!(true), "T1059"),
        rule("says nothing", 2020, Value::Null, Value::Null, "T1078"),
        rule("deprecated", 2020, json!("deprecated"), json!(true), "T1486"),
        rule("unsupported", 2020, json!("unsupported"), Value::Null, "T1003"),
        rule("off", 2020, json!("stable"), json!(false), "T1027"),
        rule("later", 2023, json!("stable"), json!(true), "T1112"),
        rule("unknown", 2021, json!("stable"), json!(true), "T9999"),
    ];
    send(&acme, "detections", &rules).await;
    let answer = ask(&acme, question(json!([{"metric": "technique_coverage"}]))).await;
    assert_eq!(answer["rows"], json!([[0.29]]), "2 of 691");
    assert_eq!(answer["coverage"]["overall"]["covered"], 2);
    assert_eq!(
        answer["coverage"]["not_counted"],
        json!([{"id": "T9999", "reason": "unknown", "replaced_by": null, "records": 1, "counting_records": 1}])
    );
    let by_status = json!([{"metric": "technique_coverage"}, {"metric": "tactic_coverage"}]);
    let mut body = question(by_status);
    body["group_by"] = json!(["status"]);
    let rows = ask_rows(&acme, body).await;
    let found =
        |status: &Value| &rows.iter().find(|row| row["status"] == *status).unwrap()["technique_coverage"];
    assert_eq!(found(&json!("stable")), 0.14);
    assert_eq!(found(&json!("deprecated")), &Value::Null, "no active rule gives no value");
}

#[tokio::test]
async fn the_tactics_can_be_ordered_and_limited_and_their_mean_is_the_one_figure() {
    let app = TestApp::start().await;
    let acme = with_rules(&app).await;
    let mut body = question(json!([{"as": "share", "metric": "tactic_coverage"}]));
    let all = ask_rows(&acme, body.clone()).await;
    body["order_by"] = json!(["-share"]);
    body["limit"] = json!(2);
    let answer = ask(&acme, body.clone()).await;
    assert_eq!(answer["rows"], json!([["initial-access", 68.18], ["lateral-movement", 65.22]]));
    assert_eq!((&answer["truncated"], &answer["total_rows"]), (&json!(true), &json!(14)));
    body["order_by"] = json!(["severity"]);
    let refused = acme.post("/api/v1/query", body).await;
    assert_eq!((refused.status, refused.field()), (400, "order_by[0]".to_owned()));

    let beside = json!([{"metric": "tactic_coverage"}, {"metric": "technique_coverage"}]);
    let both = ask_rows(&acme, question(beside)).await.remove(0);
    let sum: f64 = all.iter().map(|row| row["share"].as_f64().unwrap()).sum();
    let mean = both["tactic_coverage"].as_f64().unwrap();
    assert!((mean - sum / 14.0).abs() < 0.01, "{mean} of {sum}");
    assert_eq!(both["technique_coverage"], 44.72);
}
