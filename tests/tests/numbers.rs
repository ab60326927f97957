//! The figures of real incidents against figures that were computed elsewhere, through the HTTP API alone.
//!
//! Every figure has one name and one key, such as `MTTR (minutes)` and `critical p95`. The expected results, the answers
//! of `POST /query` and the data of a report all become such figures, and are compared one by one, both ways: a figure
//! that only one side has is a difference. Where the expected results came from is told beside them in `tests/data`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sitrep_tests::data::{expected, gzip, read, read_ndjson};
use sitrep_tests::{TestApp, TestTenant};

/// Figures by name and key.
type Figures = BTreeMap<(&'static str, String), f64>;
type Row = Map<String, Value>;

const TOTAL: &str = "total";
const MONTHS: &str = "months × severity";
const SEVERITIES: &str = "severities";
const SLA_BY_SEVERITY: &str = "SLA by severity";
const SLA_BY_MONTH: &str = "SLA by month";
const BACKLOG: &str = "backlog at each month's end";
const REOPENED: &str = "reopened";
const REASSIGNED: &str = "reassigned";
const RESOLVERS: &str = "top resolvers";
const TEAMS: &str = "top teams";
const SPANS: [Span; 2] = [
    Span { figure: "MTTA (minutes)", id: "mtta", until: "acknowledged_at", table: "time_to_acknowledge" },
    Span { figure: "MTTR (minutes)", id: "mttr", until: "resolved_at", table: "time_to_resolve" },
];

/// A duration that is told by its mean and percentiles.
struct Span {
    figure: &'static str,
    /// Its member in the expected results.
    id: &'static str,
    until: &'static str,
    /// Its table in a report.
    table: &'static str,
}

/// Statistics: here, in the expected results (in seconds), in a report's table, and as a measure.
const STATISTICS: [(&str, &str, &str, Option<f64>); 4] = [
    ("mean", "mean_s", "mean_minutes", None),
    ("p50", "p50_s", "median_minutes", Some(0.5)),
    ("p90", "p90_s", "p90_minutes", Some(0.9)),
    ("p95", "p95_s", "p95_minutes", Some(0.95)),
];

const ITSM_WINDOW: [&str; 2] = ["2016-02-01", "2017-02-28"];
const VCDB_WINDOW: [&str; 2] = ["2013-02-01", "2014-08-31"];

#[tokio::test]
async fn itsm_figures_are_the_expected_ones_by_query_and_in_a_report() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let answer = acme.ingest_gzip("uci_itsm", read("uci-itsm/itsm_incidents.ndjson.gz")).await;
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(12_157), &json!(0)));

    let expected = expected("uci-itsm");
    let figures = expected_itsm(&expected);
    compare("ITSM by POST /query", &figures, &ask_itsm(&acme).await);
    compare("ITSM by POST /query, beyond the report", &expected_more(&expected), &ask_more(&acme).await);
    let data = make_report(&acme, "executive_monthly", ITSM_WINDOW).await;
    compare("ITSM in a report's data", &figures, &report_itsm(&data));
}

#[tokio::test]
async fn vcdb_figures_are_the_expected_ones_by_query_and_in_a_report() {
    let app = TestApp::start().await;
    let acme = app.tenant("acme").await;
    let answer = acme.ingest_gzip("vcdb", read("vcdb/incidents_vcdb.ndjson.gz")).await;
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(4_266), &json!(0)));

    let expected = expected("vcdb");
    let figures = expected_vcdb(&expected);
    assert!(
        figures[&(SEVERITIES, "unrated".to_owned())] > 2_500.0,
        "most of these incidents have no severity"
    );
    compare("VCDB by POST /query", &figures, &ask_volume(&acme, VCDB_WINDOW).await);
    compare("VCDB by POST /query, top lists", &expected_lists(&expected), &ask_lists(&acme).await);
    let data = make_report(&acme, "incident_summary", VCDB_WINDOW).await;
    compare("VCDB in a report's data", &figures, &report_volume(&data));
}

