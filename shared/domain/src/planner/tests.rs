//! Changes of clock as a table, the promises of a weekly and a daily schedule, and the planner against its oracle.

use jiff::civil::{Weekday, date};
use jiff::{SignedDuration, ToSpan};
use proptest::prelude::*;
use proptest::sample::select;

use super::oracle::Oracle;
use super::*;
use crate::calendar::{find_zone, local_of};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn cadence(cron: &str) -> Cadence {
    CronExpression::parse(cron).unwrap().into()
}

fn fires(cron: &str, zone: &str, after: &str, most: usize) -> Vec<(String, FireKind)> {
    let zone = find_zone(zone).unwrap();
    list_fires(&cadence(cron), &zone, at(after), Timestamp::MAX, most)
        .iter()
        .map(|fire| (fire.at.to_string(), fire.kind))
        .collect()
}

#[test]
fn changes_of_clock_move_fixed_hours_and_follow_the_clock_for_stars_and_steps() {
    use FireKind::{Fold, Gap, Normal};
    for (cron, zone, after, expected) in [
        // Spring in Berlin: 02:00 to 03:00 does not exist on 29 March 2026.
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-03-28T00:00:00Z",
            vec![
                ("2026-03-28T01:30:00Z", Normal),
                ("2026-03-29T01:00:00Z", Gap),
                ("2026-03-30T00:30:00Z", Normal),
            ],
        ),
        (
            "*/15 2 * * *",
            "Europe/Berlin",
            "2026-03-29T00:00:00Z",
            vec![("2026-03-29T01:00:00Z", Gap), ("2026-03-30T00:00:00Z", Normal)],
        ),
        (
            "0 2,3 * * *",
            "Europe/Berlin",
            "2026-03-29T00:00:00Z",
            vec![("2026-03-29T01:00:00Z", Normal), ("2026-03-30T00:00:00Z", Normal)],
        ),
        (
            "0 1-3 * * *",
            "Europe/Berlin",
            "2026-03-28T23:00:00Z",
            vec![
                ("2026-03-29T00:00:00Z", Normal),
                ("2026-03-29T01:00:00Z", Normal),
                ("2026-03-29T23:00:00Z", Normal),
            ],
        ),
        (
            "30 * * * *",
            "Europe/Berlin",
            "2026-03-29T00:00:00Z",
            vec![("2026-03-29T00:30:00Z", Normal), ("2026-03-29T01:30:00Z", Normal)],
        ),
        ("30 */2 * * *", "Europe/Berlin", "2026-03-29T00:30:00Z", vec![("2026-03-29T02:30:00Z", Normal)]),
        // Autumn in Berlin: 02:00 to 03:00 comes twice on 25 October 2026.
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2026-10-25T00:00:00Z",
            vec![("2026-10-25T00:30:00Z", Fold), ("2026-10-26T01:30:00Z", Normal)],
        ),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", vec![("2026-10-26T01:30:00Z", Normal)]),
        (
            "30 */2 * * *",
            "Europe/Berlin",
            "2026-10-25T00:00:00Z",
            vec![
                ("2026-10-25T00:30:00Z", Fold),
                ("2026-10-25T01:30:00Z", Fold),
                ("2026-10-25T03:30:00Z", Normal),
            ],
        ),
        (
            "30 2-2/1 25 10 *",
            "Europe/Berlin",
            "2026-10-25T00:30:00Z",
            vec![("2026-10-25T01:30:00Z", Fold), ("2027-10-25T00:30:00Z", Normal)],
        ),
        // Half an hour in Lord Howe, midnight in Sao Paulo, two hours in Troll, and a whole day in Apia.
        (
            "15 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T00:00:00Z",
            vec![("2026-10-03T15:30:00Z", Gap), ("2026-10-04T15:15:00Z", Normal)],
        ),
        (
            "0 0 * * *",
            "America/Sao_Paulo",
            "2018-11-03T12:00:00Z",
            vec![("2018-11-04T03:00:00Z", Gap), ("2018-11-05T02:00:00Z", Normal)],
        ),
        (
            "30 1,2 * * *",
            "Antarctica/Troll",
            "2026-03-29T00:00:00Z",
            vec![("2026-03-29T01:00:00Z", Gap), ("2026-03-29T23:30:00Z", Normal)],
        ),
        (
            "0 9 * * *",
            "Pacific/Apia",
            "2011-12-29T12:00:00Z",
            vec![
                ("2011-12-29T19:00:00Z", Normal),
                ("2011-12-30T10:00:00Z", Gap),
                ("2011-12-30T19:00:00Z", Normal),
            ],
        ),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(at, kind)| (at.to_owned(), kind)).collect();
        assert_eq!(fires(cron, zone, after, expected.len()), expected, "{cron} {zone} after {after}");
    }
}

