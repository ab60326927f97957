//! Windows, filters, padding and rates, on results made by hand.

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::invalid::InvalidKind;

const NOW: &str = "2026-11-20T22:30:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn parameters(start: &str, end: &str, zone: &str) -> AnalyticsParameters {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    AnalyticsParameters {
        start_date: given(start),
        end_date: given(end),
        timezone: given(zone),
        filters: Vec::new(),
    }
}

fn parse(start: &str, end: &str, zone: &str) -> Result<AnalyticsInput, Invalid> {
    AnalyticsInput::parse(&parameters(start, end, zone), "UTC", at(NOW))
}

fn filtered(filters: &[(&'static str, &[&str])]) -> Result<AnalyticsInput, Invalid> {
    let filters =
        filters.iter().map(|(field, values)| (*field, values.iter().map(ToString::to_string).collect()));
    let parameters = AnalyticsParameters { filters: filters.collect(), ..AnalyticsParameters::default() };
    AnalyticsInput::parse(&parameters, "UTC", at(NOW))
}

/// A result with the names of the question's query and these rows: keys, then the values of the figures.
fn result(query: &Query, rows: &[(&[Cell], &[Cell])]) -> QueryResult {
    let figure = |value: &Cell| Figure { value: value.clone(), population: 1, excluded: 2 };
    let row = |(keys, values): &(&[Cell], &[Cell])| ResultRow {
        keys: keys.to_vec(),
        figures: values.iter().map(figure).collect(),
    };
    QueryResult {
        key_names: query.group_by.iter().map(|key| key.name().to_owned()).collect(),
        figure_names: query.measures.iter().map(|measure| measure.name.clone()).collect(),
        rows: rows.iter().map(row).collect(),
        total_rows: rows.len() as u64,
        unassigned: 0,
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

#[test]
fn a_window_is_half_open_and_a_bare_end_day_is_included() {
    for (start, end, zone, expected) in [
        ("2026-10-01", "2026-10-31", "UTC", ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z")),
        ("2026-10-25", "2026-10-25", "Europe/Berlin", ("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")),
        ("2026-10-01", "2026-10-02T03:00:00Z", "UTC", ("2026-10-01T00:00:00Z", "2026-10-02T03:00:00Z")),
        // Without dates: the last 30 whole local days. In Tokyo it is the 21st already.
        ("", "", "", ("2026-10-22T00:00:00Z", "2026-11-21T00:00:00Z")),
        ("", "", "Asia/Tokyo", ("2026-10-22T15:00:00Z", "2026-11-21T15:00:00Z")),
        ("2026-11-01", "", "", ("2026-11-01T00:00:00Z", "2026-11-21T00:00:00Z")),
        ("", "2026-03-30", "", ("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z")),
        ("", "2026-03-31T00:00:00Z", "", ("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z")),
    ] {
        let window = parse(start, end, zone).unwrap().window();
        assert_eq!((window.start(), window.end()), (at(expected.0), at(expected.1)), "{start}..{end} {zone}");
    }
}

#[test]
fn ninety_days_are_the_most_on_the_calendar_or_on_the_clock() {
    let berlin = "Europe/Berlin";
    for (start, end, zone) in [
        ("2026-01-01", "2026-03-31", "UTC"),
        // 90 local days of one hour more than 90 times 24 hours.
        ("2026-08-01", "2026-10-29", berlin),
        ("2026-07-31T22:00:00Z", "2026-10-29T23:00:00Z", berlin),
        // 90 times 24 hours, one hour more on the wall clock.
        ("2026-03-01T00:00:00Z", "2026-05-30T00:00:00Z", berlin),
    ] {
        assert!(parse(start, end, zone).is_ok(), "{start}..{end} {zone}");
    }
    for (start, end) in [
        ("2026-01-01", "2026-04-01"),
        ("2026-01-01T00:00:00Z", "2026-04-01T00:00:01Z"),
        ("2026-01-01", "2026-04-01T00:00:01Z"),
        ("2026-01-01", ""),
        ("0001-01-01", "9999-12-31"),
    ] {
        let refused = parse(start, end, "").unwrap_err();
        assert_eq!(refused.kind, InvalidKind::DateRangeTooLarge, "{start}..{end}");
        assert_eq!(refused.to_string(), "Date range cannot exceed 90 days");
        assert_eq!(refused.errors[0].field, "end_date");
    }
}

#[test]
fn the_period_before_has_as_many_days_or_as_many_seconds() {
    let berlin = "Europe/Berlin";
    for (start, end, expected) in [
        ("2026-03-29", "2026-03-30", "2026-03-26T23:00:00Z"),
        ("2026-03-01", "2026-03-31", "2026-01-28T23:00:00Z"),
        ("2026-03-29T00:00:00Z", "2026-03-30T12:00:00Z", "2026-03-27T12:00:00Z"),
    ] {
        let input = parse(start, end, berlin).unwrap();
        let previous = input.previous();
        assert_eq!((previous.start(), previous.end()), (at(expected), input.window().start()), "{start}");
    }
}

#[test]
fn bad_parameters_are_refused_by_name() {
    for (start, end, zone, field) in [
        ("soon", "", "", "start_date"),
        ("2026-02-30", "", "", "start_date"),
        ("2026-10-01", "2026-10-01T00:00", "", "end_date"),
        ("2026-10-02", "2026-10-01", "", "end_date"),
        ("2026-10-02", "2026-10-02T00:00:00Z", "", "end_date"),
        ("", "", "Mars/Olympus", "timezone"),
    ] {
        assert_eq!(parse(start, end, zone).unwrap_err().errors[0].field, field, "{start}..{end} {zone}");
    }
    for (field, value, told) in [
        ("severity", "severe", "critical, high, medium, low, informational, unrated"),
        ("action", "deny", "blocked, allowed, quarantined, alerted"),
        ("colour", "red", "workspace_id"),
    ] {
        let refused = filtered(&[(field, &[value])]).unwrap_err();
        assert_eq!(refused.errors[0].field, field);
        assert!(refused.to_string().contains(told), "{refused}");
    }
}

#[test]
fn filters_are_or_within_a_column_and_and_between_columns() {
    let among = |field: &str, values: &[&str]| json!({"field": field, "op": "in", "value": values});
    for (filters, expected) in [
        (&[][..], json!(null)),
        (&[("team", &[][..])], json!(null)),
        (&[("severity", &["high", "low"][..])], among("severity", &["high", "low"])),
        (
            &[("team", &["a", "b"][..]), ("tags", &["x"])],
            json!({"and": [among("team", &["a", "b"]), among("tags", &["x"])]}),
        ),
        (
            &[("severity", &["unrated", "low"][..])],
            json!({"or": [among("severity", &["low"]), {"field": "severity", "op": "is_null", "value": true}]}),
        ),
    ] {
        assert_eq!(json!(filtered(filters).unwrap().filter()), expected);
    }
}

#[test]
fn every_question_asks_well_typed_queries() {
    let all =
        FILTERS.map(|field| (field, if field == "severity" { &["high"] } else { &["blocked"] } as &[_]));
    let input = filtered(&all).unwrap();
    let mut queries = Vec::new();
    for interval in Interval::ALL {
        for group_by in SeriesKey::ALL.map(Some).into_iter().chain([None]) {
            queries.extend(Trends { input: input.clone(), interval, group_by }.queries());
        }
    }
    for by in ViolatorKind::ALL {
        queries.extend(TopViolators { input: input.clone(), by, limit: 10 }.queries());
    }
    queries.extend(DataTypes { input: input.clone() }.queries());
    queries.extend(PolicyViolations { input: input.clone() }.queries());
    queries.extend(SeverityDistribution { input: input.clone() }.queries());
    queries.extend(Summary { input: input.clone() }.queries());
    for query in &queries {
        query.check().unwrap();
        assert_eq!(query.filter.as_ref(), input.filter());
    }
}

#[test]
fn every_series_has_every_bucket_and_hours_that_come_twice_are_two() {
    let input = parse("2026-10-25", "2026-10-25", "Europe/Berlin").unwrap();
    let trends = Trends { input, interval: Interval::Hour, group_by: Some(SeriesKey::Type) };
    let hour = |text| Cell::Time(at(text));
    let rows: [(&[Cell], &[Cell]); 4] = [
        (&[hour("2026-10-25T00:00:00Z"), text("a")], &[Cell::Integer(3)]),
        (&[hour("2026-10-25T01:00:00Z"), text("a")], &[Cell::Integer(4)]),
        (&[hour("2026-10-25T01:00:00Z"), Cell::Null], &[Cell::Integer(1)]),
        (&[hour("2026-10-25T01:00:00Z"), text("unassigned")], &[Cell::Integer(2)]),
    ];
    let answer = trends.answer(&[result(&trends.queries()[0], &rows)]).unwrap();
    assert_eq!(answer.total_incidents, 10);
    let keys: Vec<&str> = answer.series.iter().map(|series| series.key.as_str()).collect();
    assert_eq!(keys, ["a", "unassigned"]);
    let first: Vec<u64> = answer.series[0].points.iter().map(|point| point.count).collect();
    assert_eq!(first.len(), 25);
    assert_eq!(first[..4], [0, 0, 3, 4]);
    assert_eq!(answer.series[1].points[3].count, 3);
    let told = json!(answer);
    assert_eq!(told["series"]["a"][2], json!({"timestamp": "2026-10-25T00:00:00Z", "count": 3}));
}

#[test]
fn a_trend_without_incidents_is_a_row_of_zeros_and_one_by_column_is_empty() {
    let input = parse("2026-03-28", "2026-03-30", "Europe/Berlin").unwrap();
    for (group_by, expected) in [(None, 1), (Some(SeriesKey::Severity), 0)] {
        let trends = Trends { input: input.clone(), interval: Interval::Day, group_by };
        let answer = trends.answer(&[result(&trends.queries()[0], &[])]).unwrap();
        assert_eq!((answer.series.len(), answer.total_incidents), (expected, 0));
        assert!(answer.series.iter().all(|series| series.key == "total" && series.points.len() == 3));
    }
}

#[test]
fn series_of_severities_come_worst_first() {
    let input = parse("2026-10-01", "2026-10-01", "").unwrap();
    let trends = Trends { input, interval: Interval::Week, group_by: Some(SeriesKey::Severity) };
    let week = Cell::Time(at("2026-09-28T00:00:00Z"));
    let keys = ["high", "unrated", "critical"].map(|key| [week.clone(), text(key)]);
    let rows: Vec<(&[Cell], &[Cell])> =
        keys.iter().map(|key| (&key[..], &[Cell::Integer(1)] as &[_])).collect();
    let answer = trends.answer(&[result(&trends.queries()[0], &rows)]).unwrap();
    let keys: Vec<&str> = answer.series.iter().map(|series| series.key.as_str()).collect();
    assert_eq!(keys, ["critical", "high", "unrated"]);
    assert_eq!(answer.series[0].points[0].timestamp, at("2026-09-28T00:00:00Z"), "Monday, before the window");
}

#[test]
fn a_trend_of_too_many_points_is_refused_and_names_the_limit() {
    let input = parse("2026-01-01", "2026-03-31", "").unwrap();
    let trends = Trends { input, interval: Interval::Hour, group_by: Some(SeriesKey::Type) };
    assert_eq!(trends.buckets().len(), 2_160);
    let hour = Cell::Time(at("2026-01-01T00:00:00Z"));
    let keys: Vec<[Cell; 2]> = (0..24).map(|i| [hour.clone(), text(&format!("t{i}"))]).collect();
    let rows: Vec<(&[Cell], &[Cell])> =
        keys.iter().map(|key| (&key[..], &[Cell::Integer(1)] as &[_])).collect();
    let query = &trends.queries()[0];
    assert!(trends.answer(&[result(query, &rows[..23])]).is_ok());
    let refused = trends.answer(&[result(query, &rows)]).unwrap_err();
    assert_eq!(refused.kind, InvalidKind::LimitExceeded);
    assert!(refused.to_string().contains("50000") && refused.to_string().contains("24 series"), "{refused}");
}

#[test]
fn the_distribution_has_every_severity_and_its_share() {
    let distribution = SeverityDistribution { input: parse("", "", "").unwrap() };
    let query = &distribution.queries()[0];
    let (high, unrated) = ([text("high")], [text("unrated")]);
    let rows: [(&[Cell], &[Cell]); 2] = [(&high, &[Cell::Integer(2)]), (&unrated, &[Cell::Integer(1)])];
    let answer = distribution.answer(&[result(query, &rows)]).unwrap();
    let told: Vec<_> = answer.distribution.iter().map(|s| (s.severity, s.count, s.percentage)).collect();
    assert_eq!(
        told,
        [
            ("critical", 0, Some(0.0)),
            ("high", 2, Some(66.67)),
            ("medium", 0, Some(0.0)),
            ("low", 0, Some(0.0)),
            ("informational", 0, Some(0.0)),
            ("unrated", 1, Some(33.33)),
        ]
    );
    let nothing = distribution.answer(&[result(query, &[])]).unwrap();
    assert!(nothing.distribution.iter().all(|share| share.percentage.is_none()), "{nothing:?}");
}

#[test]
fn a_list_that_was_cut_is_refused() {
    let policies = PolicyViolations { input: parse("", "", "").unwrap() };
    let mut cut = result(&policies.queries()[0], &[]);
    cut.total_rows = 10_001;
    let refused = policies.answer(&[cut]).unwrap_err();
    assert_eq!((refused.kind, refused.errors[0].field.as_str()), (InvalidKind::LimitExceeded, "policy_id"));
}