#[tokio::test]
async fn incidents_sent_first_as_open_and_again_as_resolved_give_the_same_figures_in_any_batches() {
    let app = TestApp::start().await;
    let resolved: Vec<Value> = read_ndjson("uci-itsm/itsm_incidents.ndjson.gz")
        .into_iter()
        .map(|row| with(row, &[("updated_at", json!("2017-06-01T00:00:00"))]))
        .collect();
    let open: Vec<Value> = resolved.iter().map(as_open).collect();
    let figures = expected_itsm(&expected("uci-itsm"));
    for (seed, tenant, first, second) in
        [(1, "open-first", &open, &resolved), (2, "resolved-first", &resolved, &open)]
    {
        let tenant = app.tenant(tenant).await;
        let mut dice = Dice(seed);
        send_in_batches(&tenant, &mut dice, first.clone()).await;
        send_in_batches(&tenant, &mut dice, second.clone()).await;
        compare(&format!("ITSM {}", tenant.id), &figures, &ask_itsm(&tenant).await);
    }
    let tenant = app.tenant("mixed").await;
    send_in_batches(&tenant, &mut Dice(3), [open, resolved].concat()).await;
    compare("ITSM mixed", &figures, &ask_itsm(&tenant).await);
}

// What is expected.

fn expected_itsm(expected: &Value) -> Figures {
    let mut figures = Figures::from([
        ((TOTAL, "all".to_owned()), number(&expected["total"])),
        ((REOPENED, "incidents".to_owned()), number(&expected["reopened"])),
        ((REASSIGNED, "incidents".to_owned()), number(&expected["reassigned"]["n"])),
        ((REASSIGNED, "times".to_owned()), number(&expected["reassigned"]["total"])),
    ]);
    let months = list(expected, "by_opened_month_severity");
    for row in months {
        figures
            .insert((MONTHS, format!("{} {}", text(&row["m"]), text(&row["severity"]))), number(&row["n"]));
        *figures.entry((SEVERITIES, text(&row["severity"]).to_owned())).or_default() += number(&row["n"]);
    }
    for span in &SPANS {
        expect_span(expected, span, &mut figures);
    }
    for (figure, list_name, key) in
        [(SLA_BY_SEVERITY, "sla_by_severity", "severity"), (SLA_BY_MONTH, "sla_by_opened_month", "m")]
    {
        for row in list(expected, list_name) {
            let of = text(&row[key]);
            figures.insert((figure, format!("{of} n")), number(&row["n"]));
            figures.insert((figure, format!("{of} met")), number(&row["made"]));
            figures.insert((figure, format!("{of} %")), two_decimals(number(&row["pct"])));
        }
    }
    for row in list(expected, "backlog_month_end") {
        figures.insert((BACKLOG, text(&row["as_of"]).to_owned()), number(&row["open_unresolved"]));
    }
    for (i, row) in list(expected, "top10_resolvers").iter().enumerate() {
        let place = place(i, &row["value"]);
        figures.insert((RESOLVERS, format!("{place} n")), number(&row["n"]));
        figures.insert((RESOLVERS, format!("{place} mean")), number(&row["mean_mttr_s"]) / 60.0);
    }
    for (i, row) in list(expected, "top10_groups").iter().enumerate() {
        let place = place(i, &row["value"]);
        figures.insert((TEAMS, format!("{place} n")), number(&row["n"]));
        figures.insert((TEAMS, format!("{place} %")), two_decimals(number(&row["sla_pct"])));
    }
    figures
}

