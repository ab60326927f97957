//! Figures: their names and keys, how they are compared, and how they are read out of JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Figures by name and key.
pub(crate) type Figures = BTreeMap<(&'static str, String), f64>;
pub(crate) type Row = Map<String, Value>;

pub(crate) const TOTAL: &str = "total";
pub(crate) const MONTHS: &str = "months × severity";
pub(crate) const SEVERITIES: &str = "severities";
pub(crate) const SLA_BY_SEVERITY: &str = "SLA by severity";
pub(crate) const SLA_BY_MONTH: &str = "SLA by month";
pub(crate) const BACKLOG: &str = "backlog at each month's end";
pub(crate) const REOPENED: &str = "reopened";
pub(crate) const REASSIGNED: &str = "reassigned";
pub(crate) const RESOLVERS: &str = "top resolvers";
pub(crate) const TEAMS: &str = "top teams";
pub(crate) const SPANS: [Span; 2] = [
    Span { figure: "MTTA (minutes)", id: "mtta", until: "acknowledged_at", table: "time_to_acknowledge" },
    Span { figure: "MTTR (minutes)", id: "mttr", until: "resolved_at", table: "time_to_resolve" },
];

/// A duration that is told by its mean and percentiles.
pub(crate) struct Span {
    pub(crate) figure: &'static str,
    /// Its member in the expected results.
    pub(crate) id: &'static str,
    pub(crate) until: &'static str,
    /// Its table in a report.
    pub(crate) table: &'static str,
}

/// Statistics: here, in the expected results (in seconds), in a report's table, and as a measure.
pub(crate) const STATISTICS: [(&str, &str, &str, Option<f64>); 4] = [
    ("mean", "mean_s", "mean_minutes", None),
    ("p50", "p50_s", "median_minutes", Some(0.5)),
    ("p90", "p90_s", "p90_minutes", Some(0.9)),
    ("p95", "p95_s", "p95_minutes", Some(0.95)),
];

/// Top lists of VCDB: the figure, its list, and the field it is made from.
pub(crate) const LISTS: [(&str, &str, &str); 3] = [
    ("top actions", "top10_action_varieties", "tags"),
    ("top countries", "top10_countries", "custom.victim_country"),
    ("top victims", "top10_victims", "title"),
];

/// Compares figure by figure, prints what was compared, and fails with every difference.
pub(crate) fn compare(what: &str, expected: &Figures, found: &Figures) {
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
pub(crate) fn is_equal(expected: f64, found: f64) -> bool {
    (expected - found).abs() <= expected.abs() * 1e-6
}

/// Halves go away from zero.
pub(crate) fn two_decimals(percent: f64) -> f64 {
    (percent * 100.0).round() / 100.0
}

pub(crate) fn rows(answer: &Value) -> Vec<Row> {
    let columns: Vec<&str> = list(answer, "columns").iter().map(text).collect();
    let row = |row: &Value| {
        let cells = row.as_array().unwrap().iter().cloned();
        columns.iter().map(|name| (*name).to_owned()).zip(cells).collect()
    };
    list(answer, "rows").iter().map(row).collect()
}

/// A table of a report's data.
pub(crate) fn table(data: &Value, id: &str) -> Vec<Row> {
    let sections = list(data, "sections");
    let mut tables = sections.iter().flat_map(|section| list(section, "tables"));
    rows(tables.find(|table| table["id"] == id).unwrap_or_else(|| panic!("no table {id}")))
}

pub(crate) fn list<'a>(json: &'a Value, name: &str) -> &'a [Value] {
    json[name].as_array().unwrap_or_else(|| panic!("no list {name}"))
}

pub(crate) fn number(json: &Value) -> f64 {
    json.as_f64().unwrap_or_else(|| panic!("{json} is no number"))
}

pub(crate) fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_else(|| panic!("{json} is no text"))
}

pub(crate) fn month(instant: &Value) -> &str {
    assert!(text(instant).ends_with("-01T00:00:00Z"), "{instant} is the start of a month");
    &text(instant)[..7]
}

/// Place and value in a top list.
pub(crate) fn place(index: usize, value: &Value) -> String {
    format!("{:02} {}", index + 1, text(value))
}

#[test]
fn a_figure_that_differs_or_that_only_one_side_has_is_a_difference() {
    let figures = |list: &[(&str, f64)]| -> Figures {
        list.iter().map(|(key, value)| ((TOTAL, (*key).to_owned()), *value)).collect()
    };
    let expected = figures(&[("all", 12_157.0), ("mean", 13_407.359_543_55)]);
    for (found, same) in [
        (figures(&[("all", 12_157.0), ("mean", 13_407.359_543_6)]), true),
        (figures(&[("all", 12_158.0), ("mean", 13_407.359_543_55)]), false),
        (figures(&[("all", 12_157.0), ("mean", 13_407.4)]), false),
        (figures(&[("all", 12_157.0)]), false),
        (figures(&[("all", 12_157.0), ("mean", 13_407.359_543_55), ("more", 1.0)]), false),
    ] {
        let compared = std::panic::catch_unwind(|| compare("two lists", &expected, &found));
        assert_eq!(compared.is_ok(), same, "{found:?}");
    }
}
