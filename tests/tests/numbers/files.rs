//! Every real file with expected results: its questions, figure by figure.
//!
//! What the expected results tell and a question cannot ask is left out here:
//!
//! - by minute (CloudTrail, Zeek): the shortest bucket is an hour.
//! - `transitions`, `longest_down_run` (upptime) and `time_to_revert` (changes): they look from one record to another,
//!   which the algebra of measures does not do, on purpose.
//! - `coverage_*` and `ids_*` (Sigma): they count against the ATT&CK catalogue, which metrics do and queries do not.
//! - `check_refs` (Prowler): a list counts once per record and element; `distinct_check_refs` does just that.
//!   `checks_referenced_but_not_defined` joins two datasets.
//! - `nonascii_or_odd_users` (OTRF): the expected results do not say what is odd.

use serde_json::{Value, json};
use sitrep_tests::data::expected;
use sitrep_tests::{TestApp, TestTenant};

use crate::figures::{Figures, TOTAL, compare, number};
use crate::lists::{List, counting, durations, figure, has, is, percent};
use crate::sources::{Sent, Source, send, send_rows};

/// Compares a file's lists, and its total with what was accepted and rejected.
async fn check(tenant: &TestTenant<'_>, source: &Source, sent: &Sent, expected: &Value, lists: &[List]) {
    let (mut wanted, mut found) = (Figures::new(), Figures::new());
    if expected["total"].is_number() {
        wanted.insert((TOTAL, "all".to_owned()), number(&expected["total"]));
        let all = sent.accepted + sent.rejected.len();
        found.insert((TOTAL, "all".to_owned()), all as f64);
    }
    for list in lists {
        list.expected(expected, &mut wanted);
        list.ask(tenant, source, sent, &mut found).await;
    }
    let what = format!("{} into {} ({} rejected)", source.file, source.dataset, sent.rejected.len());
    compare(&what, &wanted, &found);
}

/// Sends a file to a tenant of its own and compares its lists; every row is accepted.
async fn check_file(source: Source, lists: &[List]) {
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    let sent = send(&tenant, &source).await;
    assert_eq!(sent.rejected.len(), 0, "{:?}", sent.rejected.first());
    check(&tenant, &source, &sent, &expected(source.folder), lists).await;
}

fn month() -> Value {
    json!({"time": "month", "of": "created_at"})
}

fn year() -> Value {
    json!({"time": "year", "of": "created_at"})
}

