//! The expected results as figures. They tell durations in seconds and percentages with four decimals.

use serde_json::Value;

use crate::figures::{
    BACKLOG, Figures, LISTS, MONTHS, REASSIGNED, REOPENED, RESOLVERS, SEVERITIES, SLA_BY_MONTH,
    SLA_BY_SEVERITY, SPANS, STATISTICS, Span, TEAMS, TOTAL, list, number, place, text, two_decimals,
};

pub(crate) fn expected_itsm(expected: &Value) -> Figures {
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

pub(crate) fn expect_span(expected: &Value, span: &Span, figures: &mut Figures) {
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
pub(crate) fn expected_more(expected: &Value) -> Figures {
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

pub(crate) fn expected_vcdb(expected: &Value) -> Figures {
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

pub(crate) fn expected_lists(expected: &Value) -> Figures {
    let of = |(figure, name, _): (&'static str, &str, &str)| {
        let rows: Vec<_> = list(expected, name).iter().enumerate().collect();
        rows.into_iter()
            .map(move |(i, row)| ((figure, place(i, &row["value"])), number(&row["n"])))
            .collect::<Vec<_>>()
    };
    LISTS.into_iter().flat_map(of).collect()
}