#[test]
fn a_fire_in_a_gap_shows_the_local_time_that_was_left_out() {
    let berlin = find_zone("Europe/Berlin").unwrap();
    let fire = next_fire(&cadence("30 2 * * *"), &berlin, at("2026-03-29T00:00:00Z")).unwrap();
    assert_eq!(fire.local, date(2026, 3, 29).at(2, 30, 0, 0));
    assert_eq!(local_of(fire.at, &berlin), date(2026, 3, 29).at(3, 0, 0, 0));
}

#[test]
fn a_fire_is_strictly_after_even_by_a_nanosecond_and_never_past_the_calendar() {
    let daily = cadence("0 8 * * *");
    let eight = at("2026-11-20T08:00:00Z");
    let just_before = eight - SignedDuration::from_nanos(1);
    assert_eq!(next_fire(&daily, &TimeZone::UTC, just_before).unwrap().at, eight);
    assert_eq!(next_fire(&daily, &TimeZone::UTC, eight).unwrap().at, at("2026-11-21T08:00:00Z"));
    assert_eq!(next_fire(&daily, &TimeZone::UTC, Timestamp::MAX), None);
    assert!(next_fire(&daily, &TimeZone::UTC, Timestamp::MIN).is_some());
    assert_eq!(next_fire(&cadence("0 0 29 2 *"), &TimeZone::UTC, at("9999-01-01T00:00:00Z")), None);
}

#[test]
fn a_list_ends_at_its_last_instant_and_at_its_length() {
    let hourly = cadence("0 * * * *");
    let (after, until) = (at("2026-11-20T08:00:00Z"), at("2026-11-20T11:00:00Z"));
    let hours = |most| list_fires(&hourly, &TimeZone::UTC, after, until, most).len();
    assert_eq!((hours(99), hours(2), hours(0)), (3, 2, 0));
}

#[test]
fn monday_nine_in_berlin_comes_exactly_once_per_iso_week_for_ten_years() {
    let berlin = find_zone("Europe/Berlin").unwrap();
    let (after, until) = (at("2025-12-28T23:00:00Z"), at("2036-01-06T23:00:00Z"));
    let fires = list_fires(&cadence("0 9 * * 1"), &berlin, after, until, 10_000);
    let mondays = date(2025, 12, 29).series(1.week()).take_while(|day| *day <= date(2035, 12, 31));
    let expected: Vec<_> = mondays.map(|day| day.at(9, 0, 0, 0)).collect();
    assert_eq!(expected.len(), 523);
    assert!(expected.iter().all(|local| local.weekday() == Weekday::Monday));
    let locals: Vec<_> = fires.iter().map(|fire| local_of(fire.at, &berlin)).take(expected.len()).collect();
    assert_eq!(locals, expected);
}

#[test]
fn half_past_two_in_berlin_comes_exactly_once_per_civil_day_through_both_changes() {
    let berlin = find_zone("Europe/Berlin").unwrap();
    let (after, until) = (at("2025-12-31T23:00:00Z"), at("2027-12-31T22:59:59Z"));
    let fires = list_fires(&cadence("30 2 * * *"), &berlin, after, until, 10_000);
    let days: Vec<_> = fires.iter().map(|fire| local_of(fire.at, &berlin).date()).collect();
    let expected: Vec<_> = date(2026, 1, 1).series(1.day()).take(730).collect();
    assert_eq!(days, expected);
    let kinds = |kind| fires.iter().filter(|fire| fire.kind == kind).count();
    assert_eq!((kinds(FireKind::Gap), kinds(FireKind::Fold)), (2, 2));
}

/// Zones with every sort of change: an hour, half an hour, two hours, at midnight, just past midnight, a whole day.
const ZONES: [&str; 16] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Santiago",
    "America/Caracas",
    "Africa/Casablanca",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Fiji",
    "Pacific/Kwajalein",
];