#[tokio::test]
async fn status_page_incidents_with_an_unreadable_start_are_rejected_by_line_and_the_rest_counts() {
    let source = Source::new("jenkins-status", "status_incidents", "incidents")
        .between(&[["2020-06-01", "2023-12-31"]]);
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    let sent = send(&tenant, &source).await;
    let expected = expected("jenkins-status");
    let excluded = &expected["excluded"][0];
    assert_eq!(json!(sent.rejected.len()), excluded["start_null"]);
    for (row, field, code) in &sent.rejected {
        assert_eq!((field.as_str(), code.as_str()), ("created_at", "bad_time"), "{row}");
        assert!(row["started_at"].is_null(), "{row}");
    }
    let body = json!({"dataset": "incidents", "start": "2020-06-01", "end": "2023-12-31", "metrics": [
        {"as": "mttr", "measure": {"op": "mean", "of": {"minutes_between": ["created_at", "resolved_at"]}}}]});
    let answer = tenant.post("/api/v1/query", body).await.expect(200);
    assert_eq!(answer["excluded"][0][0], excluded["negative"], "resolved before they began");
    check(
        &tenant,
        &source,
        &sent,
        &expected,
        &[
            List::counts(
                "by_native_severity",
                &["source", "severity_native", "severity"],
                json!(["source", "custom.severity_native", "severity"]),
            )
            .and_rejected(&["source", "severity_native", "severity"]),
            List::counts("by_month", &["m", "severity"], json!([month(), "severity"])),
            List::counts("mttr", &["severity"], json!(["severity"]))
                .with(durations("created_at", "resolved_at")),
            List::top("top10_affected", "tags").and_rejected(&["affected"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn known_exploited_vulnerabilities_keep_windows_below_zero() {
    let of = json!("custom.window_days");
    let statistic = |member, op: &str| figure(member, json!({"op": op, "of": of}));
    let source = Source::new("cisa-kev", "kev", "incidents").between(&[["2021-11-01", "2022-05-31"]]);
    let known = figure("ransomware", counting(is("custom.ransomware", "Known")));
    check_file(
        source,
        &[
            List::counts("by_month", &["m"], json!([month()]))
                .with(vec![figure("n", json!({"op": "count"})), known]),
            List::counts("windows", &["d"], json!([of])),
            List::counts("window_stats_by_year", &["y"], json!([year()])).with(vec![
                figure("n", json!({"op": "count"})),
                statistic("mean", "mean"),
                figure("p50", json!({"op": "percentile", "p": 0.5, "of": of})),
                statistic("min", "min"),
                statistic("max", "max"),
            ]),
            List::top("top10_vendors", "custom.vendor"),
            List::counts("ransomware", &["value"], json!(["custom.ransomware"])),
            List::top("top10_cwe", "tags"),
        ],
    )
    .await;
}

#[tokio::test]
async fn detections_are_counted_by_what_their_source_says() {
    let source = Source::new("sigma", "detections", "detections")
        .between(&[["2012-01-01", "2016-12-31"], ["2017-01-01", "2022-04-30"]]);
    check_file(
        source,
        &[
            List::counts("by_source_status", &["source", "status"], json!(["source", "status"])),
            List::counts("by_level", &["source", "level"], json!(["source", "level"])),
            List::counts("by_year", &["source", "y"], json!(["source", year()])),
            List::without("rules_without_technique", &["source"], json!(["source", "techniques"])),
            List::top("top10_techniques", "techniques"),
        ],
    )
    .await;
}

/// Incidents rather than audit log: severity, host and user are columns there.
#[tokio::test]
async fn windows_events_are_counted_by_day_severity_and_top_values() {
    let source = Source::new("otrf", "events_windows", "incidents").between(&[["2019-03-01", "2020-09-30"]]);
    let day = json!({"time": "day", "of": "created_at"});
    check_file(
        source,
        &[
            List::counts("by_severity", &["severity"], json!(["severity"])),
            List::counts("by_day_severity", &["d", "severity"], json!([day, "severity"])),
            List::top("top10_hosts", "hostname"),
            List::top("top10_users", "user"),
            List::top("top10_event_ids", "custom.event_id"),
            List::top("top10_channels", "category"),
            List::top("top10_images", "custom.image"),
        ],
    )
    .await;
}

#[tokio::test]
async fn zeek_logs_have_a_severity_where_syslog_gives_one() {
    let source = Source::new("zeek", "events_zeek", "incidents").between(&[["2018-03-24", "2018-03-24"]]);
    check_file(
        source,
        &[
            List::counts("by_log", &["log"], json!(["type"])),
            List::top("top10_src", "ip_address"),
            List::top("top10_dst", "custom.dst_ip"),
            List::counts(
                "severity_native",
                &["value", "severity"],
                json!(["custom.severity_native", "severity"]),
            )
            .filtered(has("custom.severity_native")),
            List::top("top10_weird", "title").filtered(is("type", "weird")),
            List::counts("notices", &["value"], json!(["title"])).filtered(is("type", "notice")),
        ],
    )
    .await;
}

#[tokio::test]
async fn suricata_alerts_lie_in_the_hour_that_their_offset_gives() {
    let source =
        Source::new("suricata", "alerts_suricata", "incidents").between(&[["2015-03-01", "2017-03-31"]]);
    check_file(
        source,
        &[
            List::counts(
                "by_severity",
                &["severity_native", "severity"],
                json!(["custom.severity_native", "severity"]),
            ),
            List::counts("by_category", &["value"], json!(["category"])),
            List::counts("by_hour", &["h"], json!([{"time": "hour", "of": "created_at"}])),
            List::top("top10_src", "ip_address"),
        ],
    )
    .await;
}

#[tokio::test]
async fn cloudtrail_events_are_an_audit_log() {
    let source =
        Source::new("cloudtrail", "audit_cloudtrail", "audit_log").between(&[["2023-07-10", "2023-07-10"]]);
    check_file(
        source,
        &[
            List::counts("by_source", &["source"], json!(["custom.source"])),
            List::top("top10_events", "action"),
            List::top("top10_services", "custom.service"),
            List::counts("errors", &["value"], json!(["custom.error"])).filtered(is("outcome", "failure")),
            List::top("top10_identities", "actor"),
            List::top("top10_ips", "ip_address"),
            List::counts("read_only", &["ro"], json!(["custom.read_only"])),
            List::counts("by_region", &["value"], json!(["region"])),
        ],
    )
    .await;
}

#[tokio::test]
async fn commits_have_their_lead_times_and_reverts() {
    let source = Source::new("changes", "change_commits", "changes").between(&[["2023-01-01", "2025-12-31"]]);
    let released = json!({"time": "month", "of": "deployed_at"});
    let committed = json!({"time": "month", "of": "updated_at"});
    let plain = json!({"field": "custom.parents", "op": "lt", "value": 2});
    let reverts = || figure("reverts", counting(is("rework", true)));
    check_file(
        source,
        &[
            List::counts("commits", &["repo"], json!(["service"])).with(vec![
                figure("n", json!({"op": "count"})),
                reverts(),
                figure("bots", counting(is("custom.bot", true))),
                figure(
                    "unreleased",
                    counting(json!({"field": "deployed_at", "op": "is_null", "value": true})),
                ),
                figure("authors", json!({"op": "count_distinct", "of": "author"})),
            ]),
            List::counts("lead_time_overall", &["repo"], json!(["service"]))
                .with(durations("created_at", "deployed_at"))
                .filtered(plain.clone()),
            List::counts("lead_time_by_release_month", &["repo", "m"], json!(["service", released]))
                .with(durations("created_at", "deployed_at"))
                .filtered(plain.clone()),
            List::counts("revert_rate_by_month", &["repo", "m"], json!(["service", committed]))
                .with(vec![
                    figure("n", json!({"op": "count"})),
                    reverts(),
                    percent("pct", is("rework", true)),
                ])
                .filtered(plain),
        ],
    )
    .await;
}

#[tokio::test]
async fn releases_are_counted_by_month() {
    let source =
        Source::new("changes", "change_releases", "changes").between(&[["2024-01-01", "2024-12-31"]]);
    check_file(source, &[List::counts("releases_by_month", &["repo", "m"], json!(["service", month()]))])
        .await;
}

#[tokio::test]
async fn connector_checks_that_are_down_have_no_latency() {
    let source =
        Source::new("upptime", "connector_checks", "connectors").between(&[["2020-08-01", "2020-10-31"]]);
    let up = json!({"field": "status", "op": "ne", "value": "down"});
    let latency = |p: f64| json!({"op": "percentile", "p": p, "of": "latency_ms", "where": up});
    check_file(
        source,
        &[List::counts("targets", &["source", "target"], json!(["custom.source", "connector"])).with(vec![
            figure("checks", json!({"op": "count"})),
            figure("down", counting(is("status", "down"))),
            percent("up_pct", up.clone()),
            figure("p50_ms", latency(0.5)),
            figure("p95_ms", latency(0.95)),
        ])],
    )
    .await;
}

#[tokio::test]
async fn agent_runs_are_traces_without_a_time() {
    let of = |field: &str, op: &str| json!({"op": op, "of": field});
    check_file(
        Source::new("tau-bench", "agent_runs", "traces"),
        &[
            List::counts("runs", &[], json!([])).with(vec![
                figure("n", json!({"op": "count"})),
                figure("success", counting(is("status", "completed"))),
                percent("pct", is("status", "completed")),
                figure("mean_tool_calls", of("custom.tool_calls", "mean")),
                figure("tool_calls", of("custom.tool_calls", "sum")),
                figure("tool_errors", of("custom.tool_errors", "sum")),
            ]),
            List::counts("by_trial", &["trial"], json!(["custom.trial"])).with(vec![
                figure("n", json!({"op": "count"})),
                figure("reward", of("custom.reward", "sum")),
            ]),
        ],
    )
    .await;
}

#[tokio::test]
async fn agent_steps_are_traces_that_tell_their_tools() {
    check_file(
        Source::new("tau-bench", "agent_steps", "traces"),
        &[
            List::counts("steps_by_role", &["role"], json!(["custom.role"])).with(vec![
                figure("n", json!({"op": "count"})),
                figure("errors", counting(is("status", "failed"))),
            ]),
            List::counts("tools", &["value"], json!(["custom.tools"])).filtered(has("custom.tools")),
        ],
    )
    .await;
}

/// A file that names a requirement twice has it once here: the later row is its newer version. The figures are those of
/// the other frameworks.
#[tokio::test]
async fn requirements_are_told_by_framework_and_id() {
    let source = Source::new("prowler", "compliance_requirements", "requirements");
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    let sent = send(&tenant, &source).await;
    assert_eq!((sent.accepted, sent.rejected.len()), (5_425, 0));
    let mut ids = std::collections::BTreeSet::new();
    let mut repeats: Vec<String> = Vec::new();
    for row in source.rows() {
        let framework = row["framework_file"].as_str().expect("a file").to_owned();
        if !ids.insert((framework.clone(), row["requirement_id"].to_string())) {
            repeats.push(framework);
        }
    }
    assert_eq!(repeats.len(), 7, "requirements that their file names twice");
    let count = json!({"dataset": "requirements", "metrics": [{"as": "n", "measure": {"op": "count"}}]});
    let count = tenant.post("/api/v1/query", count).await.expect(200);
    assert_eq!(count["rows"][0][0], json!(sent.accepted - repeats.len()));

    let mut expected = expected("prowler");
    let rows = expected["requirements"].as_array_mut().expect("a list");
    rows.retain(|row| !repeats.iter().any(|framework| row["framework_file"] == json!(framework)));
    assert!(rows.len() >= 39, "{} frameworks are left", rows.len());
    let others = json!({"not": {"field": "framework", "op": "in", "value": repeats}});
    let figures = vec![
        figure("n", json!({"op": "count"})),
        figure("automated", counting(is("automated", true))),
        percent("pct", is("automated", true)),
        figure("distinct_check_refs", json!({"op": "sum", "of": "custom.checks_distinct"})),
    ];
    let list = List::counts(
        "requirements",
        &["provider", "framework_file"],
        json!(["custom.provider", "framework"]),
    );
    check(&tenant, &source, &sent, &expected, &[list.with(figures).filtered(others)]).await;
}

#[tokio::test]
async fn policies_are_counted_by_severity_and_service() {
    let top = List {
        keys: &["provider", "value"],
        group_by: json!(["provider", "service"]),
        ..List::top("top10_services", "service")
    };
    check_file(
        Source::new("prowler", "policies", "policies"),
        &[
            List::counts("policies_by_severity", &["provider", "severity"], json!(["provider", "severity"])),
            top,
        ],
    )
    .await;
}

#[tokio::test]
async fn advisories_of_the_year_one_are_rejected_by_line_and_the_rest_counts() {
    let source = Source::new("advisories", "advisories", "incidents")
        .between(&[["2005-01-01", "2013-12-31"], ["2014-01-01", "2022-12-31"]])
        .in_batches_of(100);
    let app = TestApp::start().await;
    let tenant = app.tenant("acme").await;
    let sent = send(&tenant, &source).await;
    for (row, field, code) in &sent.rejected {
        assert_eq!((field.as_str(), code.as_str()), ("created_at", "out_of_range"), "{row}");
    }
    let expected = expected("advisories");
    let withdrawn = sent.rejected.iter().filter(|(row, ..)| row["withdrawn_at"].is_string()).cloned();
    let withdrawn = Sent { accepted: 0, rejected: withdrawn.collect() };
    let list = List::counts("withdrawn", &["source"], json!(["source"])).filtered(has("custom.withdrawn_at"));
    let of = json!({"withdrawn": expected["withdrawn"]});
    check(&tenant, &source, &withdrawn, &of, &[list.and_rejected(&["source"])]).await;
    let nothing = is("source", "nobody");
    let top = List {
        keys: &["ecosystem", "value"],
        group_by: json!(["custom.ecosystem", "tags"]),
        ..List::top("top10_packages", "tags")
    };
    check(
        &tenant,
        &source,
        &sent,
        &expected,
        &[
            List::counts("by_source_severity", &["source", "severity"], json!(["source", "severity"]))
                .and_rejected(&["source", "severity"]),
            List::counts("by_year", &["source", "y"], json!(["source", year()])),
            List::counts("published_missing", &["source"], json!(["source"]))
                .filtered(nothing)
                .and_rejected(&["source"]),
            top.and_rejected(&["ecosystem", "packages"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn ocsf_samples_are_told_apart_by_class_whatever_the_unit_of_their_time() {
    let app = TestApp::start().await;
    let source = Source { mapping: "ocsf_samples", ..Source::new("ocsf", "ocsf_security_lake", "incidents") }
        .between(&[["2021-01-01", "2025-12-31"]]);
    let lists = || {
        [
            List::counts(
                "by_class_severity",
                &["class_uid", "severity_id"],
                json!(["custom.class_uid", "custom.severity_id"]),
            ),
            List::counts("by_activity", &["activity_id"], json!(["custom.activity_id"])),
        ]
    };
    let lake = app.tenant("lake").await;
    let sent = send(&lake, &source).await;
    check(&lake, &source, &sent, &expected("ocsf")["ocsf_security_lake"], &lists()).await;

    // The samples of Prowler have placeholders for ids, so they go by their place in the file, as the others do.
    let prowler = app.tenant("prowler").await;
    let source = Source { file: "ocsf_prowler_samples", ..source };
    let rows = source.rows().into_iter().enumerate();
    let rows = rows.map(|(i, record)| json!({"sample": "prowler", "row": i, "record": record})).collect();
    let sent = send_rows(&prowler, &source, rows).await;
    check(&prowler, &source, &sent, &expected("ocsf")["ocsf_prowler_samples"], &lists()).await;
}
