//! The data of a report as figures.

use serde_json::{Value, json};
use sitrep_tests::TestTenant;

use crate::figures::{
    BACKLOG, Figures, MONTHS, REASSIGNED, REOPENED, RESOLVERS, SEVERITIES, SLA_BY_MONTH, SLA_BY_SEVERITY,
    SPANS, STATISTICS, TEAMS, TOTAL, month, number, place, table, text,
};

pub(crate) async fn make_report(
    tenant: &TestTenant<'_>,
    report_type: &str,
    [start, end]: [&str; 2],
) -> Value {
    let body = json!({"report_type": report_type, "start_date": start, "end_date": end, "formats": ["json"]});
    let report = tenant.report(body).await;
    assert_eq!(report["status"], "completed", "{report}");
    let id = text(&report["id"]);
    let file = tenant.get(&format!("/api/v1/reports/{id}/download?format=json")).await.expect(200);
    assert_eq!(file["data"], report["data"], "the file and the answer tell the same");
    report["data"].clone()
}

pub(crate) fn report_volume(data: &Value) -> Figures {
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

pub(crate) fn report_itsm(data: &Value) -> Figures {
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
pub(crate) fn insert_count(figures: &mut Figures, figure: &'static str, key: String, count: f64) {
    if count > 0.0 {
        figures.insert((figure, key), count);
    }
}