fn any_cron() -> impl Strategy<Value = String> {
    let minute = select(vec!["0", "30", "59", "7", "0,30", "5,35", "*/15", "*/30", "10/20", "1-40/20"]);
    let hour = prop_oneof![
        1 => (0..24).prop_map(|h: i32| h.to_string()),
        4 => (0..4).prop_map(|h: i32| h.to_string()),
        1 => (0..20, 0..4).prop_map(|(h, n)| format!("{h}-{}", h + n)),
        1 => (0..24, 0..24).prop_map(|(a, b)| format!("{a},{b}")),
        1 => (0..24, 2..12).prop_map(|(h, n)| format!("{h},*/{n}")),
        1 => (0..20, 1..4).prop_map(|(h, n)| format!("{h}-23/{n}")),
        1 => (1..12).prop_map(|n| format!("*/{n}")),
        1 => Just("*".to_owned()),
    ];
    let day = prop_oneof![
        9 => Just("*".to_owned()),
        1 => Just("L".to_owned()),
        1 => (1..32).prop_map(|d: i32| d.to_string()),
        1 => (2..9).prop_map(|n| format!("*/{n}")),
        1 => (1..20, 1..8).prop_map(|(d, n)| format!("{d}-{},L", d + n)),
    ];
    let month = prop_oneof![9 => Just("*".to_owned()), 1 => (1..13).prop_map(|m: i32| m.to_string()), 1 => Just("3,10-11".to_owned())];
    let weekday = prop_oneof![
        9 => Just("*".to_owned()),
        1 => (0..8).prop_map(|d: i32| d.to_string()),
        1 => (0..4, 1..4).prop_map(|(d, n)| format!("{d}-{}", d + n)),
        1 => (0..8, 1..6).prop_map(|(d, k)| format!("{d}#{k}")),
        1 => (0..8).prop_map(|d| format!("{d}L")),
        1 => (2..6).prop_map(|n| format!("*/{n},7")),
    ];
    (minute, hour, day, month, weekday)
        .prop_map(|(minute, hour, day, month, weekday)| format!("{minute} {hour} {day} {month} {weekday}"))
        .prop_filter("fires too often or never", |cron| CronExpression::parse(cron).is_ok())
}

/// From 1993, when Kwajalein skipped a day, to 2030.
fn any_instant() -> impl Strategy<Value = Timestamp> {
    (740_000_000_i64..1_900_000_000).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn assert_fires(cron: &str, zone: &TimeZone, after: Timestamp, until: Timestamp, expected: &[Timestamp]) {
    let fires = list_fires(&cadence(cron), zone, after, until, 100_000);
    let found: Vec<_> = fires.iter().map(|fire| fire.at).collect();
    assert_eq!(found, expected, "{cron} {zone:?} ({after}, {until}]");
    for fire in fires {
        let local = local_of(fire.at, zone);
        let cron = CronExpression::parse(cron).unwrap();
        assert_eq!(fire.kind == FireKind::Gap, !cron.matches(local), "{cron}: {fire:?}");
        assert_eq!(fire.kind == FireKind::Gap, fire.local != local, "{cron}: {fire:?}");
        assert!(cron.matches(fire.local), "{cron}: {fire:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn around_a_transition_the_planner_agrees_with_a_walk_over_the_minutes(
        cron in any_cron(), zone in select(ZONES.as_slice()), near in any_instant(), back_minutes in 0_i64..2_880,
    ) {
        let zone = find_zone(zone).unwrap();
        let transition = zone.following(near).next().map_or(near, |t| t.timestamp());
        let after = transition - SignedDuration::from_mins(back_minutes);
        let until = transition + SignedDuration::from_hours(50);
        assert_fires(&cron, &zone, after, until, &Oracle::new(&cron).walk_minutes(&zone, after, until));
    }

    #[test]
    fn the_next_fire_is_strictly_after_and_nothing_fires_in_between(
        cron in any_cron(), zone in select(ZONES.as_slice()), after in any_instant(),
    ) {
        let (cadence, zone) = (cadence(&cron), find_zone(zone).unwrap());
        let fire = next_fire(&cadence, &zone, after).unwrap();
        prop_assert!(fire.at > after);
        let just_before = fire.at - SignedDuration::from_nanos(1);
        prop_assert_eq!(next_fire(&cadence, &zone, just_before), Some(fire));
        let halfway = after + (fire.at.duration_since(after) / 2);
        if halfway < fire.at {
            prop_assert_eq!(next_fire(&cadence, &zone, halfway), Some(fire));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn over_a_year_the_planner_agrees_with_a_walk_over_the_days(
        cron in any_cron(), zone in select(ZONES.as_slice()), after in any_instant(),
    ) {
        let zone = find_zone(zone).unwrap();
        let until = after + SignedDuration::from_hours(24 * 400);
        assert_fires(&cron, &zone, after, until, &Oracle::new(&cron).walk_days(&zone, after, until));
    }
}