fn expect_span(expected: &Value, span: &Span, figures: &mut Figures) {
    for row in list(expected, span.id) {
        let severity = text(&row["severity"]);
        figures.insert((span.figure, format!("{severity} n")), number(&row["n"]));
        for (name, seconds, ..) in STATISTICS {
            figures.insert((span.figure, format!("{severity} {name}")), number(&row[seconds]) / 60.0);
        }
    }
    let excluded = &expected["excluded"][0];
    let [missing, early] = match span.id {
        "mtta" => ["ack_null", "ack_before_opened"],
        _ => ["unresolved", "resolved_before_opened"],
    };
    figures.insert(
        (span.figure, "ALL excluded".to_owned()),
        number(&excluded[missing]) + number(&excluded[early]),
    );
}

/// Figures that a report does not have.
fn expected_more(expected: &Value) -> Figures {
    let mut figures = Figures::from([(
        ("caused by a change", "incidents".to_owned()),
        number(&expected["caused_by_change"]),
    )]);
    for row in list(expected, "by_state") {
        figures.insert(("states", text(&row["state"]).to_owned()), number(&row["n"]));
    }
    for row in list(expected, "throughput_top5_resolvers_by_month") {
        let key = format!("{} {}", text(&row["m"]), text(&row["resolved_by"]));
        figures.insert(("throughput by month and resolver", key), number(&row["n"]));
    }
    for span in &SPANS {
        for row in list(expected, span.id) {
            for (name, seconds) in [("min", "min_s"), ("max", "max_s")] {
                figures.insert(
                    (span.figure, format!("{} {name}", text(&row["severity"]))),
                    number(&row[seconds]) / 60.0,
                );
            }
        }
    }
    figures
}

fn expected_vcdb(expected: &Value) -> Figures {
    let mut figures = Figures::from([((TOTAL, "all".to_owned()), number(&expected["total"]))]);
    for row in list(expected, "by_severity") {
        figures.insert((SEVERITIES, text(&row["severity"]).to_owned()), number(&row["n"]));
    }
    for row in list(expected, "by_created_month_severity") {
        figures
            .insert((MONTHS, format!("{} {}", text(&row["m"]), text(&row["severity"]))), number(&row["n"]));
    }
    figures
}

/// Top lists of VCDB: the figure, its list, and the field it is made from.
const LISTS: [(&str, &str, &str); 3] = [
    ("top actions", "top10_action_varieties", "tags"),
    ("top countries", "top10_countries", "custom.victim_country"),
    ("top victims", "top10_victims", "title"),
];

fn expected_lists(expected: &Value) -> Figures {
    let of = |(figure, name, _): (&'static str, &str, &str)| {
        let rows: Vec<_> = list(expected, name).iter().enumerate().collect();
        rows.into_iter()
            .map(move |(i, row)| ((figure, place(i, &row["value"])), number(&row["n"])))
            .collect::<Vec<_>>()
    };
    LISTS.into_iter().flat_map(of).collect()
}

// What POST /query answers.

async fn ask(tenant: &TestTenant<'_>, [start, end]: [&str; 2], patch: Value) -> Vec<Row> {
    let mut body = json!({"dataset": "incidents", "start": start, "end": end});
    body.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
    let answer = tenant.post("/api/v1/query", body).await.expect(200);
    rows(&answer)
}

async fn ask_volume(tenant: &TestTenant<'_>, window: [&str; 2]) -> Figures {
    let mut figures = Figures::new();
    let total = ask(tenant, window, json!({"metrics": [{"as": "n", "metric": "total"}]})).await;
    figures.insert((TOTAL, "all".to_owned()), number(&total[0]["n"]));
    for row in ask(tenant, window, json!({"metrics": [{"as": "n", "metric": "by_severity"}]})).await {
        figures.insert((SEVERITIES, text(&row["severity"]).to_owned()), number(&row["n"]));
    }
    let by_month = json!({"group_by": [{"time": "month", "of": "created_at"}, "severity"],
        "metrics": [{"as": "n", "measure": {"op": "count"}}]});
    for row in ask(tenant, window, by_month).await {
        figures.insert(
            (MONTHS, format!("{} {}", month(&row["month"]), text(&row["severity"]))),
            number(&row["n"]),
        );
    }
    figures
}

