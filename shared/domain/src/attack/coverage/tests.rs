//! Coverage of a handful of ids, counted by hand.

use super::*;
use crate::result::{Cell, Figure, ResultRow};

const ID: CatalogueId = CatalogueId::Attack18_1;

fn covered(ids: &[&str]) -> Covered {
    Covered::new(ID, ids.iter().filter_map(|id| catalogue(ID).find_technique(id)))
}

fn share(ids: &[&str], tactic: Option<&str>, rolled: bool) -> (u32, u32) {
    let tactic = tactic.map(|name| catalogue(ID).find_tactic(name).expect(name));
    let share = covered(ids).share(tactic, rolled);
    (share.covered, share.techniques)
}

#[test]
fn a_technique_is_covered_by_exactly_its_id_and_rolled_up_through_its_sub_techniques() {
    for (ids, exact, rolled) in [
        (&[][..], 0, 0),
        (&["T1059"], 1, 1),
        (&["T1059.001"], 1, 2),
        (&["T1059.001", "T1059.003"], 2, 3),
        (&["T1059", "T1059.001"], 2, 2),
        (&["T1086", "T1043", "T9999", "t1059", "T1059.999"], 0, 0),
        // Revoked, and a sub-technique of an active one.
        (&["T1574.002"], 0, 0),
    ] {
        assert_eq!(share(ids, None, false), (exact, 691), "{ids:?}");
        assert_eq!(share(ids, None, true), (rolled, 691), "{ids:?} rolled up");
    }
}

#[test]
fn a_technique_of_two_tactics_counts_in_both() {
    // T1078 is a technique of initial access, persistence, privilege escalation and defense evasion.
    for (tactic, expected) in
        [("initial-access", (1, 22)), ("persistence", (1, 126)), ("discovery", (0, 49)), ("impact", (0, 33))]
    {
        assert_eq!(share(&["T1078"], Some(tactic), false), expected, "{tactic}");
    }
}

#[test]
fn the_mean_of_tactics_gives_each_tactic_the_same_weight() {
    let one = covered(&["T1078"]);
    let tactics = ["initial-access", "persistence", "privilege-escalation", "defense-evasion"];
    let sum: f64 = tactics.iter().map(|t| one.ratio(&CoverageScope::Tactic((*t).to_owned()), false)).sum();
    assert!((one.ratio(&CoverageScope::MeanOfTactics, false) - sum / 14.0).abs() < 1e-15);
    assert_eq!(covered(&[]).ratio(&CoverageScope::MeanOfTactics, true), 0.0);
}

#[test]
fn ids_that_do_not_count_are_reported_with_the_reason() {
    let figure = |n: i64| Figure { value: Cell::Integer(n), population: n.unsigned_abs(), excluded: 0 };
    let row = |key: Cell, records: i64, counting: i64| ResultRow {
        keys: vec![key],
        figures: vec![figure(records), figure(counting)],
    };
    let id = |id: &str| Cell::Text(id.to_owned());
    let result = QueryResult {
        key_names: vec!["techniques".to_owned()],
        figure_names: vec![CoverageReport::RECORDS.to_owned(), CoverageReport::COUNTING.to_owned()],
        rows: vec![
            row(id("T1043"), 1, 0),
            row(id("T1059.001"), 5, 4),
            row(id("T1078"), 2, 0),
            row(id("T1086"), 1, 1),
            row(id("T9999"), 3, 2),
            row(Cell::Null, 94, 90),
        ],
        total_rows: 6,
        unassigned: 0,
    };
    let report = CoverageReport::of_result(ID, &result).unwrap();
    let overall = &report.overall;
    assert_eq!(
        (overall.covered, overall.covered_rolled),
        (1, 2),
        "an id of withdrawn rules alone covers nothing"
    );
    assert_eq!((overall.percent, overall.percent_rolled), (0.14, 0.29));
    let told: Vec<_> = report
        .not_counted
        .iter()
        .map(|n| (n.id.as_str(), n.reason, n.replaced_by.as_deref(), n.records, n.counting_records))
        .collect();
    assert_eq!(
        told,
        [
            ("T9999", NotCountedReason::Unknown, None, 3, 2),
            ("T1043", NotCountedReason::Deprecated, None, 1, 0),
            ("T1086", NotCountedReason::Revoked, Some("T1059.001"), 1, 1),
        ]
    );
    let cut = QueryResult { total_rows: 7, ..result };
    assert_eq!(
        CoverageReport::of_result(ID, &cut),
        None,
        "figures of a part are not shown as those of the whole"
    );
}
