//! The answers of `POST /query` as figures.

use serde_json::{Value, json};
use sitrep_tests::TestTenant;
use sitrep_tests::data::expected;

use crate::figures::{
    BACKLOG, Figures, LISTS, MONTHS, REASSIGNED, REOPENED, RESOLVERS, Row, SEVERITIES, SLA_BY_MONTH,
    SLA_BY_SEVERITY, SPANS, STATISTICS, Span, TEAMS, TOTAL, list, month, number, place, rows, text,
};

pub(crate) const ITSM_WINDOW: [&str; 2] = ["2016-02-01", "2017-02-28"];
pub(crate) const VCDB_WINDOW: [&str; 2] = ["2013-02-01", "2014-08-31"];

pub(crate) async fn ask(tenant: &TestTenant<'_>, [start, end]: [&str; 2], patch: Value) -> Vec<Row> {
    let mut body = json!({"dataset": "incidents", "start": start, "end": end});
    body.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
    let answer = tenant.post("/api/v1/query", body).await.expect(200);
    rows(&answer)
}

pub(crate) async fn ask_volume(tenant: &TestTenant<'_>, window: [&str; 2]) -> Figures {
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

pub(crate) async fn ask_itsm(tenant: &TestTenant<'_>) -> Figures {
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

pub(crate) async fn ask_span(tenant: &TestTenant<'_>, span: &Span, figures: &mut Figures) {
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

pub(crate) async fn ask_sla(tenant: &TestTenant<'_>, figures: &mut Figures) {
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

pub(crate) async fn ask_top(tenant: &TestTenant<'_>, figures: &mut Figures) {
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

pub(crate) async fn ask_more(tenant: &TestTenant<'_>) -> Figures {
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

pub(crate) async fn ask_lists(tenant: &TestTenant<'_>) -> Figures {
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