async fn ask_itsm(tenant: &TestTenant<'_>) -> Figures {
    let mut figures = ask_volume(tenant, ITSM_WINDOW).await;
    for span in &SPANS {
        ask_span(tenant, span, &mut figures).await;
    }
    ask_sla(tenant, &mut figures).await;
    for row in list(&expected("uci-itsm"), "backlog_month_end") {
        let day = text(&row["as_of"]);
        let until = [ITSM_WINDOW[0], &format!("{day}T00:00:00Z")];
        let open = ask(tenant, until, json!({"metrics": [{"metric": "backlog_end"}]})).await;
        figures.insert((BACKLOG, day.to_owned()), number(&open[0]["backlog_end"]));
    }
    let handed_on = json!({"op": "count", "where": {"field": "reassignment_count", "op": "gt", "value": 0}});
    let rework = json!({"metrics": [{"metric": "reopened"}, {"as": "reassigned", "measure": handed_on},
        {"as": "times", "measure": {"op": "sum", "of": "reassignment_count"}}]});
    let rework = ask(tenant, ITSM_WINDOW, rework).await.remove(0);
    figures.insert((REOPENED, "incidents".to_owned()), number(&rework["reopened"]));
    figures.insert((REASSIGNED, "incidents".to_owned()), number(&rework["reassigned"]));
    figures.insert((REASSIGNED, "times".to_owned()), number(&rework["times"]));
    ask_top(tenant, &mut figures).await;
    figures
}

async fn ask_span(tenant: &TestTenant<'_>, span: &Span, figures: &mut Figures) {
    let of = json!({"minutes_between": ["created_at", span.until]});
    let metrics = STATISTICS.map(|(name, _, _, p)| match p {
        None => json!({"as": name, "measure": {"op": "mean", "of": of}}),
        Some(p) => json!({"as": name, "measure": {"op": "percentile", "p": p, "of": of}}),
    });
    let metrics: Vec<Value> = metrics.into_iter().chain([json!({"metric": "total"})]).collect();
    for group_by in [json!(["severity"]), json!([])] {
        let body = json!({"dataset": "incidents", "start": ITSM_WINDOW[0], "end": ITSM_WINDOW[1],
            "group_by": group_by, "metrics": metrics});
        let answer = tenant.post("/api/v1/query", body).await.expect(200);
        for (row, excluded) in rows(&answer).iter().zip(list(&answer, "excluded")) {
            let severity = row.get("severity").map_or("ALL", text);
            let excluded = number(&excluded[0]);
            figures.insert((span.figure, format!("{severity} n")), number(&row["total"]) - excluded);
            for (name, ..) in STATISTICS {
                figures.insert((span.figure, format!("{severity} {name}")), number(&row[name]));
            }
            if severity == "ALL" {
                figures.insert((span.figure, "ALL excluded".to_owned()), excluded);
            }
        }
    }
}

async fn ask_sla(tenant: &TestTenant<'_>, figures: &mut Figures) {
    let count = |filter: Value| json!({"op": "count", "where": filter});
    let metrics = json!([
        {"as": "n", "measure": count(json!({"field": "sla_met", "op": "is_null", "value": false}))},
        {"as": "met", "measure": count(json!({"field": "sla_met", "op": "eq", "value": true}))},
        {"as": "%", "metric": "sla_compliance"},
    ]);
    for (figure, key, name) in
        [(SLA_BY_SEVERITY, json!("severity"), "severity"), (SLA_BY_MONTH, json!({"time": "month"}), "month")]
    {
        for row in ask(tenant, ITSM_WINDOW, json!({"group_by": [key], "metrics": metrics})).await {
            let of = if name == "month" { month(&row[name]) } else { text(&row[name]) };
            for column in ["n", "met", "%"] {
                figures.insert((figure, format!("{of} {column}")), number(&row[column]));
            }
        }
    }
}

async fn ask_top(tenant: &TestTenant<'_>, figures: &mut Figures) {
    let resolved = json!({"field": "resolved_at", "op": "is_null", "value": false});
    let named = |field: &str| json!({"field": field, "op": "is_null", "value": false});
    let resolvers = json!({"group_by": ["resolved_by"], "filters": {"and": [resolved, named("resolved_by")]},
        "metrics": [{"as": "n", "metric": "total"}, {"as": "mean", "metric": "mttr_mean"}],
        "order_by": ["-n"], "limit": 10});
    for (i, row) in ask(tenant, ITSM_WINDOW, resolvers).await.iter().enumerate() {
        let place = place(i, &row["resolved_by"]);
        figures.insert((RESOLVERS, format!("{place} n")), number(&row["n"]));
        figures.insert((RESOLVERS, format!("{place} mean")), number(&row["mean"]));
    }
    let teams = json!({"group_by": ["team"], "filters": named("team"),
        "metrics": [{"as": "n", "metric": "total"}, {"as": "%", "metric": "sla_compliance"}],
        "order_by": [{"by": "n", "descending": true}], "limit": 10});
    for (i, row) in ask(tenant, ITSM_WINDOW, teams).await.iter().enumerate() {
        let place = place(i, &row["team"]);
        figures.insert((TEAMS, format!("{place} n")), number(&row["n"]));
        figures.insert((TEAMS, format!("{place} %")), number(&row["%"]));
    }
}

async fn ask_more(tenant: &TestTenant<'_>) -> Figures {
    let mut figures = Figures::new();
    let caused = json!({"op": "count", "where": {"field": "custom.caused_by_change", "op": "is_null", "value": false}});
    let caused = ask(tenant, ITSM_WINDOW, json!({"metrics": [{"as": "n", "measure": caused}]})).await;
    figures.insert(("caused by a change", "incidents".to_owned()), number(&caused[0]["n"]));
    for row in
        ask(tenant, ITSM_WINDOW, json!({"group_by": ["status"], "metrics": [{"metric": "total"}]})).await
    {
        figures.insert(("states", text(&row["status"]).to_owned()), number(&row["total"]));
    }
    // The expected throughput is that of the five who resolved the most.
    let five = json!({"resolved_by": ["15", "11", "85", "53", "177"]});
    for month in 2..=12 {
        let first = jiff::civil::date(2016, month, 1);
        let (start, end) = (first.to_string(), first.last_of_month().to_string());
        let window = [start.as_str(), end.as_str()];
        let body = json!({"filters": five, "metrics": [{"as": "n", "metric": "analyst_throughput"}]});
        for row in ask(tenant, window, body).await {
            let key = format!("{} {}", &start[..7], text(&row["resolved_by"]));
            figures.insert(("throughput by month and resolver", key), number(&row["n"]));
        }
    }
    for span in &SPANS {
        let of = json!({"minutes_between": ["created_at", span.until]});
        let metrics = json!([{"as": "min", "measure": {"op": "min", "of": of}}, {"as": "max", "measure": {"op": "max", "of": of}}]);
        for group_by in [json!(["severity"]), json!([])] {
            for row in ask(tenant, ITSM_WINDOW, json!({"group_by": group_by, "metrics": metrics})).await {
                let severity = row.get("severity").map_or("ALL", text);
                for name in ["min", "max"] {
                    figures.insert((span.figure, format!("{severity} {name}")), number(&row[name]));
                }
            }
        }
    }
    figures
}

async fn ask_lists(tenant: &TestTenant<'_>) -> Figures {
    let mut figures = Figures::new();
    for (figure, _, field) in LISTS {
        let body = json!({"group_by": [field], "filters": {"field": field, "op": "is_null", "value": false},
            "metrics": [{"as": "n", "metric": "total"}], "order_by": ["-n"], "limit": 10});
        for (i, row) in ask(tenant, VCDB_WINDOW, body).await.iter().enumerate() {
            figures.insert((figure, place(i, &row[field])), number(&row["n"]));
        }
    }
    figures
}

// What a report says.

async fn make_report(tenant: &TestTenant<'_>, report_type: &str, [start, end]: [&str; 2]) -> Value {
    let body = json!({"report_type": report_type, "start_date": start, "end_date": end, "formats": ["json"]});
    let report = tenant.report(body).await;
    assert_eq!(report["status"], "completed", "{report}");
    let id = text(&report["id"]);
    let file = tenant.get(&format!("/api/v1/reports/{id}/download?format=json")).await.expect(200);
    assert_eq!(file["data"], report["data"], "the file and the answer tell the same");
    report["data"].clone()
}

fn report_volume(data: &Value) -> Figures {
    let mut figures =
        Figures::from([((TOTAL, "all".to_owned()), number(&data["metrics"]["total"]["value"]))]);
    for row in table(data, "severity_distribution") {
        insert_count(&mut figures, SEVERITIES, text(&row["severity"]).to_owned(), number(&row["incidents"]));
    }
    for row in table(data, "volume_trend") {
        for severity in ["critical", "high", "medium", "low", "informational", "unrated"] {
            let key = format!("{} {severity}", month(&row["bucket"]));
            insert_count(&mut figures, MONTHS, key, number(&row[severity]));
        }
    }
    figures
}

fn report_itsm(data: &Value) -> Figures {
    let mut figures = report_volume(data);
    for span in &SPANS {
        for row in table(data, span.table) {
            let severity = text(&row["severity"]);
            if severity == "ALL" {
                figures.insert((span.figure, "ALL excluded".to_owned()), number(&row["excluded"]));
            }
            if number(&row["n"]) > 0.0 {
                figures.insert((span.figure, format!("{severity} n")), number(&row["n"]));
                for (name, _, column, _) in STATISTICS {
                    figures.insert((span.figure, format!("{severity} {name}")), number(&row[column]));
                }
            }
        }
    }
    for (figure, id, key) in
        [(SLA_BY_SEVERITY, "sla_by_severity", "severity"), (SLA_BY_MONTH, "sla_by_bucket", "bucket")]
    {
        for row in table(data, id).iter().filter(|row| number(&row["n"]) > 0.0) {
            let of = if key == "bucket" { month(&row[key]) } else { text(&row[key]) };
            for (name, column) in [("n", "n"), ("met", "met"), ("%", "met_percent")] {
                figures.insert((figure, format!("{of} {name}")), number(&row[column]));
            }
        }
    }
    for row in table(data, "backlog") {
        figures.insert((BACKLOG, text(&row["as_of"])[..10].to_owned()), number(&row["open"]));
    }
    let rework = &table(data, "rework")[0];
    figures.insert((REOPENED, "incidents".to_owned()), number(&rework["reopened"]));
    figures.insert((REASSIGNED, "incidents".to_owned()), number(&rework["reassigned"]));
    figures.insert((REASSIGNED, "times".to_owned()), number(&rework["reassignments"]));
    for (i, row) in table(data, "top_resolvers").iter().enumerate() {
        let place = place(i, &row["resolved_by"]);
        figures.insert((RESOLVERS, format!("{place} n")), number(&row["incidents"]));
        figures.insert((RESOLVERS, format!("{place} mean")), number(&row["mean_minutes_to_resolve"]));
    }
    for (i, row) in table(data, "top_teams").iter().enumerate() {
        let place = place(i, &row["team"]);
        figures.insert((TEAMS, format!("{place} n")), number(&row["incidents"]));
        figures.insert((TEAMS, format!("{place} %")), number(&row["met_percent"]));
    }
    figures
}

/// A report lists what did not occur as 0; the expected results do not list it.
fn insert_count(figures: &mut Figures, figure: &'static str, key: String, count: f64) {
    if count > 0.0 {
        figures.insert((figure, key), count);
    }
}

// Batches.

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % most as u64).expect("smaller than most")
    }
}

/// Sends rows in another order, in batches of 1 to 4,000.
async fn send_in_batches(tenant: &TestTenant<'_>, dice: &mut Dice, mut rows: Vec<Value>) {
    for i in (1..rows.len()).rev() {
        rows.swap(i, dice.below(i + 1));
    }
    let (mut rest, mut sent) = (rows.as_slice(), 0);
    while !rest.is_empty() {
        let (batch, later) = rest.split_at((1 + dice.below(4_000)).min(rest.len()));
        let lines: Vec<String> = batch.iter().map(Value::to_string).collect();
        let answer = tenant.ingest_gzip("uci_itsm", gzip(lines.join("\n").as_bytes())).await;
        assert_eq!(answer["rejected"], 0, "{answer}");
        (rest, sent) = (later, sent + batch.len());
    }
    assert_eq!(sent, rows.len());
}

fn as_open(resolved: &Value) -> Value {
    let unknown = |name| (name, Value::Null);
    let opened = ("updated_at", resolved["opened_at"].clone());
    with(resolved.clone(), &[opened, unknown("resolved_at"), unknown("closed_at"), unknown("resolved_by")])
}

fn with(mut row: Value, fields: &[(&str, Value)]) -> Value {
    for (name, value) in fields {
        row[*name] = value.clone();
    }
    row
}

// Reading and comparing.

/// Compares figure by figure, prints what was compared, and fails with every difference.
fn compare(what: &str, expected: &Figures, found: &Figures) {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut differences = Vec::new();
    let missing = found.keys().filter(|key| !expected.contains_key(key));
    for key in expected.keys().chain(missing) {
        let (wanted, got) = (expected.get(key), found.get(key));
        let equal = wanted.zip(got).is_some_and(|(wanted, got)| is_equal(*wanted, *got));
        let count = counts.entry(key.0).or_default();
        *count = (count.0 + 1, count.1 + usize::from(equal));
        if !equal {
            differences.push(format!("{}, {}: expected {wanted:?}, found {got:?}", key.0, key.1));
        }
    }
    println!("{what}: figure, compared, equal");
    for (figure, (compared, equal)) in &counts {
        println!("  {figure:<32} {compared:>5} {equal:>5}");
    }
    assert!(differences.is_empty(), "{what}\n{}", differences.join("\n"));
}

/// Equal to a millionth: the expected seconds were rounded to six decimals. Counts are far below a million.
fn is_equal(expected: f64, found: f64) -> bool {
    (expected - found).abs() <= expected.abs() * 1e-6
}

/// Halves go away from zero.
fn two_decimals(percent: f64) -> f64 {
    (percent * 100.0).round() / 100.0
}

fn rows(answer: &Value) -> Vec<Row> {
    let columns: Vec<&str> = list(answer, "columns").iter().map(text).collect();
    let row = |row: &Value| {
        let cells = row.as_array().unwrap().iter().cloned();
        columns.iter().map(|name| (*name).to_owned()).zip(cells).collect()
    };
    list(answer, "rows").iter().map(row).collect()
}

/// A table of a report's data.
fn table(data: &Value, id: &str) -> Vec<Row> {
    let sections = list(data, "sections");
    let mut tables = sections.iter().flat_map(|section| list(section, "tables"));
    rows(tables.find(|table| table["id"] == id).unwrap_or_else(|| panic!("no table {id}")))
}

fn list<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    json[name].as_array().unwrap_or_else(|| panic!("no list {name}"))
}

fn number(json: &Value) -> f64 {
    json.as_f64().unwrap_or_else(|| panic!("{json} is no number"))
}

fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_else(|| panic!("{json} is no text"))
}

fn month(instant: &Value) -> &str {
    assert!(text(instant).ends_with("-01T00:00:00Z"), "{instant} is the start of a month");
    &text(instant)[..7]
}

/// Place and value in a top list.
fn place(index: usize, value: &Value) -> String {
    format!("{:02} {}", index + 1, text(value))
}
